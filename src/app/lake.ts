import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../core/config/index.ts'
import { AppError, EngineUnavailableError } from '../core/errors.ts'
import type { LiveBatch } from '../core/live.ts'
import { listSetAside, openOrMakeAnew, probeNewLake } from '../lake/anew/index.ts'
import { biTables, makeBiViews } from '../lake/bi/index.ts'
import { Bronze } from '../lake/bronze/index.ts'
import { connectServer, engineAsReaders, openReaders, startEmbeddedEngine } from '../lake/engine/index.ts'
import type { Engine, Readers } from '../lake/engine/index.ts'
import { writeFreeFlow } from '../lake/gold/index.ts'
import { mendCheckpoint, readCheckpoint } from '../lake/once/checkpoint.ts'
import { highestPosition } from '../lake/once/lake-queries.ts'
import { Loader } from '../lake/load/loader.ts'
import type { PrepareState } from '../lake/prepare/preparer.ts'
import { configuredRules, loadRules, ruleVersions } from '../lake/prepare/rules.ts'
import { migrate } from '../lake/migrations/index.ts'
import { openLog } from '../log/segments/index.ts'
import type { SegmentLog } from '../log/segments/index.ts'
import { readableLakeOf, readableTables } from '../serve/sql/index.ts'
import { engineWithRoom } from './disk/index.ts'
import type { DiskWatch } from './disk/index.ts'
import { EngineFalls } from './engine-falls.ts'
import type { HeldFolder } from './folder/index.ts'
import { isCopy } from './follow/copies.ts'
import { DamagedParts } from './losses/damaged-parts.ts'
import { countLossesFound } from './losses/index.ts'
import { noteLostFiles } from './losses/lost-files.ts'
import type { LongLines } from './losses/lost-files.ts'
import { noteOnlyCopies } from './losses/only-copies.ts'
import type { ProblemBoard } from './problems.ts'
import { shutDown } from './shutdown-steps.ts'
import type { ShutdownSteps } from './shutdown-steps.ts'
import { sideTablesOf } from '../lake/once/other-tables.ts'
import { COLUMN_COMMENTS } from './tables/comments.ts'
import { clockOf, openStandIns, writeCityClock } from '../streams/index.ts'
import { streamSet } from './streams.ts'

const BRONZE_EVERY_MS = 1000
const INDEX_BYTES = 256 * 1024 * 1024

/** Log and lake of one folder, level with each other and kept so. */
export interface OpenLake {
  readonly log: SegmentLog
  readonly engine: Engine
  /** Who answers the page and users' SQL; the engine itself loads. */
  readonly readers: Readers
  readonly loader: Loader
  readonly bronze: Bronze
  readonly rules: Pick<PrepareState, 'rules' | 'zone' | 'intervalS' | 'maxIndexBytes'>
  /** Null: this is a copy, and they are where they were received. */
  readonly longLines: LongLines | null
}

export interface LakeDeps {
  readonly config: Config
  readonly folder: HeldFolder
  readonly disk: DiskWatch
  readonly problems: ProblemBoard
  readonly mode: 'serve' | 'command'
  /** False: a damaged lake is not set aside. */
  readonly mayRebuild: boolean
  readonly signal: AbortSignal
  readonly onLive: (batch: LiveBatch) => void
  /** Rows of a stream that are in its table now, in silver's names. */
  readonly onRows: (stream: string, rows: readonly Record<string, unknown>[]) => void
  /** Told when the lake was damaged while the system ran, so that only another start can mend it. */
  readonly onBroken: (reason: string) => void
  /** How many follow the live changes. */
  readonly watchers: () => number
  readonly onProgress: (line: string) => void
}

/** Opens the log, starts the engine, brings its tables to shape and starts the loader. */
export async function openLake(deps: LakeDeps, undo: ShutdownSteps): Promise<OpenLake> {
  const { folder, problems, onProgress } = deps
  onProgress('Opening the log…')
  const mended = await mendCheckpoint(folder.checkpointPath)
  if (mended !== null) {
    onProgress(mended)
    problems.set('checkpoint', mended)
  }
  const { position: seenUpto } = await readCheckpoint(folder.checkpointPath)
  const log = await openLog(folder.logDir, {
    lossesPath: folder.lossesPath,
    seenUpto,
    onLoss: ({ id, message }) => onProgress(`LOST (${id}): ${message}`),
    onProblem: ({ kind, message }) => {
      // What was lost is told until somebody acknowledges it; an unfinished write that was cut is none.
      if (kind === 'damaged' || kind === 'lost' || kind === 'cut') onProgress(message)
      else problems.set(`log_${kind}`, message)
    },
  })
  undo.push(() => closeLog(log, onProgress))

  const { engine, loader, rules, onDamage, close } = await openTables(deps, log)
  undo.push(close)
  await tellSetAside(folder.path, problems)
  watchLog(log, loader, problems, undo)
  const bronze = new Bronze(engine, folder.logDir, log)
  keepBronze(bronze, undo)
  countLossesFound({ engine, log, loader }, undo)
  const own = { dir: folder.oversizeDir, keepDays: deps.config.retention.quarantine }
  const longLines = isCopy(deps.config, log) ? null : own
  if (longLines !== null) lookForFiles({ engine, log }, longLines, problems, undo)
  const readers = await openReading(engine, deps.config, folder, onDamage, undo)
  return { log, engine, readers, loader, bronze, rules, longLines }
}

/** Once: nobody but this program should take files away, and `verify` looks again. */
function lookForFiles(
  lake: { readonly engine: Engine; readonly log: SegmentLog },
  longLines: LongLines,
  problems: ProblemBoard,
  undo: ShutdownSteps,
): void {
  const looked = noteLostFiles(lake, longLines, false).catch((error: unknown) => {
    // While the engine is away there is nothing to ask it.
    if (error instanceof EngineUnavailableError) return
    problems.set('long_lines', error instanceof Error ? error.message : String(error))
  })
  undo.push(() => looked)
}

async function openReading(
  engine: Engine,
  config: Config,
  folder: HeldFolder,
  onError: (error: unknown) => void,
  undo: ShutdownSteps,
): Promise<Readers> {
  if (engine.mode === 'server') return engineAsReaders(engine, onError)
  const readers = await openReaders(engine, {
    dir: folder.path,
    listed: biTables(readableLakeOf(streamSet.list).tables),
    users: config.lake.readers,
    maxMemoryBytes: config.limits.sqlMaxMemoryBytes,
    onError,
  })
  undo.push(() => readers.stop())
  return readers
}

interface Tables extends Pick<OpenLake, 'engine' | 'loader' | 'rules'> {
  /** Told of what readers of the tables meet. */
  readonly onDamage: (error: unknown) => void
  readonly close: () => Promise<void>
}

/** Engine, tables and loader; where the lake is damaged beyond opening, those of a new one that the log fills. */
function openTables(deps: LakeDeps, log: SegmentLog): Promise<Tables> {
  const { config, folder, disk, mode, mayRebuild, signal, onProgress } = deps
  if (config.lake.url !== null) return tablesOf(deps, log)
  return openOrMakeAnew(() => tablesOf(deps, log), {
    place: folder.lake,
    disk,
    mayRebuild: mayRebuild && mode === 'serve',
    howToAllow: mode === 'serve' ? 'Start without --no-rebuild:' : 'Run `arterial start` to have it mended:',
    mayWait: mode === 'serve',
    probe: () => probeNewLake(folder.path, config.lake.maxMemoryBytes),
    isOnlyCopy: log.floor > 0 || log.losses.list().some(loss => loss.layer === 'log' && loss.inLake !== 0),
    onSetAside: async name => noteOnlyCopies(await readCheckpoint(folder.checkpointPath), log, name),
    signal,
    now: () => new Date(),
    onProgress,
  })
}

async function tablesOf(deps: LakeDeps, log: SegmentLog): Promise<Tables> {
  const undo: ShutdownSteps = []
  try {
    return { ...(await startTables(deps, log, undo)), close: () => shutDown(undo) }
  } catch (error) {
    // What the stop of half a lake says adds nothing.
    await shutDown(undo).catch(() => undefined)
    throw error
  }
}

async function startTables(
  { config, folder, disk, problems, onLive, onRows, watchers, onBroken, onProgress }: LakeDeps,
  log: SegmentLog,
  undo: ShutdownSteps,
): Promise<Omit<Tables, 'close'>> {
  onProgress('Starting the engine…')
  const falls = new EngineFalls()
  const engine = await openEngine(config, folder, disk, falls)
  undo.push(() => engine.stop())
  try {
    const writeSettings = () => shapeLake(engine, config, folder)
    const parts = new DamagedParts({ engine, log, problems, writeSettings, onProgress })
    const rules = rulesOf(config)
    await parts.without(async () => {
      await writeSettings()
      await parts.lookForContradictions()
      // Whatever the files of the log say: a position that a table has was given.
      const highest = await highestPosition(engine, sideTablesOf(streamSet.list))
      await log.seen(highest + 1)
      // A lake that was made anew has loaded nothing, whatever stood there when the log was opened.
      const { position } = await readCheckpoint(folder.checkpointPath)
      // A copy has those of the other one, in their place among the records.
      if (isCopy(config, log)) return
      await noteRules(log, engine, rules, Math.min(position, highest < log.synced ? Infinity : 0))
    })

    onProgress('Bringing the lake level with the log…')
    const loader = new Loader({
      engine,
      log,
      checkpointPath: folder.checkpointPath,
      rules,
      streams: streamSet,
      room: disk,
      onLive,
      onRows,
      watchers,
      onProgress,
      onProblem: (code, message) => problems.set(code, message),
      parts,
    })
    undo.push(() => loader.stop())
    await loader.start()
    watchEngine(engine, problems, undo)
    falls.watch(engine, { lake: folder.lake, disk, config, onBroken })
    return { engine, loader, rules, onDamage: parts.watch(loader, undo) }
  } catch (error) {
    throw falls.explain(error)
  }
}

/** Tables in this program's shape, and what each start writes into them. */
async function shapeLake(engine: Engine, { city, cameras }: Config, folder: HeldFolder): Promise<void> {
  await migrate(engine, folder.logDir, streamSet.list)
  await writeFreeFlow(engine, city.freeFlowKmh, city.districtFreeFlowKmh, Date.now())
  await writeCityClock(engine, city.timeZone, Date.now())
  await openStandIns(engine, cameras.standIn)
  await makeBiViews(engine, {
    tables: readableTables(streamSet.list),
    streams: streamSet.list,
    comments: COLUMN_COMMENTS,
    clock: { zone: city.timeZone, changes: clockOf(city.timeZone) },
  })
}

async function openEngine(
  config: Config,
  folder: HeldFolder,
  disk: DiskWatch,
  falls: EngineFalls,
): Promise<Engine> {
  const { url, user, password, maxMemoryBytes } = config.lake
  if (url === null) {
    const engine = await startEmbeddedEngine({
      dir: folder.path,
      maxMemoryBytes,
      mayRestart: () => disk.full === null,
      onProblem: problem => falls.note(problem),
    })
    return engineWithRoom(engine, disk)
  }
  return connectServer({ url, user, ...(password === null ? {} : { password: password.reveal() }) })
}

/** A lake that was set aside stays a problem until somebody who no longer needs it removes it. */
async function tellSetAside(folder: string, problems: ProblemBoard): Promise<void> {
  const [first, ...more] = (await listSetAside(folder)).toReversed()
  if (first === undefined) return
  const others = more.length === 0 ? '' : ` ${more.map(({ name }) => name).join(', ')} are older ones.`
  problems.set(
    'lake_set_aside',
    `The lake was damaged and is kept as ${first.name} since ${first.at ?? 'an unknown time'} (${first.reason ?? 'for an unknown reason'}); a new one was made from the log.${others} When nobody needs it any more, remove ${join(folder, first.name)}: it takes space.`,
  )
}

/** On a full disk the note that it was closed can't be written: nothing is lost, the next start looks through its end. */
async function closeLog(log: SegmentLog, onProgress: (line: string) => void): Promise<void> {
  await log.close().catch((error: unknown) => {
    if (!(error instanceof AppError && error.retryable)) throw error
    onProgress(`The log could not be closed in order (${error.message}); the next start looks it through.`)
  })
}

function watchEngine(engine: Engine, problems: ProblemBoard, undo: ShutdownSteps): void {
  const ended = engine.onState(state => {
    const message = `The SQL engine is ${state}; readings are accepted and kept, figures follow when it is back.`
    problems.set('engine_down', state === 'ready' ? null : message)
  })
  undo.push(() => {
    ended()
    return Promise.resolve()
  })
}

function rulesOf(config: Config): OpenLake['rules'] {
  return { ...configuredRules(config), maxIndexBytes: INDEX_BYTES }
}

/** Rules that differ from those in force so far go into the log: they hold from there on, and `verify` knows. */
async function noteRules(
  log: SegmentLog,
  engine: Engine,
  rules: OpenLake['rules'],
  loadedUpto: number,
): Promise<void> {
  const now = loadRules(rules)
  const last = (await ruleVersions(engine)).at(-1)
  // After a crash, other rules may be among the records not loaded yet; after a loss, among those that are lost.
  const allKnown = loadedUpto >= log.synced
  if (allKnown && last !== undefined && isDeepStrictEqual(last.rules, now)) return
  const lines = Buffer.from(`${JSON.stringify(now)}\n`)
  await log.append({
    kind: 'rules',
    source: 'configuration',
    arrivedAtMs: Date.now(),
    intervalS: null,
    lines,
    count: 1,
  })
}

/** Notes when records became durable, until stopped; a write that failed before is over then, because its senders were told. */
function watchLog(log: SegmentLog, loader: Loader, problems: ProblemBoard, undo: ShutdownSteps): void {
  const stop = new AbortController()
  const watching = (async () => {
    let seen = log.synced
    while (!stop.signal.aborted) {
      await log.waitBeyond(seen, stop.signal)
      if (log.synced > seen) {
        loader.freshness.durable(log.synced, log.synced - seen, performance.now())
        problems.set('log_write', null)
      }
      seen = log.synced
    }
  })()
  undo.push(() => {
    stop.abort()
    return watching
  })
}

/** A new segment is seen by SQL within a second. */
function keepBronze(bronze: Bronze, undo: ShutdownSteps): void {
  // While the engine is away there is nothing to ask it; the next round comes.
  const timer = setInterval(() => void bronze.refresh().catch(() => {}), BRONZE_EVERY_MS)
  timer.unref()
  undo.push(() => {
    clearInterval(timer)
    return bronze.refresh().catch(() => {})
  })
}
