import { cron } from './cron.ts'
import { MINUTE_MS } from '../../core/time/spans.ts'

/** When a feed is asked. */
export interface Schedule {
  /** For people: `every 10 min`, or the cron expression. */
  readonly says: string
  /** The next time after this one, if all goes well. */
  next(afterMs: number): number
}

const FIRST_RETRY_MS = 15_000
/** A feed that fails is asked at least so often. */
const MAX_RETRY_MS = 60 * MINUTE_MS
/** One that is asked often anyway is left alone for up to so long. */
const MIN_CAP_MS = 15 * MINUTE_MS
/** A provider that asks for more patience than this is asked after it all the same. */
export const MAX_RETRY_AFTER_MS = 24 * 60 * MINUTE_MS

export function everySeconds(intervalS: number): Schedule {
  return { says: `every ${spanText(intervalS)}`, next: afterMs => afterMs + intervalS * 1000 }
}

/** @throws {FeedError} for what is no cron expression */
export function byCron(expression: string, zone: string): Schedule {
  return { says: expression, next: cron(expression, zone) }
}

export interface Failure {
  /** Failures in a row, this one included. */
  readonly failures: number
  /** Only what may pass by itself is tried before its time. */
  readonly retryable: boolean
  /** What the provider asked for, s. */
  readonly retryAfterS: number | null
}

/**
 * When a feed is asked again after a failure: doubling from 15 seconds to the feed's own interval (within 15 minutes to an hour),
 * spread by a half either way, so that feeds that failed together do not come back together. Never before what the provider asked
 * for.
 *
 * @param random in [0, 1)
 */
export function afterFailure(schedule: Schedule, nowMs: number, failure: Failure, random: number): number {
  const regularMs = schedule.next(nowMs) - nowMs
  const capMs = Math.min(MAX_RETRY_MS, Math.max(MIN_CAP_MS, regularMs))
  const doubledMs = Math.min(capMs, FIRST_RETRY_MS * 2 ** Math.min(20, failure.failures - 1))
  const spreadMs = Math.round(doubledMs * (0.5 + random))
  const waitMs = failure.retryable ? spreadMs : Math.max(regularMs, spreadMs)
  const askedMs = Math.min(MAX_RETRY_AFTER_MS, (failure.retryAfterS ?? 0) * 1000)
  return nowMs + Math.max(waitMs, askedMs)
}

function spanText(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}
