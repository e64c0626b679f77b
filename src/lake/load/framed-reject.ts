import type { Reject } from './scan/index.ts'

/** A reject with what its frame knows of it. */
export interface FramedReject extends Reject {
  readonly arrivedAtMs: number
  readonly source: string
  readonly oversize: boolean
}
