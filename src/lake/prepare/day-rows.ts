import { DAY_MS } from '../../core/time/spans.ts'
import { NIGHT_END_HOUR } from '../../core/traffic/night.ts'
import type { Enriched } from '../readings/enriched.ts'

/** Rows of one UTC day: all, those the night histogram counts, and the positions of the first and last. */
export interface DayRows {
  rows: number
  night: number
  first: number
  last: number
}

/** What of a batch's rows silver gets, per UTC day (days since 1970). @param selection the rows that it gets */
export function countDays(
  { base, rows }: { readonly base: number; readonly rows: Enriched },
  selection: Uint32Array,
): Map<number, DayRows> {
  const { columns } = rows
  const days = new Map<number, DayRows>()
  for (let i = 0; i < selection.length; i++) {
    const row = selection[i] ?? 0
    const key = Math.floor((columns.timeMs[row] ?? 0) / DAY_MS)
    const position = base + (columns.record[row] ?? 0)
    let day = days.get(key)
    if (day === undefined) {
      day = { rows: 0, night: 0, first: position, last: position }
      days.set(key, day)
    }
    day.rows++
    day.last = position
    if ((rows.localHour[row] ?? 0) < NIGHT_END_HOUR && (columns.speed[row] ?? -1) >= 0) day.night++
  }
  return days
}
