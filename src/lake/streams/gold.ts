import type { Stream, StreamGold } from '../../core/stream/index.ts'
import type { Engine } from '../engine/index.ts'
import { ONE_BLOCK } from '../gold/index.ts'
import { sqlFile } from '../sql-file.ts'
import { tableOf, timeColumnOf } from './tables.ts'

const LOAD = { session: 'load', settings: { output_format_json_quote_64bit_integers: 0 } } as const

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
 * Makes the sums hold each row of silver once, by day: a day whose sums count other than silver's rows is dropped and made anew. For
 * a start, and while records are read again after a crash.
 */
export async function levelStreamGold(engine: Engine, streams: readonly Stream[]): Promise<void> {
  for (const stream of streams) {
    if (stream.gold === undefined || stream.gold.length === 0) continue
    const time = timeColumnOf(stream)
    const silver = await counted(engine, `toDate(t.${time})`, 'count()', tableOf(stream))
    for (const gold of stream.gold) {
      const table = goldTableOf(gold)
      const sums = await counted(engine, 'toDate(t.window_start)', 'sum(t.readings)', table)
      for (const day of new Set([...silver.keys(), ...sums.keys()])) {
        if (silver.get(day) === sums.get(day)) continue
        if (sums.has(day)) await engine.exec(`ALTER TABLE ${table} DROP PARTITION '${day}'`, LOAD)
        if (silver.has(day)) await add(engine, gold, `toDate(s.${time}) = {day:Date}`, { day })
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
  day: string,
  count: string,
  table: string,
): Promise<Map<string, number>> {
  const rows = await engine.query<{ day: string; n: number }>(
    `SELECT toString(${day}) AS day, toInt64(${count}) AS n FROM ${table} AS t GROUP BY day`,
    LOAD,
  )
  return new Map(rows.map(({ day: of, n }) => [of, n]))
}
