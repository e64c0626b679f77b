import { IS_NIGHT } from '../rule-sql.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import { GOLD_TABLES, addToGold } from '../gold/index.ts'
import type { GoldTable } from '../gold/index.ts'
import type { Engine } from '../engine/index.ts'
import type { Frame, LogReader } from '../../core/log.ts'
import { streamFloorsOf } from '../once/checkpoint.ts'
import type { Checkpoint, DayLedger } from '../once/checkpoint.ts'
import { dayOf, dayText, sideStates, silverDays } from '../once/lake-queries.ts'
import type { DayState, SideStates } from '../once/lake-queries.ts'
import { Ledger } from '../once/ledger.ts'
import { countLosses, noteShortage, recordsIn } from './losses.ts'
import { dropForgottenRows } from './stream-retention.ts'
import { presentIn } from '../once/held-positions.ts'
import type { Held } from '../once/held-positions.ts'
import { SIDE_TABLES, sideTablesOf } from '../once/other-tables.ts'
import type { SideTables } from '../once/other-tables.ts'
import type { Stream } from '../../core/stream/index.ts'
import { levelStreamGold } from '../streams/gold.ts'
import { tableOf } from '../streams/tables.ts'

const LOAD = { session: 'load', settings: { output_format_json_quote_64bit_integers: 0 } } as const

/** What a start found in the tables, and from where on the log is loaded. */
export interface Recovered {
  readonly ledger: Ledger
  /** First position to read from the log. */
  readonly position: number
  /** Highest position in any table: records up to it may have some of their rows already. −1 when there is none. */
  readonly highest: number
  /** By day (since 1970), for days with rows at or beyond `position`: up to which position gold has them. */
  readonly watermarks: ReadonlyMap<number, number>
  /** Which positions from `position` on the tables hold already: these rows are not inserted again. */
  readonly present: Held
}

export interface RecoverDeps {
  readonly engine: Engine
  readonly log: LogReader
  readonly streams: readonly Stream[]
  /** Makes what lost rows anew from the log's records below `upto`. */
  readonly mend: (damage: Damage, upto: number, onFrame?: (frame: Frame) => void) => Promise<void>
  readonly save: (checkpoint: Checkpoint) => Promise<void>
  readonly onProgress: (line: string) => void
}

/** Days of silver, and tables beside it, that have other rows than when the checkpoint was saved. */
export interface Damage {
  readonly days: ReadonlySet<number>
  /** Names as in `sideTablesOf`. */
  readonly tables: ReadonlySet<string>
}

/**
 * After it, the tables hold everything up to the checkpoint, and gold what silver holds. A start calls it, whatever ended
 * the run before: it counts what the tables have against what the checkpoint says they had, has the log make anew what
 * is missing, and writes down as a loss what the log can't give back.
 *
 * No row is deleted because a crash came between: rows from beyond the checkpoint stay, and the records they came from
 * are read again without being inserted again.
 */
export async function recover(deps: RecoverDeps, saved: Checkpoint): Promise<Recovered> {
  const { engine, log, streams } = deps
  const side = sideTablesOf(streams)
  const checkpoint = await mended(deps, await withLateStreams(deps, saved))
  const { position } = checkpoint
  const floors = streamFloorsOf(checkpoint)
  await dropForgottenRows(engine, streams, floors)
  // Without a checkpoint nothing tells whether the tables still have what they had.
  await countLosses(engine, log.losses, position === 0, `${position}/${checkpoint.savedAtMs}`, side)
  const days = await silverDays(engine, position)
  const sides = await sideStates(engine, position, side)
  await dropForgottenDays(engine, days, checkpoint.silverFloorMs)
  await levelGold(engine, days, checkpoint.silverFloorMs, deps.onProgress)
  await levelStreamGold(engine, streams, floors)

  const refused = await refusedLines(engine, Number.MAX_SAFE_INTEGER)
  const ledger = new Ledger(checkpoint, side)
  ledger.correct(state => {
    state.days = Object.fromEntries(
      [...days].map(([day, found]) => [day, merged(state.days[day], found, position)]),
    )
    for (const name of Object.keys(side)) state.tables[name] = sides.of(name).rows
    for (const [name, lines] of refused)
      if (name !== 'readings') state.streams[name] = { records: 0, ...state.streams[name], refused: lines }
    state.position = Math.max(state.position, log.floor)
  })
  const highest = highestOf(days, sides)
  const unread = await loadedInHoles(engine, log, ledger.position)
  ledger.correct(state => (state.readings += unread))
  return {
    ledger,
    position: ledger.position,
    highest,
    present: await presentFrom(engine, side, ledger.position, highest),
    watermarks: new Map(
      [...days].filter(([, day]) => day.last >= position).map(([key, day]) => [key, day.last]),
    ),
  }
}

function highestOf(days: ReadonlyMap<number, DayState>, sides: SideStates): number {
  return Math.max(-1, ...[...days.values(), ...sides.values()].map(state => state.last))
}

/**
 * Counts the readings that are in the tables and will not be read again: their rows are from beyond the checkpoint, where a
 * crash left them, and the log has lost their lines since.
 */
async function loadedInHoles(engine: Engine, log: LogReader, position: number): Promise<number> {
  let readings = 0
  for (const { from, to } of log.losses.holes) {
    if (to <= position) continue
    const range = { from: Math.max(from, position), to }
    readings += await recordsIn(engine, range, ['silver.readings', SIDE_TABLES.quarantine])
  }
  return readings
}

async function presentFrom(
  engine: Engine,
  side: SideTables,
  position: number,
  highest: number,
): Promise<Held> {
  const tables = Object.entries({ silver: 'silver.readings', ...side })
  const held = tables.map(async ([name, table]) => [name, await presentIn(engine, table, position, highest)])
  return Object.fromEntries(await Promise.all(held)) as Held
}

/** What the tables have of a day counts; only where in the log the day began is known from the checkpoint alone. */
function merged(ledger: DayLedger | undefined, found: DayState, position: number): DayLedger {
  return { rows: found.rows, night: found.night, first: ledger?.first ?? position, last: found.last }
}

/** Compares what the tables have of records below the checkpoint with what it says. */
function findDamage(
  checkpoint: Checkpoint,
  days: ReadonlyMap<number, DayState>,
  sides: SideStates,
  side: SideTables,
): Damage {
  const damagedDays = Object.entries(checkpoint.days)
    .filter(([key, day]) => (days.get(Number(key))?.below ?? 0) !== day.rows)
    .map(([key]) => Number(key))
  const damagedTables = Object.keys(side).filter(name => {
    const rows = checkpoint.tables[name] ?? 0
    const found = sides.of(name)
    // The engine puts rows of drift together, so that theirs can't be told by position: all that there are count.
    return (name === 'drift' ? found.rows : found.below) < rows
  })
  return { days: new Set(damagedDays), tables: new Set(damagedTables) }
}

/**
 * Loads what an earlier program passed over because it did not know the stream: its tables are made from the log's records up to
 * the checkpoint, like damaged ones.
 */
async function withLateStreams(deps: RecoverDeps, checkpoint: Checkpoint): Promise<Checkpoint> {
  const late = deps.streams.filter(({ name }) => name in checkpoint.passed)
  if (late.length === 0) return checkpoint
  const { position } = checkpoint
  const names = late.map(({ name }) => name)
  deps.onProgress(`Loading what the log holds of ${names.join(', ')} since before this program knew it`)
  const side = sideTablesOf(deps.streams)
  const counted = new Map(names.map(name => [name, 0]))
  const tables = new Set([...late.map(tableOf), 'quarantine', 'drift', 'streamConflicts'])
  const highest = highestOf(
    await silverDays(deps.engine, position),
    await sideStates(deps.engine, position, side),
  )
  await deps.mend(
    { days: new Set(), tables },
    Math.max(position, highest + 1),
    ({ kind, position: at, count }) => {
      const known = counted.get(kind)
      if (known !== undefined) counted.set(kind, known + Math.max(0, Math.min(count, position - at)))
    },
  )
  const found = structuredClone(checkpoint)
  const sides = await sideStates(deps.engine, position, side)
  for (const name of tables)
    found.tables[name] = name === 'drift' ? sides.of(name).rows : sides.of(name).below
  const refused = await refusedLines(deps.engine, position)
  for (const [name, records] of counted) {
    found.streams[name] = { ...found.streams[name], records, refused: refused.get(name) ?? 0 }
    Reflect.deleteProperty(found.passed, name)
  }
  await deps.save(found)
  return found
}

/** Lines in quarantine below a position, by stream. */
async function refusedLines(engine: Engine, position: number): Promise<Map<string, number>> {
  const rows = await engine.query<{ stream: string; lines: number }>(
    `SELECT toString(q.stream) AS stream, toInt64(count()) AS lines FROM quarantine.lines AS q
     WHERE q.position < {position:Int64} GROUP BY stream`,
    { ...LOAD, params: { position } },
  )
  return new Map(rows.map(({ stream, lines }) => [stream, lines]))
}

/**
 * Has what the tables lost made anew from the log, and writes down as lost what it no longer has.
 *
 * @returns the checkpoint that is true of the tables then
 */
async function mended(deps: RecoverDeps, checkpoint: Checkpoint): Promise<Checkpoint> {
  const { engine, log } = deps
  const side = sideTablesOf(deps.streams)
  const { position } = checkpoint
  let days = await silverDays(engine, position)
  let sides = await sideStates(engine, position, side)
  const damage = findDamage(checkpoint, days, sides, side)
  const names = ({ days: lost, tables }: Damage) => [...[...lost].map(dayText), ...tables].join(', ')
  if (names(damage) === '') return checkpoint
  deps.onProgress(`The lake lost rows of ${names(damage)}: rebuilding them from the log`)
  await deps.mend(damage, Math.max(position, highestOf(days, sides) + 1))
  days = await silverDays(engine, position)
  sides = await sideStates(engine, position, side)
  const gone = await countLosses(engine, log.losses, true, `${position}/${checkpoint.savedAtMs}`, side)
  const missing = await noteShortage(log.losses, { checkpoint, days, sides, side }, gone)
  const found = structuredClone(checkpoint)
  // Readings that are in no table count as repeats, unless it is known that they were dropped.
  found.droppedRows += missing
  for (const day of damage.days) {
    const rows = days.get(day)
    const known = found.days[day]
    if (known === undefined) continue
    if (rows === undefined || rows.below === 0) Reflect.deleteProperty(found.days, String(day))
    else found.days[day] = { ...known, rows: rows.below, night: rows.nightBelow }
  }
  for (const name of damage.tables)
    found.tables[name] = name === 'drift' ? sides.of(name).rows : sides.of(name).below
  await deps.save(found)
  return found
}

/** What a table of gold has of a day: how many readings are in its sums, and the highest position of one. */
interface GoldDay {
  readonly readings: number
  readonly last: number
}

/** Drops days that retention meant to drop: it notes that first, and a crash may come before it is done. */
async function dropForgottenDays(
  engine: Engine,
  days: Map<number, DayState>,
  silverFloorMs: number,
): Promise<void> {
  for (const day of [...days.keys()].filter(key => key < silverFloorMs / DAY_MS)) {
    await engine.exec(`ALTER TABLE silver.readings DROP PARTITION '${dayText(day)}'`, LOAD)
    days.delete(day)
  }
}

/**
 * Makes gold hold each row of silver once. A day that lacks rows from its end gets those; one that can't be explained so,
 * because it lacks rows in between or has too many, is dropped and made anew.
 */
async function levelGold(
  engine: Engine,
  days: ReadonlyMap<number, DayState>,
  silverFloorMs: number,
  onProgress: (line: string) => void,
): Promise<void> {
  for (const table of GOLD_TABLES) {
    const gold = await goldDays(engine, table)
    for (const [day, state] of days) {
      const found = gold.get(day)
      const wanted = table === 'night_speed' ? state.night : state.rows
      gold.delete(day)
      if ((found?.readings ?? 0) === wanted) continue
      const after = found === undefined ? -1 : await trustedUpto(engine, table, day, found)
      if (after < 0 && found !== undefined) {
        onProgress(`gold.${table} of ${dayText(day)} differs from silver: making it anew`)
        await dropGoldDay(engine, table, day)
      }
      await addToGold(engine, { after, upto: state.last, fromDay: dayText(day), toDay: dayText(day) }, [
        table,
      ])
    }
    // Gold without silver is wrong, except where retention has dropped the day in silver alone.
    for (const day of gold.keys()) if (day >= silverFloorMs / DAY_MS) await dropGoldDay(engine, table, day)
  }
}

/** Up to which position a day in gold holds every row that silver has; −1 if it is not known of any. */
async function trustedUpto(engine: Engine, table: GoldTable, day: number, found: GoldDay): Promise<number> {
  const night = table === 'night_speed' ? `AND ${IS_NIGHT} AND speed_kmh IS NOT NULL` : ''
  const [row] = await engine.query<{ rows: number }>(
    `SELECT toInt64(count()) AS rows FROM silver.readings AS r
     WHERE toDate(measured_at) = {day:Date} AND r.position <= {upto:Int64} ${night}`,
    { ...LOAD, params: { day: dayText(day), upto: found.last } },
  )
  return row?.rows === found.readings ? found.last : -1
}

async function goldDays(engine: Engine, table: GoldTable): Promise<Map<number, GoldDay>> {
  const day = table === 'night_speed' ? 'day' : 'toDate(window_start)'
  const rows = await engine.query<{ key: string; readings: number; last: number }>(
    `SELECT toString(${day}) AS key, toInt64(sum(g.readings)) AS readings, toInt64(max(g.position)) AS last
     FROM gold.${table}_state AS g GROUP BY key`,
    LOAD,
  )
  return new Map(rows.map(row => [dayOf(row.key), row]))
}

export async function dropGoldDay(engine: Engine, table: GoldTable, day: number): Promise<void> {
  await engine.exec(`ALTER TABLE gold.${table}_state DROP PARTITION '${dayText(day)}'`, LOAD)
}
