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
 *
 * @param floors of streams that retention has dropped rows of, ms since 1970 UTC: sums from before them stay
 */
export async function levelStreamGold(
  engine: Engine,
  streams: readonly Stream[],
  floors: ReadonlyMap<string, number>,
): Promise<void> {
  for (const stream of streams) {
    if (stream.gold === undefined || stream.gold.length === 0) continue
    const time = timeColumnOf(stream)
    const partition = partitions[stream.silver.partition]
    const floor = floors.get(stream.name)
    const silver = await counted(engine, partition(`t.${time}`), 'count()', tableOf(stream))
    for (const gold of stream.gold) {
      const table = goldTableOf(gold)
      const sums = await counted(engine, partition('t.window_start'), 'sum(t.readings)', table, floor)
      for (const part of new Set([...silver.keys(), ...sums.keys()])) {
        if (silver.get(part) === sums.get(part)) continue
        if (sums.has(part)) await engine.exec(`ALTER TABLE ${table} DROP PARTITION '${part}'`, LOAD)
        if (silver.has(part)) await add(engine, gold, `${partition(`s.${time}`)} = {part:String}`, { part })
      }
    }
  }
}

/** Drops the sums of streams whose table is about to be replaced; those of dropped rows stay, because nothing could make them anew. */
export async function dropStreamGold(
  engine: Engine,
  streams: readonly Stream[],
  floors: ReadonlyMap<string, number>,
): Promise<void> {
  for (const stream of streams) {
    for (const gold of stream.gold ?? []) {
      const table = goldTableOf(gold)
      const partition = partitions[stream.silver.partition]('t.window_start')
      const sums = await counted(engine, partition, 'count()', table, floors.get(stream.name))
      for (const part of sums.keys()) await engine.exec(`ALTER TABLE ${table} DROP PARTITION '${part}'`, LOAD)
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
  floorMs?: number,
): Promise<Map<string, number>> {
  const from =
    floorMs === undefined ? '' : `WHERE t.window_start >= fromUnixTimestamp64Milli({floor:Int64}, 'UTC')`
  const rows = await engine.query<{ part: string; n: number }>(
    `SELECT ${part} AS part, toInt64(${count}) AS n FROM ${table} AS t ${from} GROUP BY part`,
    { ...LOAD, params: { floor: floorMs ?? 0 } },
  )
  return new Map(rows.map(row => [row.part, row.n]))
}
