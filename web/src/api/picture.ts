import type { Connection, LiveView } from './live-store.ts'

/** How far the picture on the screen can be trusted. Exactly one holds. */
export type Picture =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'live'; readonly nowMs: number }
  | { readonly kind: 'stale'; readonly nowMs: number }
  | {
      readonly kind: 'lost'
      readonly nowMs: number | null
      readonly sinceMs: number
      readonly retryAtMs: number
    }
  | { readonly kind: 'historical'; readonly nowMs: number }

/** Sensors send each 30 s to 5 min; nothing for this long is a fault. */
const STALE_AFTER_MS = 6 * 60_000
/** Readings this old are a past that somebody replays, not a feed that stopped. */
const HISTORICAL_AFTER_MS = 24 * 3_600_000

/** `nowMs` of the answer is the city's now: the clock's while live, else the newest reading's time. */
export function pictureOf({ state, connection }: LiveView, clockMs: number): Picture {
  const newestMs = state === null ? null : newestOf(state.city.at, state.status.newestAt)
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

function lost(
  { sinceMs, retryAtMs }: Extract<Connection, { kind: 'lost' }>,
  newestMs: number | null,
): Picture {
  return { kind: 'lost', nowMs: newestMs, sinceMs, retryAtMs }
}

function newestOf(cityAtMs: number | null, newestAt: string | null): number | null {
  const silverMs = newestAt === null ? null : Date.parse(newestAt)
  if (cityAtMs === null || silverMs === null) return cityAtMs ?? silverMs
  return Math.max(cityAtMs, silverMs)
}
