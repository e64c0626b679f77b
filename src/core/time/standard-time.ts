import { offsetMsAt } from './zone.ts'
import type { Zone } from './zone.ts'

/** The zone's offset without daylight saving, ms: the smaller one of that year's winter and summer. */
export function standardOffsetMs(zone: Zone, atMs: number): number {
  const year = new Date(atMs).getUTCFullYear()
  return Math.min(offsetMsAt(zone, Date.UTC(year, 0, 1)), offsetMsAt(zone, Date.UTC(year, 6, 1)))
}
