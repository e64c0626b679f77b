import { availableParallelism, loadavg } from 'node:os'

/** A deadline that grows with what else the machine does: a busy one is slow, not wrong. */
export function onThisMachineMs(ms: number): number {
  return Math.round(ms * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()))
}
