import { coverageOf } from '../../../src/core/time/index.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time/spans.ts'

/** Monday 2018-01-01, days since 1970-01-01. */
export const MONDAY = Date.parse('2018-01-01') / DAY_MS

/** So many incidents a day from MONDAY on, one an hour from midnight on, local time UTC; and what the record covers. */
export function madeRecord(counts: readonly number[]) {
  const incidents = counts.flatMap((count, i) =>
    Array.from({ length: count }, (_, n) => ({
      startedAtMs: (MONDAY + i) * DAY_MS + (n % 24) * HOUR_MS,
      utcOffsetMin: 0,
    })),
  )
  return { incidents, coverage: coverageOf(incidents) }
}
