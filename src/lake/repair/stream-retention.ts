import type { Stream } from '../../core/stream/index.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import type { Engine } from '../engine/index.ts'
import { readCheckpoint, saveCheckpoint } from '../once/checkpoint.ts'
import { goldTableOf } from '../streams/gold.ts'
import { tableOf, timeColumnOf } from '../streams/tables.ts'

const LOAD = { session: 'load', settings: { output_format_json_quote_64bit_integers: 0 } } as const

/** How long rows and sums are kept, days; null keeps everything. */
interface Keep {
  readonly silverDays: number | null
  readonly goldDays: number | null
}

interface Partition {
  readonly id: string
  readonly rows: number
}

/** Observations and happenings grow old; of things the newest version counts for ever, and the older ones are its history. */
function growsOld({ once }: Stream): boolean {
  return once.how !== 'latest'
}

/**
 * Drops whole days or months, as a stream's table is cut, that are older than asked, counted from its newest row. The floor is
 * written first: a record below it goes to quarantine from then on, so that nothing counts twice. Gold keeps a partition at
 * least as long as silver does. Nothing may be loading.
 */
export async function dropOldStreamRows(
  engine: Engine,
  checkpointPath: string,
  streams: readonly Stream[],
  keep: Keep,
): Promise<void> {
  for (const stream of streams.filter(growsOld)) {
    const newest = await newestDay(engine, stream)
    if (newest === null) continue
    if (keep.silverDays !== null) await dropSilver(engine, checkpointPath, stream, newest - keep.silverDays)
    if (keep.goldDays === null) continue
    const { floorMs = -Infinity } = (await readCheckpoint(checkpointPath)).streams[stream.name] ?? {}
    const floor = Math.min(startOf(stream, newest - keep.goldDays), floorMs)
    for (const gold of stream.gold ?? []) await dropBelow(engine, goldTableOf(gold), 'window_start', floor)
  }
}

/** Drops what a retention meant to drop: it writes the floor first, and a crash may come before it is done. */
export async function dropForgottenRows(
  engine: Engine,
  streams: readonly Stream[],
  floors: ReadonlyMap<string, number>,
): Promise<void> {
  for (const stream of streams) {
    const floor = floors.get(stream.name)
    if (floor !== undefined) await dropBelow(engine, tableOf(stream), timeColumnOf(stream), floor)
  }
}

async function dropSilver(
  engine: Engine,
  checkpointPath: string,
  stream: Stream,
  oldest: number,
): Promise<void> {
  const table = tableOf(stream)
  const time = timeColumnOf(stream)
  const floorMs = startOf(stream, oldest)
  const old = await partitionsBelow(engine, table, time, floorMs)
  if (old.length === 0) return
  const rows = old.reduce((sum, partition) => sum + partition.rows, 0)
  const checkpoint = await readCheckpoint(checkpointPath)
  const known = checkpoint.streams[stream.name] ?? { records: 0, refused: 0 }
  checkpoint.streams[stream.name] = {
    ...known,
    dropped: (known.dropped ?? 0) + rows,
    floorMs: Math.max(known.floorMs ?? -Infinity, floorMs),
  }
  checkpoint.tables[table] = Math.max(0, (checkpoint.tables[table] ?? 0) - rows)
  await saveCheckpoint(checkpointPath, checkpoint)
  await dropBelow(engine, table, time, floorMs)
}

async function dropBelow(engine: Engine, table: string, time: string, floorMs: number): Promise<void> {
  for (const { id } of await partitionsBelow(engine, table, time, floorMs))
    await engine.exec(`ALTER TABLE ${table} DROP PARTITION ID '${id}'`, LOAD)
}

async function partitionsBelow(
  engine: Engine,
  table: string,
  time: string,
  floorMs: number,
): Promise<Partition[]> {
  if (!Number.isFinite(floorMs)) return []
  return engine.query<Partition>(
    `SELECT toString(_partition_id) AS id, toInt64(count()) AS rows FROM ${table} AS t
     WHERE t.${time} < fromUnixTimestamp64Milli({floor:Int64}, 'UTC') GROUP BY _partition_id ORDER BY id`,
    { ...LOAD, params: { floor: floorMs } },
  )
}

/** The day (since 1970 UTC) of its newest row; null while there is none. */
async function newestDay(engine: Engine, stream: Stream): Promise<number | null> {
  const [row] = await engine.query<{ rows: number; newest: number }>(
    `SELECT toInt64(count()) AS rows, toInt64(toUnixTimestamp64Milli(max(t.${timeColumnOf(stream)}))) AS newest FROM ${tableOf(stream)} AS t`,
    LOAD,
  )
  return row === undefined || row.rows === 0 ? null : Math.floor(row.newest / DAY_MS)
}

/** The instant at which the partition of a day begins, ms since 1970 UTC: what lies before it lies in older partitions. */
function startOf({ silver }: Stream, day: number): number {
  const date = new Date(day * DAY_MS)
  return silver.partition === 'day' ? day * DAY_MS : Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}
