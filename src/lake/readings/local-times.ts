import { utcToLocal } from '../../core/time/index.ts'
import type { Zone } from '../../core/time/index.ts'
import { MINUTE_MS } from '../../core/time/spans.ts'
import type { Enriched } from './enriched.ts'

/** Gives the rows from row `from` on their local date, hour and weekday by the clock of a zone. */
export function fillLocalTimes(rows: Enriched, zone: Zone, from: number): void {
  const { timeMs } = rows.columns
  let minute = NaN
  let date = 0
  let hour = 0
  let weekday = 0
  for (let row = from; row < rows.columns.rows; row++) {
    const now = Math.floor((timeMs[row] ?? 0) / MINUTE_MS)
    if (now !== minute) {
      minute = now
      const local = utcToLocal(zone, now * MINUTE_MS)
      date = local.dateDays
      hour = local.hour
      weekday = local.weekday
    }
    rows.localDate[row] = date
    rows.localHour[row] = hour
    rows.localWeekday[row] = weekday
  }
}
