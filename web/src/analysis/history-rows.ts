import type { Measured } from './combine.ts'
import { DAY_MS } from '../../../src/serve/contract/spans.ts'

/** Everything before the last day, each window once: where the older rows overlap with the recent ones, these count. */
export function earlierOf<T extends Measured>(
  recent: readonly T[],
  older: readonly T[],
  endMs: number,
): readonly T[] {
  const known = new Set(recent.map(startOf))
  return [...older.filter(row => !known.has(startOf(row))), ...recent].filter(
    row => startOf(row) < endMs - DAY_MS,
  )
}

export interface DayFacts {
  /** End of the last finished window. */
  readonly endMs: number
  /** Readings in the finished windows of the last 24 hours. */
  readonly readings: number
  /** Did any of these windows carry a speed, a wait or a count? */
  readonly measures: boolean
}

export function dayFacts(rows: readonly Measured[], endMs: number): DayFacts {
  const day = rows.filter(row => startOf(row) >= endMs - DAY_MS && startOf(row) < endMs)
  return {
    endMs,
    readings: day.reduce((total, row) => total + row.readings, 0),
    measures: day.some(
      row => row.vehicles !== null || row.mean_speed_kmh !== null || row.mean_wait_s !== null,
    ),
  }
}

function startOf(row: Measured): number {
  return Date.parse(row.window_start)
}
