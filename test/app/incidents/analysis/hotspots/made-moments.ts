import { DAY_MS, HOUR_MS } from '../../../../../src/core/time/spans.ts'
import type { Moments } from '../../../../../src/lake/read/incident-record/index.ts'

/** The first day of made-up records, days since 1970-01-01. */
export const DAY = Date.parse('2018-01-01') / DAY_MS

/** An incident at noon of a day, counted from the first. */
export interface Made {
  readonly day: number
  readonly latitude: number
  readonly longitude: number
  readonly title?: string
  readonly community?: string
}

export function momentsOf(made: readonly Made[]): Moments {
  const sorted = made.toSorted((a, b) => a.day - b.day)
  return {
    startedAtMs: sorted.map(({ day }) => (DAY + day) * DAY_MS + 12 * HOUR_MS),
    utcOffsetMin: sorted.map(() => 0),
    latitudes: sorted.map(({ latitude }) => latitude),
    longitudes: sorted.map(({ longitude }) => longitude),
    types: sorted.map(() => 'stalled'),
    communities: sorted.map(({ community = null }) => community),
    titles: sorted.map(({ title = null }) => title),
  }
}
