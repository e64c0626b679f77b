import type { Stream } from '../../../core/stream/index.ts'
import { tableOf, timeColumnOf } from '../../streams/tables.ts'
import type { Asked } from './asked.ts'
import type { Span } from '../rows.ts'

/** The hours of which silver got rows, asked once a span. */
export class DirtyHours {
  readonly #asked: Asked
  readonly #sources: readonly { readonly table: string; readonly time: string }[]
  readonly #known = new Map<string, Promise<string[]>>()

  constructor(asked: Asked, streams: readonly Stream[]) {
    this.#asked = asked
    this.#sources = [
      { table: 'silver.readings', time: 'measured_at' },
      ...streams
        .filter(({ once }) => once.how !== 'latest')
        .map(stream => ({ table: tableOf(stream), time: timeColumnOf(stream) })),
    ]
  }

  between({ from, upto }: Span): Promise<string[]> {
    const key = `${from}-${upto}`
    const known = this.#known.get(key) ?? this.#ask(from, upto)
    this.#known.set(key, known)
    return known
  }

  async #ask(from: number, upto: number): Promise<string[]> {
    if (from >= upto) return []
    const selects = this.#sources.map(
      ({ table, time }) =>
        `SELECT DISTINCT formatDateTime(t.${time}, '%Y-%m-%dT%H', 'UTC') AS hour FROM ${table} AS t
         WHERE t.position >= {from_position:Int64} AND t.position < {upto_position:Int64}`,
    )
    const rows = await this.#asked.rows<{ hour: string }>(
      `SELECT DISTINCT hour FROM (${selects.join(' UNION ALL ')}) ORDER BY hour`,
      { from_position: from, upto_position: upto },
    )
    return rows.map(({ hour }) => hour)
  }
}
