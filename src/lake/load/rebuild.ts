import { SIDE_NAMES, SIDE_TABLES } from './side-tables.ts'
import type { SideTable } from './side-tables.ts'
import { dayText, versionsBelow } from './lake-state.ts'
import { dropGoldDay } from './recover.ts'
import { GOLD_TABLES, ONE_BLOCK, addToGold } from '../gold/index.ts'
import type { Engine } from '../engine/index.ts'
import type { LogReader } from '../../core/log.ts'
import { PreparerThread } from './preparer-thread.ts'
import type { PrepareState } from './prepare.ts'

const LOAD = { session: 'load' } as const
const INSERT = { session: 'load', settings: ONE_BLOCK } as const
const BATCH_BYTES = 32 * 1024 * 1024
const BATCH_RECORDS = 100_000

/** What is made anew, and from which records. */
export interface RebuildScope {
  /** UTC days (days since 1970) whose readings are told apart; null means all that the records hold. */
  readonly days: ReadonlySet<number> | null
  /** The days of silver that are replaced; null means every day read. */
  readonly replace: ReadonlySet<number> | null
  /** Leave a day as it is when the records would give it fewer rows than it has. */
  readonly neverFewer: boolean
  readonly tables: ReadonlySet<SideTable>
  /** Positions [from, to). */
  readonly from: number
  readonly to: number
  /** True: today's register for every reading; false: the register as it was at each. */
  readonly todaysRegister: boolean
}

export interface RebuildDeps {
  readonly engine: Engine
  readonly log: LogReader
  readonly rules: Pick<PrepareState, 'rules' | 'zone' | 'intervalS' | 'maxIndexBytes'>
  readonly onProgress: (share: number) => void
  readonly signal?: AbortSignal
}

/**
 * Runs records of the log through the present rules into fresh tables and swaps them in, each in one step; nobody reads
 * a half. Stopped halfway, it leaves everything as it was.
 *
 * @returns the days of silver that were replaced
 */
export async function rebuild(deps: RebuildDeps, scope: RebuildScope): Promise<Set<number>> {
  const { engine, log, signal } = deps
  const silver = 'silver.readings_rebuild'
  const fresh = new Map<string, string>([['silver.readings', silver]])
  for (const name of scope.tables) fresh.set(SIDE_TABLES[name], `${SIDE_TABLES[name]}_rebuild`)
  for (const [table, copy] of fresh) {
    await engine.exec(`DROP TABLE IF EXISTS ${copy}`, LOAD)
    await engine.exec(`CREATE TABLE ${copy} AS ${table}`, LOAD)
  }
  const thread = await PreparerThread.open(await rebuildState(deps, scope))
  const filled = new Set<number>()
  try {
    let position = Math.max(scope.from, log.floor)
    const start = position
    while (position < scope.to) {
      signal?.throwIfAborted()
      const frames = await log.read(position, BATCH_BYTES, Math.min(BATCH_RECORDS, scope.to - position))
      const last = frames.at(-1)
      if (last === undefined) break
      const prepared = await thread.prepare(frames, () => Promise.resolve(new Uint8Array(0)))
      for (const block of prepared.blocks) {
        const target = fresh.get(block.table)
        if (target !== undefined) await engine.insertNative(target, block.columns, block.data, INSERT)
      }
      for (const day of prepared.days.keys()) filled.add(day)
      position = last.position + last.count
      deps.onProgress((position - start) / (scope.to - start))
    }
    await engine.sync([...fresh.values()])
    const days = scope.neverFewer
      ? await notFewer(engine, scope.replace ?? filled)
      : new Set(scope.replace ?? filled)
    await swap(engine, scope.tables, days)
    return days
  } finally {
    await thread.close()
    for (const copy of fresh.values()) await engine.exec(`DROP TABLE IF EXISTS ${copy}`, LOAD)
  }
}

async function rebuildState({ engine, rules }: RebuildDeps, scope: RebuildScope): Promise<PrepareState> {
  return {
    ...rules,
    versions: await versionsBelow(engine, scope.todaysRegister ? Number.MAX_SAFE_INTEGER : scope.from),
    sightings: [],
    hoursInSilver: [],
    silverFloorMs: -8.64e15,
    onlyDays: scope.days,
    registerFollows: !scope.todaysRegister,
    watermarks: new Map(),
    tableWatermarks: Object.fromEntries(
      SIDE_NAMES.map(name => [name, -1]),
    ) as PrepareState['tableWatermarks'],
  }
}

/** Those of the days that the rebuilt table has at least as many rows of. */
async function notFewer(engine: Engine, days: ReadonlySet<number>): Promise<Set<number>> {
  const counts = async (table: string) => {
    const rows = await engine.query<{ day: string; rows: string }>(
      `SELECT toString(toDate(measured_at)) AS day, count() AS rows FROM ${table} GROUP BY day`,
      LOAD,
    )
    return new Map(rows.map(row => [row.day, Number(row.rows)]))
  }
  const before = await counts('silver.readings')
  const after = await counts('silver.readings_rebuild')
  return new Set([...days].filter(day => (after.get(dayText(day)) ?? 0) >= (before.get(dayText(day)) ?? 0)))
}

async function swap(
  engine: Engine,
  tables: ReadonlySet<SideTable>,
  days: ReadonlySet<number>,
): Promise<void> {
  for (const day of days) {
    await engine.exec(
      `ALTER TABLE silver.readings REPLACE PARTITION '${dayText(day)}' FROM silver.readings_rebuild`,
      LOAD,
    )
    for (const table of GOLD_TABLES) await dropGoldDay(engine, table, day)
    await addToGold(engine, {
      after: -1,
      upto: Number.MAX_SAFE_INTEGER,
      fromDay: dayText(day),
      toDay: dayText(day),
    })
  }
  for (const name of tables)
    await engine.exec(`EXCHANGE TABLES ${SIDE_TABLES[name]} AND ${SIDE_TABLES[name]}_rebuild`, LOAD)
  await engine.sync([
    'silver.readings',
    ...GOLD_TABLES.map(t => `gold.${t}_state`),
    ...[...tables].map(t => SIDE_TABLES[t]),
  ])
}
