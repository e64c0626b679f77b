import type { StreamStatus } from '../../../../src/serve/contract/index.ts'
import { moment } from '../../ui/city-time.ts'
import { count, UNKNOWN } from '../../ui/format.ts'

export interface StreamRow {
  readonly name: string
  readonly title: string
  readonly records: string
  readonly rows: string
  readonly refused: string
  readonly repeats: string
  readonly newest: string
  /** Nothing of it has come yet. */
  readonly empty: boolean
}

/** Streams as the table shows them: those that have come first, then by name. */
export function streamRows(streams: readonly StreamStatus[], nowMs: number, timeZone: string): StreamRow[] {
  return streams
    .map(({ name, title, records, rows, quarantined, repeats, newestAt }) => ({
      ...{ name, title },
      records: count(records),
      rows: count(rows),
      refused: count(quarantined),
      repeats: count(repeats),
      newest: newestAt === null ? UNKNOWN : moment(Date.parse(newestAt), nowMs, timeZone),
      empty: records === 0,
    }))
    .sort((a, b) => Number(a.empty) - Number(b.empty) || a.title.localeCompare(b.title))
}
