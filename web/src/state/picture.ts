import type { LiveState } from '../api/live-state.ts'
import type { Connection, LiveView } from '../api/live-store.ts'
import { DAY_MS } from '../../../src/serve/contract/spans.ts'

/** How far the picture on the screen can be trusted. Exactly one holds, and every sentence about the city follows it. */
export type Picture =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'live'; readonly nowMs: number }
  | { readonly kind: 'stale'; readonly nowMs: number }
  | {
      readonly kind: 'lost'
      /** Newest reading of the last picture; null when there was none. */
      readonly nowMs: number | null
      readonly sinceMs: number
      readonly retryAtMs: number
    }
  | { readonly kind: 'historical'; readonly nowMs: number }

/** Sensors send each 30 s to 5 min; nothing for this long is a fault. */
export const STALE_AFTER_MS = 6 * 60_000
/** Readings this old are a past that somebody replays, not a feed that stopped. */
const HISTORICAL_AFTER_MS = DAY_MS

/** `nowMs` of the answer is the city's now: the clock's while live, else the newest reading's time. */
export function pictureOf({ state, connection }: LiveView, clockMs: number): Picture {
  const newestMs = state === null ? null : newestMsOf(state)
  if (connection.kind === 'lost') return lost(connection, newestMs)
  if (state === null) return { kind: 'connecting' }
  if (newestMs === null) return { kind: 'empty' }
  const ageMs = clockMs - newestMs
  if (ageMs > HISTORICAL_AFTER_MS) return { kind: 'historical', nowMs: newestMs }
  if (ageMs > STALE_AFTER_MS) return { kind: 'stale', nowMs: newestMs }
  return { kind: 'live', nowMs: Math.max(clockMs, newestMs) }
}

/** The city's now, null while it has none. */
export function nowOf(picture: Picture): number | null {
  return 'nowMs' in picture ? picture.nowMs : null
}

/** What "3 min ago" counts from: of a past that is replayed its own now, else our clock. */
export function agoBaseMs(picture: Picture, clockMs: number): number {
  return picture.kind === 'historical' ? picture.nowMs : clockMs
}

/** The newest reading that anybody knows of, ms; null before the first. */
export function newestMsOf({ city, status }: LiveState): number | null {
  const silverMs = status.newestAt === null ? null : Date.parse(status.newestAt)
  if (city.at === null || silverMs === null) return city.at ?? silverMs
  return Math.max(city.at, silverMs)
}

const QUARTER_MS = 15 * 60_000
/** A window's last readings are this late at most, as sensors send each 30 s; until then its figures may grow. */
const SETTLE_MS = 30_000

/**
 * End of the last finished window of `stepMs`; null before the first reading. For quarter-hours it is what the server's
 * district rows say, so that cards, charts and header turn over together; else the newest reading has passed it.
 */
export function finishedMs(state: LiveState | null, clockMs: number, stepMs: number): number | null {
  if (state === null) return null
  if (stepMs === QUARTER_MS && state.districts.length > 0)
    return Math.max(...state.districts.map(row => Date.parse(row.window_start))) + QUARTER_MS
  const newestMs = newestMsOf(state)
  if (newestMs === null) return null
  // A sensor's fast clock finishes no window; but where all of them are far ahead, it is ours that is wrong.
  const reachedMs = newestMs - clockMs > QUARTER_MS ? newestMs : Math.min(newestMs, clockMs)
  return Math.floor((reachedMs - SETTLE_MS) / stepMs) * stepMs
}

function lost(
  { sinceMs, retryAtMs }: Extract<Connection, { kind: 'lost' }>,
  newestMs: number | null,
): Picture {
  return { kind: 'lost', nowMs: newestMs, sinceMs, retryAtMs }
}
