import type { Engine } from '../engine/index.ts'
import { sqlFile } from '../sql-file.ts'
import { DELTA_COLUMNS, STATE_SUMS } from './state-columns.ts'

/** Which rows of silver a delta is of. */
const ROWS =
  'position > {after:Int64} AND position <= {upto:Int64} AND toDate(measured_at) >= {from_day:Date} AND toDate(measured_at) <= {to_day:Date}'
const sql = (name: string) =>
  sqlFile(new URL(`./${name}.sql`, import.meta.url))
    .replace('@state_sums', STATE_SUMS)
    .replace('@delta_columns', DELTA_COLUMNS)
const DELTA_TABLE = sql('delta_table')
const DELTA = sql('delta')
const NIGHT_SPEED = sql('night_speed')
/** The tables the delta feeds. */
const FROM_DELTA = ['intersection_metrics', 'district_analytics', 'hourly_summary'] as const
const ADD = { ...Object.fromEntries(FROM_DELTA.map(name => [name, sql(name)])) } as Record<DeltaTable, string>

/** What fills the sums of readings, for who makes them elsewhere: silver's rows to `lake.gold_delta`, and that to each table. */
export const SUMS_OF_READINGS = { delta: DELTA, add: ADD } as const

export type DeltaTable = (typeof FROM_DELTA)[number]
export type GoldTable = DeltaTable | 'night_speed'
export const GOLD_TABLES: readonly GoldTable[] = [...FROM_DELTA, 'night_speed']

/** One block a partition whatever the size, because a block is what an insert does whole; no threads that would split it. */
export const ONE_BLOCK = {
  max_insert_threads: 1,
  min_insert_block_size_rows: 1_000_000_000,
  min_insert_block_size_bytes: 0,
  max_partitions_per_insert_block: 0,
  optimize_on_insert: 0,
} as const

/** Which of silver's rows: positions in (after, upto], UTC days from..to inclusive as `YYYY-MM-DD`. */
export interface Delta {
  readonly after: number
  readonly upto: number
  readonly fromDay: string
  readonly toDay: string
}

export const ALL_DAYS = { fromDay: '1970-01-01', toDay: '2149-06-06' } as const

/** Makes the scratch table; at each start, because it is kept in memory. */
export async function openGold(engine: Engine): Promise<void> {
  await engine.exec(DELTA_TABLE, { session: 'load' })
}

/** Adds a delta of silver to gold tables. Not idempotent by itself: the caller's watermarks say what is in already. */
export async function addToGold(
  engine: Engine,
  delta: Delta,
  tables: readonly GoldTable[] = GOLD_TABLES,
): Promise<void> {
  const params = { after: delta.after, upto: delta.upto, from_day: delta.fromDay, to_day: delta.toDay }
  const options = { session: 'load', settings: ONE_BLOCK } as const
  const fed = FROM_DELTA.filter(table => tables.includes(table))
  if (fed.length > 0) {
    await engine.exec('TRUNCATE TABLE lake.gold_delta', { session: 'load' })
    await engine.exec(DELTA.replace('@rows', ROWS), { ...options, params })
    for (const table of fed) await engine.exec(ADD[table], options)
  }
  if (tables.includes('night_speed')) await engine.exec(NIGHT_SPEED, { ...options, params })
}

/** Keeps the configured free-flow speeds where the views find them. @param versionMs newer wins */
export async function writeFreeFlow(
  engine: Engine,
  cityKmh: number,
  districtsKmh: Readonly<Record<string, number>>,
  versionMs: number,
): Promise<void> {
  await engine.exec('TRUNCATE TABLE lake.free_flow', { session: 'load' })
  for (const [district, kmh] of [['', cityKmh] as const, ...Object.entries(districtsKmh)]) {
    await engine.exec(
      'INSERT INTO lake.free_flow (district, speed_kmh, version) VALUES ({district:String}, {kmh:Float64}, {version:UInt64})',
      { session: 'load', params: { district, kmh, version: versionMs } },
    )
  }
}
