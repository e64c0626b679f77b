import { SIDE_TABLES, sideTablesOf, STREAM_CONFLICTS } from '../once/other-tables.ts'
import type { StreamSet } from '../load/streams.ts'
import { dropStreamGold, levelStreamGold } from '../streams/gold.ts'
import { onceLoader } from '../streams/held-rows.ts'
import { tableOf } from '../streams/tables.ts'
import { dayText, hoursIn, loadPages, versionsBelow, versionsIn } from '../once/lake-queries.ts'
import { keepReadings, keepSideRows } from './only-copy.ts'
import { dropGoldDay } from './recover.ts'
import { GOLD_TABLES, ONE_BLOCK, addToGold } from '../gold/index.ts'
import type { Engine } from '../engine/index.ts'
import type { Frame, LogReader } from '../../core/log.ts'
import type { Stream } from '../../core/stream/index.ts'
import { without } from '../../core/ranges.ts'
import { prepareRules, rulesAt, ruleVersions } from '../prepare/rules.ts'
import { PreparerThread } from '../prepare/preparer-thread.ts'
import type { PrepareState } from '../prepare/preparer.ts'

const LOAD = { session: 'load' } as const
const INSERT = { session: 'load', settings: ONE_BLOCK } as const
/** Tables of rows of all streams, told apart by a column. */
const SHARED: readonly string[] = [SIDE_TABLES.quarantine, SIDE_TABLES.drift, STREAM_CONFLICTS]
const BATCH_BYTES = 32 * 1024 * 1024
const BATCH_RECORDS = 100_000

/** Removes the fresh tables of a rebuild that a crash interrupted; nobody ever read them. */
export async function dropHalfRebuilt(engine: Engine, streams: readonly Stream[]): Promise<void> {
  for (const table of ['silver.readings', ...Object.values(sideTablesOf(streams))])
    await engine.exec(`DROP TABLE IF EXISTS ${table}_rebuild`, LOAD)
}

/** How many rows each day (days since 1970) should have of records below a position. */
export interface ExpectedRows {
  readonly below: number
  readonly rows: ReadonlyMap<number, number>
}

/** What is made anew, and from which records. */
export interface RebuildScope {
  /** UTC days (days since 1970) whose readings are told apart; null means all that the records hold. */
  readonly days: ReadonlySet<number> | null
  /** The days of silver that are replaced; null means every day read. */
  readonly replace: ReadonlySet<number> | null
  /** A day is replaced only where its new rows come at least as near to this number as the present ones do; null: every day is. */
  readonly expected: ExpectedRows | null
  /** Names as in `sideTablesOf`. */
  readonly tables: ReadonlySet<string>
  /** Of tables that all streams share, the rows of these alone are replaced; null: all rows. */
  readonly onlyStreams: readonly string[] | null
  /** Days before this were dropped from silver and do not come back, ms since 1970 UTC. */
  readonly silverFloorMs: number
  /** The same by stream. */
  readonly streamFloorsMs: ReadonlyMap<string, number>
  /** Positions [from, to). */
  readonly from: number
  readonly to: number
  /** Readings before this position get the register and rules in force there, later ones those in force at each. */
  readonly registerAt: number
}

export interface RebuildDeps {
  readonly engine: Engine
  readonly log: LogReader
  readonly streams: StreamSet
  readonly rules: Pick<PrepareState, 'rules' | 'zone' | 'intervalS' | 'maxIndexBytes'>
  readonly onProgress: (share: number) => void
  /** Called right before a day (since 1970) of silver is replaced. */
  readonly onReplace?: (day: number) => Promise<void>
  /** Each frame that is read. */
  readonly onFrame?: (frame: Frame) => void
  readonly signal?: AbortSignal
}

/**
 * Makes days and tables anew from the log, by the present rules. Readers see the old rows or the new ones, never a half: the
 * rows go into fresh tables, which take the old ones' places in one step each. Stopped before that, it leaves everything as it
 * was.
 *
 * @returns the days of silver that were replaced
 */
export async function rebuild(deps: RebuildDeps, scope: RebuildScope): Promise<Set<number>> {
  const { engine, log, streams, signal } = deps
  const side = sideTablesOf(streams.list)
  const tables = new Map([...scope.tables].map(name => [name, side[name] ?? name]))
  const silver = 'silver.readings_rebuild'
  const fresh = new Map<string, string>([['silver.readings', silver]])
  for (const table of tables.values()) fresh.set(table, `${table}_rebuild`)
  for (const [table, copy] of fresh) {
    await engine.exec(`DROP TABLE IF EXISTS ${copy}`, LOAD)
    await engine.exec(`CREATE TABLE ${copy} AS ${table}`, LOAD)
  }
  await keepReadings(engine, log, silver, scope.days)
  await keepSideRows(engine, log, tables)
  const thread = await PreparerThread.open(await rebuildState(deps, scope, silver), streams.url)
  // Rows of streams that are not made anew are not asked for: nothing of them is inserted.
  const loadOnce = onceLoader(engine, streams.list, '_rebuild')
  const loadNone = () => Promise.resolve(new Uint8Array(0))
  const filled = new Set<number>()
  try {
    let position = Math.max(scope.from, log.floor)
    const start = position
    while (position < scope.to) {
      signal?.throwIfAborted()
      const frames = await log.read(position, BATCH_BYTES, Math.min(BATCH_RECORDS, scope.to - position))
      const last = frames.at(-1)
      if (last === undefined) break
      if (deps.onFrame !== undefined) frames.forEach(deps.onFrame)
      const prepared = await thread.prepare(thread.stage(frames), {
        pages: (pages, names) => loadPages(engine, pages, names, silver),
        once: wanted => (fresh.has(wanted.table) ? loadOnce(wanted) : loadNone()),
      })
      for (const block of prepared.blocks) {
        const target = fresh.get(block.table)
        if (target === undefined) continue
        await engine.insertNative(target, block.columns, block.data, { ...INSERT, rows: block.rows })
      }
      for (const day of prepared.days.keys()) filled.add(day)
      position = last.position + last.count
      // A frame may reach beyond what was asked for.
      deps.onProgress(Math.min(1, (position - start) / (scope.to - start)))
    }
    if (scope.onlyStreams !== null) await keepOtherStreams(engine, [...tables.values()], scope.onlyStreams)
    await engine.sync([...fresh.values()])
    const replace = new Set(scope.replace ?? filled)
    const days = scope.expected === null ? replace : await nearer(engine, replace, scope.expected)
    await swap(deps, [...tables.values()], days, scope.streamFloorsMs)
    return days
  } finally {
    await thread.close()
    for (const copy of fresh.values()) await engine.exec(`DROP TABLE IF EXISTS ${copy}`, LOAD)
  }
}

async function rebuildState(
  { engine, log, rules }: RebuildDeps,
  scope: RebuildScope,
  silver: string,
): Promise<PrepareState> {
  const from = Math.max(scope.from, scope.registerAt, log.floor)
  const versionsOfRules = await ruleVersions(engine)
  const inForce = rulesAt(versionsOfRules, from)
  const gone = without(log.losses.holes, [{ from: 0, to: from }])
  return {
    ...rules,
    ...(inForce === undefined ? {} : prepareRules(inForce)),
    versions: await versionsBelow(engine, from),
    unlogged: {
      versions: await versionsIn(engine, gone),
      rules: versionsOfRules.filter(({ position }) =>
        gone.some(({ from: first, to }) => position >= first && position < to),
      ),
    },
    sightings: [],
    hoursInSilver: await hoursIn(engine, silver),
    silverFloorMs: scope.silverFloorMs,
    streamFloorsMs: scope.streamFloorsMs,
    onlyDays: scope.days,
    followsFrom: scope.registerAt,
    present: {},
  }
}

/** Never makes a day worse: picks the days whose rebuilt rows are at least as near to the expected number as the present ones. */
async function nearer(
  engine: Engine,
  days: ReadonlySet<number>,
  expected: ExpectedRows,
): Promise<Set<number>> {
  const counts = async (table: string) => {
    const rows = await engine.query<{ day: string; rows: string }>(
      `SELECT toString(toDate(measured_at)) AS day, count() AS rows FROM ${table} AS r WHERE r.position < {below:Int64} GROUP BY day`,
      { ...LOAD, params: { below: expected.below } },
    )
    return new Map(rows.map(row => [row.day, Number(row.rows)]))
  }
  const before = await counts('silver.readings')
  const after = await counts('silver.readings_rebuild')
  const away = (from: ReadonlyMap<string, number>, day: number) =>
    Math.abs((from.get(dayText(day)) ?? 0) - (expected.rows.get(day) ?? 0))
  return new Set([...days].filter(day => away(after, day) <= away(before, day)))
}

/** Puts the present rows of all other streams into the fresh tables that streams share. */
async function keepOtherStreams(
  engine: Engine,
  tables: readonly string[],
  streams: readonly string[],
): Promise<void> {
  const options = {
    session: 'load',
    settings: { ...ONE_BLOCK, mutations_sync: 2 },
    params: { streams },
  } as const
  for (const table of tables.filter(name => SHARED.includes(name))) {
    await engine.exec(
      `ALTER TABLE ${table}_rebuild DELETE WHERE stream NOT IN {streams:Array(String)}`,
      options,
    )
    await engine.exec(
      `INSERT INTO ${table}_rebuild SELECT * FROM ${table} AS t WHERE t.stream NOT IN {streams:Array(String)}`,
      options,
    )
  }
}

async function swap(
  { engine, streams, onReplace }: RebuildDeps,
  tables: readonly string[],
  days: ReadonlySet<number>,
  streamFloorsMs: ReadonlyMap<string, number>,
): Promise<void> {
  for (const day of days) {
    // Gold goes first: a crash in between must not leave gold of the old rows beside as many new ones.
    for (const table of GOLD_TABLES) await dropGoldDay(engine, table, day)
    await onReplace?.(day)
    await engine.exec(
      `ALTER TABLE silver.readings REPLACE PARTITION '${dayText(day)}' FROM silver.readings_rebuild`,
      LOAD,
    )
    await addToGold(engine, {
      after: -1,
      upto: Number.MAX_SAFE_INTEGER,
      fromDay: dayText(day),
      toDay: dayText(day),
    })
  }
  const exchanged = streams.list.filter(stream => tables.includes(tableOf(stream)))
  await dropStreamGold(engine, exchanged, streamFloorsMs)
  for (const table of tables) await engine.exec(`EXCHANGE TABLES ${table} AND ${table}_rebuild`, LOAD)
  await levelStreamGold(engine, exchanged, streamFloorsMs)
  await engine.sync(['silver.readings', ...GOLD_TABLES.map(t => `gold.${t}_state`), ...tables])
}
