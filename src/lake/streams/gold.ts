import type { Stream, StreamGold } from '../../core/stream/index.ts'
import type { Engine } from '../engine/index.ts'
import { ONE_BLOCK } from '../gold/index.ts'
import { sqlFile } from '../sql-file.ts'
import { tableOf, timeColumnOf } from './tables.ts'

const LOAD = { session: 'load', settings: { output_format_json_quote_64bit_integers: 0 } } as const

/** A row's partition, as a text. */
const partitions = {
  day: (time: string) => `toString(toDate(${time}))`,
  month: (time: string) => `toString(toYYYYMM(${time}))`,
} as const

export function goldTableOf({ name }: StreamGold): string {
  return `gold.${name}_state`
}

/** The tables of sums of these streams. */
export function goldTablesOf(streams: readonly Stream[]): string[] {
  return streams.flatMap(({ gold = [] }) => gold.map(goldTableOf))
}

/** Adds rows with positions in (after, upto] to a stream's sums. Not idempotent by itself. */
export async function addStreamGold(
  engine: Engine,
  stream: Stream,
  after: number,
  upto: number,
): Promise<void> {
  const rows = 's.position > {after:Int64} AND s.position <= {upto:Int64}'
  for (const gold of stream.gold ?? []) await add(engine, gold, rows, { after, upto })
}

/**
 * Makes the sums hold each row of silver once: a day or month whose sums count other than silver's rows is dropped and made anew. For
 * a start, and while records are read again after a crash.
 */
export async function levelStreamGold(engine: Engine, streams: readonly Stream[]): Promise<void> {
  for (const stream of streams) {
    if (stream.gold === undefined || stream.gold.length === 0) continue
    const time = timeColumnOf(stream)
    const partition = partitions[stream.silver.partition]
    const silver = await counted(engine, partition(`t.${time}`), 'count()', tableOf(stream))
    for (const gold of stream.gold) {
      const table = goldTableOf(gold)
      const sums = await counted(engine, partition('t.window_start'), 'sum(t.readings)', table)
      for (const part of new Set([...silver.keys(), ...sums.keys()])) {
        if (silver.get(part) === sums.get(part)) continue
        if (sums.has(part)) await engine.exec(`ALTER TABLE ${table} DROP PARTITION '${part}'`, LOAD)
        if (silver.has(part)) await add(engine, gold, `${partition(`s.${time}`)} = {part:String}`, { part })
      }
    }
  }
}

async function add(
  engine: Engine,
  gold: StreamGold,
  rows: string,
  params: Record<string, unknown>,
): Promise<void> {
  const statement = sqlFile(gold.add).replace('@rows', rows)
  await engine.exec(statement, { session: 'load', settings: ONE_BLOCK, params })
}

async function counted(
  engine: Engine,
  part: string,
  count: string,
  table: string,
): Promise<Map<string, number>> {
  const rows = await engine.query<{ part: string; n: number }>(
    `SELECT ${part} AS part, toInt64(${count}) AS n FROM ${table} AS t GROUP BY part`,
    LOAD,
  )
  return new Map(rows.map(row => [row.part, row.n]))
}
