import type { Stream } from '../../core/stream/index.ts'

/** The streams a program knows, and the module they come from: a worker thread imports it, for functions can't be sent to it. */
export interface StreamSet {
  readonly list: readonly Stream[]
  /** A module that exports the same list as `streams`. */
  readonly url: string | null
}

export const NO_STREAMS: StreamSet = { list: [], url: null }
