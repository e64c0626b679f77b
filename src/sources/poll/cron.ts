import { Cron } from 'croner'
import { FeedError } from '../../core/feed-error.ts'
import { zoneOffsets } from '../../core/time/index.ts'
import type { Zone } from '../../core/time/index.ts'

/** The next instant of a cron expression that is later than `afterMs`. */
export type NextRun = (afterMs: number) => number

/** An expression that comes in no year from here on never comes. */
const LOOK_FROM_MS = Date.UTC(2000, 0, 1)

/**
 * Reads the five fields of cron: minute, hour, day of month, month, weekday; with `*`, lists, ranges, steps, English names, and what
 * croner knows beside (`L`, `@daily`). Where both days are given, one of them is enough (POSIX crontab). Times are the zone's wall
 * clock, by this program's zone data: a run in a skipped hour comes when that hour is over, and one in an hour that comes twice
 * comes in its first pass, unless it is for every hour.
 *
 * @throws {FeedError} that says what is wrong, or that no day ever fits
 */
export function cron(expression: string, zone: string): NextRun {
  const pattern = patternOf(expression)
  const wallAfter = (wallMs: number) => pattern.nextRun(new Date(wallMs))?.getTime() ?? Infinity
  const isEveryHour = /^(@hourly$|\S+\s+\*\s)/.test(expression.trim())
  const offsets = zoneOffsets(zone)
  if (wallAfter(LOOK_FROM_MS) === Infinity) throw new FeedError(`"${expression}" never comes: no day fits`)
  return afterMs => {
    let at = spanAt(offsets, afterMs)
    for (let fromMs = afterMs; ; fromMs = at.startMs - 1) {
      const { startMs, endMs, offsetMs, beforeMs } = at
      // What the clock showed already before it was set back.
      const shownMs = isEveryHour ? -Infinity : startMs + beforeMs - 1
      const wallMs = wallAfter(Math.max(fromMs + offsetMs, shownMs))
      if (wallMs === Infinity) return Infinity
      if (wallMs - offsetMs < endMs) return wallMs - offsetMs
      at = spanAt(offsets, endMs)
      if (wallMs < endMs + at.offsetMs) return endMs
    }
  }
}

/** A run of one offset. */
interface Span {
  readonly startMs: number
  readonly endMs: number
  readonly offsetMs: number
  /** Offset of the one before. */
  readonly beforeMs: number
}

function spanAt(zone: Zone, atMs: number): Span {
  zone.seek(atMs)
  const { spanStartMs: startMs, spanEndMs: endMs, spanOffsetMs: offsetMs } = zone
  zone.seek(startMs - 1)
  return { startMs, endMs, offsetMs, beforeMs: zone.spanOffsetMs }
}

/** Of a wall clock without a zone. */
function patternOf(expression: string): Cron {
  try {
    return new Cron(expression, { timezone: 'UTC', mode: '5-part', sloppyRanges: true, paused: true })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : String(cause)
    throw new FeedError(
      `"${expression}" is no cron expression: ${why}; it has five fields, minute hour day month weekday, such as 0 17 1,15 * *`,
      { cause },
    )
  }
}
