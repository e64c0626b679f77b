import type { Losses } from '../../core/losses.ts'
import type { Range } from '../../core/ranges.ts'
import type { FoundLoss, Loss } from '../../core/schema/loss.ts'
import type { Engine } from '../engine/index.ts'
import type { Checkpoint } from '../once/checkpoint.ts'
import { dayText } from '../once/lake-queries.ts'
import type { DayState, SideStates } from '../once/lake-queries.ts'
import { SIDE_TABLES } from '../once/other-tables.ts'
import type { SideTables } from '../once/other-tables.ts'

const LOAD = { session: 'load', settings: { output_format_json_quote_64bit_integers: 0 } } as const
/** A record is still in the lake when a table other than these has a row of its position. A repeat has none: its reading came before. */
const NO_TRACE: readonly string[] = ['drift', 'sightings', 'conflicts', 'streamConflicts']
const tracesIn = (side: SideTables) => [
  'silver.readings',
  ...Object.entries(side).flatMap(([name, table]) => (NO_TRACE.includes(name) ? [] : [table])),
]
/** Tables whose rows can't be counted one for one record; each row of every other one is one record. */
const NOT_COUNTED: readonly string[] = ['drift', 'sightings']

/** How many records of a range the tables have. */
export async function recordsIn(
  engine: Engine,
  { from, to }: Range,
  tables: readonly string[],
): Promise<number> {
  const selects = tables.map(
    table =>
      `SELECT t.position AS at FROM ${table} AS t WHERE t.position >= {from:UInt64} AND t.position < {to:UInt64}`,
  )
  const [row] = await engine.query<{ n: number }>(
    `SELECT toInt64(uniqExact(at)) AS n FROM (${selects.join(' UNION ALL ')})`,
    { ...LOAD, params: { from, to } },
  )
  return row?.n ?? 0
}

/**
 * Counts how many of the records that the log lost the lake still has. Where somebody has acknowledged a loss, rows that
 * go later are a loss of their own.
 *
 * @param all also those that were counted before
 * @returns for each range that has fewer now, how many went
 */
export async function countLosses(
  engine: Engine,
  losses: Losses,
  all: boolean,
  key: string,
  side: SideTables,
): Promise<(Range & { readonly gone: number })[]> {
  const fewer: (Range & { gone: number })[] = []
  for (const loss of losses.list()) {
    if (loss.layer !== 'log' || (loss.inLake !== null && !all)) continue
    const now = await recordsIn(engine, loss, tracesIn(side))
    const before = loss.inLake ?? loss.records
    if (now < before) fewer.push({ from: loss.from, to: loss.to, gone: before - now })
    if (now < before && loss.acknowledged !== null && loss.inLake !== null)
      await losses.add([rowsOf(loss, before - now, key)])
    if (now !== loss.inLake) await losses.counted(loss.id, now)
  }
  return fewer
}

/** Rows that went after their loss of the log was acknowledged. */
function rowsOf(loss: Loss, records: number, key: string): FoundLoss {
  const { id, from, to, arrivedFromMs, arrivedToMs } = loss
  const message = `The lake lost ${count(records)} of positions ${from} to ${to - 1}, which the log had lost before (${id})`
  return lakeLoss({ from, to }, records, id, key, message, { arrivedFromMs, arrivedToMs })
}

/** What the tables held at the checkpoint, and hold after all that could be rebuilt was. */
export interface Shortage {
  readonly checkpoint: Checkpoint
  readonly days: ReadonlyMap<number, DayState>
  readonly sides: SideStates
  readonly side: SideTables
}

/** Rows that are missing of what was counted: of a day of silver, or of a table. */
interface Missing {
  readonly table: string
  readonly range: Range
  readonly rows: number
}

/**
 * Writes down rows that are missing and that the log can't give back; of those that lie where the log has a hole its own
 * loss tells already.
 *
 * @param gone what is gone in the log's holes
 * @returns rows of silver and of quarantine that are missing
 */
export async function noteShortage(
  losses: Losses,
  shortage: Shortage,
  gone: readonly (Range & { readonly gone: number })[],
): Promise<number> {
  const { checkpoint } = shortage
  // Beyond the checkpoint nothing was counted yet.
  const explained = gone.map(({ from, to, gone: n }) => ({
    ...{ from, to },
    gone: Math.min(n, Math.max(0, Math.min(to, checkpoint.position) - from)),
  }))
  const key = `${checkpoint.position}/${checkpoint.savedAtMs}`
  const missing = missingOf(shortage)
  for (const { table, range, rows } of missing) {
    let left = rows
    for (const hole of explained) {
      if (hole.to <= range.from || hole.from >= range.to) continue
      const part = Math.min(left, hole.gone)
      hole.gone -= part
      left -= part
    }
    const message = `${table} lost ${count(left)} of positions ${range.from} to ${range.to - 1}, and the log no longer holds them`
    if (left > 0) await losses.add([lakeLoss(range, left, table, key, message)])
  }
  return missing
    .filter(({ table }) => table.startsWith('silver.readings') || table === SIDE_TABLES.quarantine)
    .reduce((sum, { rows }) => sum + rows, 0)
}

function missingOf({ checkpoint, days, sides, side }: Shortage): Missing[] {
  const ofDays = Object.entries(checkpoint.days).map(([day, { rows, first, last }]) => ({
    table: `silver.readings ${dayText(Number(day))}`,
    range: { from: first, to: last + 1 },
    rows: rows - (days.get(Number(day))?.below ?? 0),
  }))
  const counted = Object.entries(side).filter(([name]) => !NOT_COUNTED.includes(name))
  const ofTables = counted.map(([name, table]) => ({
    table,
    range: { from: 0, to: checkpoint.position },
    rows: (checkpoint.tables[name] ?? 0) - sides.of(name).below,
  }))
  return [...ofDays, ...ofTables].filter(({ rows }) => rows > 0)
}

function lakeLoss(
  range: Range,
  records: number,
  table: string,
  key: string,
  message: string,
  arrived: Pick<FoundLoss, 'arrivedFromMs' | 'arrivedToMs'> = { arrivedFromMs: null, arrivedToMs: null },
): FoundLoss {
  return {
    ...{ layer: 'lake', table, ...range, records, exact: true, inLake: 0, ...arrived },
    ...{ file: null, offset: null, bytes: null, setAside: null, message, key },
  }
}

function count(records: number): string {
  return records === 1 ? 'the row of one record' : `the rows of ${records} records`
}
