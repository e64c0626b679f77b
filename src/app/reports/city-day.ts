import { DAY_MS } from '../../core/time/spans.ts'
import { wallClockToUtcMs, zoneOffsets } from '../../core/time/index.ts'
import type { CityDay } from '../../lake/read/day/index.ts'

/** From midnight to midnight of a zone's clock: 23 to 25 hours. @param day `YYYY-MM-DD` */
export function cityDay(day: string, zone: string): CityDay {
  const offsets = zoneOffsets(zone)
  const startMs = Date.parse(`${day}T00:00:00Z`)
  return {
    day,
    fromMs: wallClockToUtcMs(offsets, startMs),
    toMs: wallClockToUtcMs(offsets, startMs + DAY_MS),
  }
}
