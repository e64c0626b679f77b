import type { DelayGrade } from '../contract/index.ts'

/** Upper ends of grades A–E, s: control-delay thresholds of the Highway Capacity Manual for signalised intersections. */
const UPPER_ENDS_S = [
  ['A', 10],
  ['B', 20],
  ['C', 35],
  ['D', 55],
  ['E', 80],
] as const

/** The estimated delay grade of a mean wait; an estimate, because wait is not control delay. */
export function delayGrade(meanWaitS: number): DelayGrade {
  return UPPER_ENDS_S.find(([, upperEndS]) => meanWaitS <= upperEndS)?.[0] ?? 'F'
}
