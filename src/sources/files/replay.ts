import { AppError } from '../../core/errors.ts'
import type { Feed, FeedBatch } from './feed.ts'

export interface ReplayProgress {
  readonly records: number
  /** Share of the file, 0–1. */
  readonly done: number
  /** Measured time that has been reached, ms since 1970; NaN before the first. */
  readonly atMs: number
  /** Records that had to be moved to be in order of time. */
  readonly reordered: number
}

export interface ReplayOptions {
  /** Resolves once the receiver has the lines durable. A rejection that is `retryable` is tried again. */
  readonly send: (lines: Buffer, count: number) => Promise<void>
  /** `max`, or measured seconds per second: 1 is real pace. */
  readonly speed: 'max' | number
  readonly now: () => number
  /** Resolves after so long, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  /** What `saveResume` got last; null: from the beginning. */
  readonly resume?: string | null
  /** Called after each acknowledged batch, and with null once the file is through. */
  readonly saveResume?: (resume: string | null) => void | Promise<void>
  readonly onProgress?: (progress: ReplayProgress) => void
  /** A failure that is tried again. */
  readonly onProblem?: (problem: AppError) => void
}

export interface ReplayResult {
  readonly records: number
  readonly reordered: number
  /** False: stopped by the signal; the last `saveResume` tells where. */
  readonly completed: boolean
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 10_000
/** At a pace, a batch holds what is due within this time. */
const PACE_MS = 500

/**
 * Sends a feed, in order, each batch once the one before is acknowledged; the next is prepared meanwhile. When the
 * signal aborts, the batch in hand is still finished. Sending a batch twice does no harm: readings count once.
 */
export async function replay(feed: Feed, options: ReplayOptions): Promise<ReplayResult> {
  const { speed, signal, saveResume, onProgress } = options
  if (speed !== 'max' && !(speed > 0)) throw new RangeError(`speed ${speed} is not a positive number or max`)
  const stopped = () => signal.aborted
  const wait = pacer(options)
  const batches = feed.batches({
    resume: options.resume ?? null,
    ...(speed === 'max' ? {} : { maxSpanMs: PACE_MS * speed }),
  })
  let records = 0
  let reordered = 0
  try {
    let next = await batches.next()
    while (next.done !== true) {
      const batch = next.value
      await wait(batch)
      if (stopped()) return { records, reordered, completed: false }
      const [sent, following] = await Promise.allSettled([deliver(batch, options), batches.next()])
      if (sent.status === 'rejected') throw sent.reason
      if (!sent.value) return { records, reordered, completed: false }
      records += batch.count
      reordered += batch.reordered
      await saveResume?.(batch.resume)
      onProgress?.({ records, done: batch.done, atMs: batch.lastMs, reordered })
      if (following.status === 'rejected') throw following.reason
      next = following.value
    }
    await saveResume?.(null)
    return { records, reordered, completed: true }
  } finally {
    await batches.return()
  }
}

/** Holds a batch back until it is due; the first begins at once, and time never runs backwards. */
function pacer({ speed, now, sleep, signal }: ReplayOptions): (batch: FeedBatch) => Promise<void> {
  let start: { readonly wallMs: number; readonly feedMs: number } | null = null
  return async ({ firstMs }) => {
    if (speed === 'max' || Number.isNaN(firstMs)) return
    start ??= { wallMs: now(), feedMs: firstMs }
    const dueMs = start.wallMs + (firstMs - start.feedMs) / speed
    for (let left = dueMs - now(); left > 0 && !signal.aborted; left = dueMs - now()) {
      await sleep(Math.min(left, 60_000), signal)
    }
  }
}

/** False: the signal came before it could be delivered. */
async function deliver(
  batch: FeedBatch,
  { send, sleep, signal, onProblem }: ReplayOptions,
): Promise<boolean> {
  for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS)) {
    try {
      await send(batch.lines, batch.count)
      return true
    } catch (problem) {
      if (!(problem instanceof AppError) || !problem.retryable) throw problem
      onProblem?.(problem)
      if (signal.aborted) return false
      await sleep(pauseMs, signal)
    }
  }
}
