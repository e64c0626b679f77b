import { DAY_MS } from '../../core/time/spans.ts'
import type { Engine } from '../engine/index.ts'
import { GOLD_TABLES } from '../gold/index.ts'
import { readCheckpoint, saveCheckpoint } from '../once/checkpoint.ts'
import type { SideTables } from '../once/other-tables.ts'
import { dayOf, dayText, sideStates, silverDays } from '../once/lake-queries.ts'
import { dropGoldDay } from './recover.ts'
import { dropOldStreamRows } from './stream-retention.ts'
import type { Stream } from '../../core/stream/index.ts'

const LOAD = { session: 'load' } as const

/** How long the layers are kept, days; null keeps everything. */
export interface Retention {
  readonly silverDays: number | null
  readonly goldDays: number | null
  readonly quarantineDays: number | null
}

/** The checkpoint takes over what silver holds of these days now, and what these tables hold. Nothing may be loading. */
export async function recount(
  engine: Engine,
  checkpointPath: string,
  days: ReadonlySet<number>,
  tables: SideTables,
): Promise<void> {
  const checkpoint = await readCheckpoint(checkpointPath)
  const found = await silverDays(engine, checkpoint.position)
  for (const day of days) {
    const state = found.get(day)
    const known = checkpoint.days[day]
    if (state === undefined || state.below === 0) Reflect.deleteProperty(checkpoint.days, String(day))
    else
      checkpoint.days[day] = {
        rows: state.below,
        night: state.nightBelow,
        first: known?.first ?? 0,
        last: state.last,
      }
  }
  const states = await sideStates(engine, checkpoint.position, tables)
  for (const [name, state] of states) checkpoint.tables[name] = name === 'drift' ? state.rows : state.below
  await saveCheckpoint(checkpointPath, checkpoint)
}

/**
 * Drops whole days of silver and gold and partitions of quarantine that are older than asked, counted from the newest
 * day. The floor of silver is written first: a reading below it goes to quarantine from then on, so that nothing
 * counts twice. Gold keeps a day at least as long as silver does. Nothing may be loading.
 *
 * @returns the oversize files whose lines were dropped: nobody needs them any more
 */
export async function dropOldDays(
  engine: Engine,
  checkpointPath: string,
  streams: readonly Stream[],
  keep: Retention,
): Promise<string[]> {
  await dropReadings(engine, checkpointPath, keep)
  await dropOldStreamRows(engine, checkpointPath, streams, keep)
  return keep.quarantineDays === null ? [] : dropQuarantine(engine, checkpointPath, keep.quarantineDays)
}

async function dropReadings(engine: Engine, checkpointPath: string, keep: Retention): Promise<void> {
  const checkpoint = await readCheckpoint(checkpointPath)
  const days = Object.keys(checkpoint.days).map(Number)
  const newest = Math.max(...days)
  if (days.length === 0) return
  if (keep.silverDays !== null) {
    const floor = newest - keep.silverDays
    const old = days.filter(day => day < floor)
    checkpoint.silverFloorMs = Math.max(checkpoint.silverFloorMs, floor * DAY_MS)
    for (const day of old) {
      checkpoint.droppedRows += checkpoint.days[day]?.rows ?? 0
      Reflect.deleteProperty(checkpoint.days, String(day))
    }
    if (old.length > 0) await saveCheckpoint(checkpointPath, checkpoint)
    for (const day of old)
      await engine.exec(`ALTER TABLE silver.readings DROP PARTITION '${dayText(day)}'`, LOAD)
  }
  if (keep.goldDays !== null) {
    const floor = Math.min(newest - keep.goldDays, checkpoint.silverFloorMs / DAY_MS)
    for (const table of GOLD_TABLES) {
      for (const day of await goldDaysBefore(engine, table, floor)) await dropGoldDay(engine, table, day)
    }
  }
}

/** Drops the partitions of quarantine whose newest line is older than asked; the ledger forgets their rows. */
async function dropQuarantine(engine: Engine, checkpointPath: string, days: number): Promise<string[]> {
  const old = await engine.query<{ partition: string; streams: string[]; rows: number[]; files: string[] }>(
    `WITH sumMap([toString(q.stream)], [1]) AS lines
     SELECT toString(intDiv(q.position, 10000000)) AS partition, lines.1 AS streams, arrayMap(n -> toUInt32(n), lines.2) AS rows,
        groupArrayIf(assumeNotNull(file), file IS NOT NULL) AS files FROM quarantine.lines AS q GROUP BY partition
     HAVING max(arrived_at) < greatest((SELECT max(r.arrived_at) FROM silver.readings AS r), (SELECT max(l.arrived_at) FROM quarantine.lines AS l))
       - toIntervalDay({days:UInt32})`,
    { ...LOAD, params: { days } },
  )
  if (old.length === 0) return []
  const checkpoint = await readCheckpoint(checkpointPath)
  const lines = old.flatMap(part => part.streams.map((stream, i) => [stream, part.rows[i] ?? 0] as const))
  for (const [stream, rows] of lines) {
    checkpoint.tables.quarantine = Math.max(0, checkpoint.tables.quarantine - rows)
    if (stream === 'readings') checkpoint.droppedRows += rows
    else {
      const known = checkpoint.streams[stream] ?? { records: 0, refused: 0 }
      const refused = Math.max(0, known.refused - rows)
      checkpoint.streams[stream] = { ...known, refused, dropped: (known.dropped ?? 0) + rows }
    }
  }
  await saveCheckpoint(checkpointPath, checkpoint)
  for (const { partition } of old)
    await engine.exec(`ALTER TABLE quarantine.lines DROP PARTITION ${partition}`, LOAD)
  return old.flatMap(part => part.files)
}

async function goldDaysBefore(engine: Engine, table: string, floor: number): Promise<number[]> {
  const rows = await engine.query<{ day: string }>(
    `SELECT DISTINCT partition AS day FROM system.parts WHERE active AND database = 'gold' AND table = {table:String}`,
    { ...LOAD, params: { table: `${table}_state` } },
  )
  return rows.map(row => dayOf(row.day)).filter(day => day < floor)
}
