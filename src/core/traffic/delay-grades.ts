/**
 * Upper ends of the grades A–E, s; what is beyond the last one is F. They are the Highway Capacity Manual's thresholds
 * of control delay at signals, put to the mean wait: an estimate, because a wait is not control delay.
 */
export const DELAY_GRADES = [
  ['A', 10],
  ['B', 20],
  ['C', 35],
  ['D', 55],
  ['E', 80],
] as const

export const WORST_DELAY_GRADE = 'F'

export type DelayGrade = (typeof DELAY_GRADES)[number][0] | typeof WORST_DELAY_GRADE

/** The estimated delay grade of a mean wait. */
export function delayGrade(meanWaitS: number): DelayGrade {
  return DELAY_GRADES.find(([, upperEndS]) => meanWaitS <= upperEndS)?.[0] ?? WORST_DELAY_GRADE
}
