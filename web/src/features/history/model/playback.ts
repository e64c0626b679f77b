import { DAY_MS, HOUR_MS } from '../../../../../src/serve/contract/spans.ts'
import type { PlacedIncident } from './places.ts'

export interface Speed {
  readonly key: string
  readonly label: string
  /** Of the record, in a second of the reader's. */
  readonly msPerS: number
  /** What began this long before the moment is still shown. */
  readonly trailMs: number
}

export const SPEEDS: readonly Speed[] = [
  { key: 'hour', label: '1 h/s', msPerS: HOUR_MS, trailMs: 3 * HOUR_MS },
  { key: 'quarter', label: '6 h/s', msPerS: 6 * HOUR_MS, trailMs: DAY_MS },
  { key: 'day', label: '1 day/s', msPerS: DAY_MS, trailMs: 3 * DAY_MS },
  { key: 'week', label: '7 days/s', msPerS: 7 * DAY_MS, trailMs: 14 * DAY_MS },
  { key: 'month', label: '30 days/s', msPerS: 30 * DAY_MS, trailMs: 45 * DAY_MS },
]

/** A picture of so many seconds is watched to its end. */
const WATCHED_S = 60

/** The slowest speed at which the span is over in a minute, else the fastest. */
export function speedFor(spanMs: number): Speed {
  return SPEEDS.find(({ msPerS }) => spanMs / msPerS <= WATCHED_S) ?? (SPEEDS.at(-1) as Speed)
}

export interface Span {
  readonly startMs: number
  readonly endMs: number
}

/** From the first incident to the last; null where there are none to play. */
export function spanOf(incidents: readonly PlacedIncident[]): Span | null {
  const [first, last] = [incidents.at(-1), incidents[0]]
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null
  return { startMs: first.atMs, endMs: last.atMs }
}

/** The moment that an address says; null outside of the span, and where it says none. */
export function momentOf(text: string | null, span: Span | null): number | null {
  const ms = text === null ? NaN : Date.parse(text)
  return span === null || Number.isNaN(ms) || ms < span.startMs || ms > span.endMs ? null : ms
}

/** The moment after so long a wait; null at the end, where the playback stops. */
export function momentAfter(atMs: number, waitedMs: number, speed: Speed, { endMs }: Span): number | null {
  const next = atMs + (waitedMs / 1_000) * speed.msPerS
  return next >= endMs ? null : next
}

/** What began in the trail before the moment, newest first. `incidents` are newest first. */
export function during(
  incidents: readonly PlacedIncident[],
  atMs: number,
  trailMs: number,
): readonly PlacedIncident[] {
  return incidents.slice(firstNotAfter(incidents, atMs), firstNotAfter(incidents, atMs - trailMs))
}

/** The place of the newest that began at or before the moment. */
function firstNotAfter(incidents: readonly PlacedIncident[], atMs: number): number {
  let [low, high] = [0, incidents.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((incidents[middle]?.atMs ?? -Infinity) > atMs) low = middle + 1
    else high = middle
  }
  return low
}
