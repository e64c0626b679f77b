import { GOLD_TABLES, addToGold } from '../gold/index.ts'
import type { GoldTable } from '../gold/index.ts'
import type { Engine } from '../engine/index.ts'
import type { LogReader } from '../../core/log.ts'
import type { Checkpoint, DayLedger } from './checkpoint.ts'
import { dayOf, dayText, sideStates, silverDays } from './lake-state.ts'
import type { DayState, SideState } from './lake-state.ts'
import { Ledger } from './ledger.ts'
import { SIDE_NAMES } from './side-tables.ts'
import type { SideTable } from './side-tables.ts'

const DAY_MS = 86_400_000
const LOAD = { session: 'load', settings: { output_format_json_quote_64bit_integers: 0 } } as const

/** What a start found, and where loading goes on. */
export interface Recovered {
  readonly ledger: Ledger
  /** First position to scan. */
  readonly position: number
  /** Highest position in any table: up to it, rows may be in already. −1 when there is none. */
  readonly highest: number
  readonly watermarks: ReadonlyMap<number, number>
  readonly tableWatermarks: Readonly<Record<SideTable, number>>
}

export interface RecoverDeps {
  readonly engine: Engine
  readonly log: LogReader
  /** Rebuilds what lost rows, from the log, below `position`. */
  readonly mend: (damage: Damage, position: number) => Promise<void>
  readonly onProgress: (line: string) => void
  readonly onProblem: (code: string, message: string) => void
}

/** What no longer holds what it held at the checkpoint. */
export interface Damage {
  readonly days: ReadonlySet<number>
  readonly tables: ReadonlySet<SideTable>
}

/**
 * Compares the tables with the checkpoint's ledger, has what lost rows rebuilt, and brings gold level with silver.
 * Nothing is deleted to recover: what is beyond the checkpoint stays, and the watermarks say so.
 */
export async function recover(deps: RecoverDeps, checkpoint: Checkpoint): Promise<Recovered> {
  const { engine, log } = deps
  let days = await silverDays(engine, checkpoint.position)
  let sides = await sideStates(engine, checkpoint.position)
  const damage = findDamage(checkpoint, days, sides)
  if (damage.days.size > 0 || damage.tables.size > 0) {
    await mendDamage(deps, damage, checkpoint)
    days = await silverDays(engine, checkpoint.position)
    sides = await sideStates(engine, checkpoint.position)
  }
  await dropForgottenDays(engine, days, checkpoint.silverFloorMs)
  await levelGold(engine, days, checkpoint.silverFloorMs, deps.onProgress)

  const ledger = new Ledger(checkpoint)
  ledger.correct(state => {
    state.days = Object.fromEntries(
      [...days].map(([day, found]) => [day, merged(state.days[day], found, checkpoint.position)]),
    )
    for (const name of SIDE_NAMES) state.tables[name] = sides[name].rows
    state.position = Math.max(state.position, log.floor)
  })
  return {
    ledger,
    position: ledger.position,
    highest: Math.max(
      -1,
      ...[...days.values()].map(day => day.last),
      ...SIDE_NAMES.map(name => sides[name].last),
    ),
    watermarks: new Map(
      [...days].filter(([, day]) => day.last >= checkpoint.position).map(([key, day]) => [key, day.last]),
    ),
    tableWatermarks: Object.fromEntries(SIDE_NAMES.map(name => [name, sides[name].last])) as Record<
      SideTable,
      number
    >,
  }
}

function merged(ledger: DayLedger | undefined, found: DayState, position: number): DayLedger {
  return { rows: found.rows, night: found.night, first: ledger?.first ?? position, last: found.last }
}

function findDamage(
  checkpoint: Checkpoint,
  days: ReadonlyMap<number, DayState>,
  sides: Readonly<Record<SideTable, SideState>>,
): Damage {
  const damagedDays = Object.entries(checkpoint.days)
    .filter(([key, day]) => (days.get(Number(key))?.below ?? 0) !== day.rows)
    .map(([key]) => Number(key))
  const damagedTables = SIDE_NAMES.filter(
    name => name !== 'drift' && sides[name].below < checkpoint.tables[name],
  )
  // Drift rows merge, so their number says little; an empty table that was not empty says enough.
  if (checkpoint.tables.drift > 0 && sides.drift.rows === 0) damagedTables.push('drift')
  return { days: new Set(damagedDays), tables: new Set(damagedTables) }
}

async function mendDamage(deps: RecoverDeps, damage: Damage, checkpoint: Checkpoint): Promise<void> {
  const names = [...[...damage.days].map(dayText), ...damage.tables]
  deps.onProgress(`The lake lost rows of ${names.join(', ')}: rebuilding them from the log`)
  await deps.mend(damage, checkpoint.position)
  const left = findDamage(
    checkpoint,
    await silverDays(deps.engine, checkpoint.position),
    await sideStates(deps.engine, checkpoint.position),
  )
  const rest = [...[...left.days].map(dayText), ...left.tables]
  if (rest.length === 0) return
  deps.onProblem(
    'lake_damaged',
    `rows of ${rest.join(', ')} are lost: the log no longer holds them (it begins at position ${deps.log.floor})`,
  )
}

interface GoldDay {
  readonly readings: number
  readonly last: number
}

/** A crash between writing the floor and dropping the days left them. */
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

/** Adds what gold lacks, day by day and table by table; a day that contradicts silver is dropped and made anew. */
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
    // Days silver does not have; those it dropped by retention stay.
    for (const day of gold.keys()) if (day >= silverFloorMs / DAY_MS) await dropGoldDay(engine, table, day)
  }
}

/** The watermark of a gold day if everything up to it is there, else −1. */
async function trustedUpto(engine: Engine, table: GoldTable, day: number, found: GoldDay): Promise<number> {
  const night = table === 'night_speed' ? 'AND local_hour < 5 AND speed_kmh IS NOT NULL' : ''
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
