import { setTimeout as sleep } from 'node:timers/promises'
import { DiskFullError, EngineUnavailableError } from '../../core/errors.ts'
import type { LiveBatch } from '../../core/live.ts'
import type { LogReader } from '../../core/log.ts'
import type { Engine } from '../engine/index.ts'
import { GOLD_TABLES, ONE_BLOCK, openGold } from '../gold/index.ts'
import { isBacklog, MAX_BATCH_BYTES } from './batch-size.ts'
import { readCheckpoint, saveCheckpoint } from '../once/checkpoint.ts'
import { Freshness } from './freshness.ts'
import { loadPages } from '../once/lake-queries.ts'
import type { Ledger } from '../once/ledger.ts'
import { damagedBehind, takeOut } from '../repair/damaged-parts.ts'
import type { DamagedPart, PartWatch } from '../repair/damaged-parts.ts'
import { mend } from '../repair/mend.ts'
import { Pace } from './pace.ts'
import { Pause } from './pause.ts'
import { PreparerThread } from '../prepare/preparer-thread.ts'
import type { Staged } from '../prepare/preparer-worker.ts'
import type { Prepared, PrepareState } from '../prepare/preparer.ts'
import { dropHalfRebuilt } from '../repair/rebuild.ts'
import { recover } from '../repair/recover.ts'
import { isFullNow, refuseWhenFull, untilRoom, type Room } from './disk-room.ts'
import { Session, stateAt } from './loading-run.ts'
import { sideTablesOf } from '../once/other-tables.ts'
import type { SideTables } from '../once/other-tables.ts'
import { StageTimes } from './stage-times.ts'
import type { StreamSet } from './streams.ts'
import { goldTablesOf } from '../streams/gold.ts'
import { goldOfBatch } from './gold-of-batch.ts'
import { onceLoader } from '../streams/held-rows.ts'
import { tenths } from './tenths.ts'
import { unhandledLater } from './unhandled-later.ts'
import { dropOldDays, recount, type Retention } from '../repair/lake-retention.ts'

/** While a backlog is loaded, gold is added to after so many rows: a million that share no window took the engine 2 GB. */
const GOLD_EVERY_ROWS = 300_000
/** Where a backlog ends within so many rows, they go into gold in one step: fewer steps cost less. */
const MAX_GOLD_ROWS = 600_000
/** Records that add no rows, such as repeats, wait for others at most until there are so many. */
const FAR_RECORDS = 1_000_000
/** With nothing to load, it is looked so often whether gold or a checkpoint is due. */
const LOOK_MS = 2000
const RETRY_MS = 500
/** So many parts may be found damaged one after the other before a start gives up. */
const MAX_DAMAGED = 100

export interface LoaderDeps {
  readonly engine: Engine
  readonly log: LogReader
  readonly checkpointPath: string
  readonly rules: Pick<PrepareState, 'rules' | 'zone' | 'intervalS' | 'maxIndexBytes'>
  /** Streams beside the readings; one that is not among them is passed over, and the checkpoint says from where. */
  readonly streams: StreamSet
  /** Rows of a stream that are in its table now, in silver's names: the newest of a batch. */
  readonly onRows?: (stream: string, rows: readonly Record<string, unknown>[]) => void
  /** @default there always is */
  readonly room?: Room
  readonly onLive: (batch: LiveBatch) => void
  /** How many follow the live changes. @default none */
  readonly watchers?: () => number
  readonly onProgress: (line: string) => void
  /** A null message says that the problem is over. */
  readonly onProblem: (code: string, message: string | null) => void
  readonly parts?: PartWatch
}

/**
 * Brings each record of the log into every layer exactly once, wherever a crash interrupts it: parsed and inserted in batches, then
 * added to gold. A checkpoint says up to where that is done; a start goes on from there, leaving out what the tables have already.
 */
export class Loader {
  readonly freshness = new Freshness()
  readonly times = new StageTimes()
  /** Every record below this position is in every layer, so that whoever asks sees it. */
  visible = 0
  /** Newest measured_at of silver met since the start, ms; −Infinity before the first. */
  newestMs = -Infinity
  /** Readings loaded since the start. */
  loaded = 0
  /** Another number, and other work may have changed the tables: what was made of them has to be looked at again. */
  changes = 0
  onRefused: (runs: Prepared['refused']) => void = () => undefined

  readonly #deps: LoaderDeps
  readonly #tables: readonly string[]
  readonly #stop = new AbortController()
  readonly #pace: Pace
  #run: Promise<void> | null = null
  #session: Session | null = null
  #ledger: Ledger | null = null
  #saved = 0
  /** The session that ended last had read again all that a crash may have left: other work may have the tables. */
  #settled = false
  readonly #pause = new Pause()

  constructor(deps: LoaderDeps) {
    this.#deps = deps
    const { list } = deps.streams
    const gold = [...GOLD_TABLES.map(t => `gold.${t}_state`), ...goldTablesOf(list)]
    this.#tables = ['silver.readings', ...gold, ...Object.values(sideTablesOf(list))]
    this.#pace = new Pace(() => performance.now(), deps.watchers ?? (() => 0))
  }

  /** Somebody asks for figures: what waits for more rows waits no longer. @returns whether anything may have waited */
  asked(): boolean {
    return this.#pace.asked()
  }

  /** What the tables hold; null while nothing is loaded. */
  get ledger(): Ledger | null {
    return this.#session?.ledger ?? null
  }

  /** The same, also while nothing is loaded: as it was last. */
  get lastLedger(): Ledger | null {
    return this.#ledger
  }

  /** The log may forget records below it: every layer has them for good. Those of unknown streams are in none, and stay. */
  get saved(): number {
    return Math.min(this.#saved, this.#ledger?.firstPassed ?? Infinity)
  }

  /** Takes what these days and tables hold after a rebuild for what they should hold; to be called within `exclusively`. */
  recount(days: ReadonlySet<number>, tables: SideTables): Promise<void> {
    return recount(this.#deps.engine, this.#deps.checkpointPath, days, tables)
  }

  /** @returns the oversize files that nothing names any more */
  async dropOldDays(keep: Retention, signal?: AbortSignal): Promise<string[]> {
    if (keep.silverDays === null && keep.goldDays === null && keep.quarantineDays === null) return []
    const { engine, checkpointPath, streams } = this.#deps
    return this.exclusively(() => dropOldDays(engine, checkpointPath, streams.list, keep), signal)
  }

  /** Recovers, then loads until `stop`. Resolves after the recovery, which a crash may have made long. */
  async start(): Promise<void> {
    for (let met = 0; this.#session === null; met++) {
      try {
        await openGold(this.#deps.engine)
        this.#session = await this.#open()
      } catch (error) {
        if (met >= MAX_DAMAGED || !(await this.#takeOutMet(error))) throw error
      }
    }
    this.#run = this.#loop()
  }

  /** Takes parts with damaged files out of their tables; loading begins anew then, and makes their rows anew from the log. */
  mendParts(parts: readonly DamagedPart[], signal?: AbortSignal): Promise<void> {
    const { engine, parts: watch } = this.#deps
    return this.exclusively(() => takeOut(engine, parts, watch), signal)
  }

  /** Takes the damaged parts out that a statement met. @returns whether there were any */
  async #takeOutMet(error: unknown): Promise<boolean> {
    const { engine, parts: watch } = this.#deps
    const damaged = await damagedBehind(engine, error, this.#stop.signal)
    await takeOut(engine, damaged, watch)
    this.changes++
    return damaged.length > 0
  }

  /** Finishes the batch in hand, brings gold level and saves the checkpoint. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#run
    const session = this.#session
    this.#session = null
    if (session !== null) await session.thread.close()
  }

  /**
   * Runs `work` while nothing is loaded, then recovers: for work that changes tables under the loader.
   * @param signal ends the waiting for it; `work` itself runs to its end
   */
  exclusively<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const counted = () => work().finally(() => this.changes++)
    return this.#pause.during(counted, this.#run === null, signal)
  }

  async #open(): Promise<Session> {
    const { engine, log, checkpointPath, rules, streams } = this.#deps
    const checkpoint = await readCheckpoint(checkpointPath)
    await dropHalfRebuilt(engine, streams.list)
    const recovered = await recover(
      {
        engine,
        log,
        streams: streams.list,
        onProgress: this.#deps.onProgress,
        mend: (damage, upto, onFrame) => {
          const onProgress = tenths(this.#deps.onProgress)
          return mend({ engine, log, streams, rules, onProgress }, damage, checkpoint, upto, onFrame)
        },
        save: mended => saveCheckpoint(checkpointPath, mended),
      },
      checkpoint,
    )
    const thread = await PreparerThread.open(
      { ...rules, ...(await stateAt(engine, checkpoint, recovered)) },
      streams.url,
      this.times,
    )
    this.visible = recovered.position
    this.#saved = checkpoint.position
    this.#ledger = recovered.ledger
    this.changes++
    await this.#deps.parts?.mended(recovered.ledger)
    return new Session(thread, recovered)
  }

  async #loop(): Promise<void> {
    const { room } = this.#deps
    while (!this.#stop.signal.aborted) {
      try {
        await untilRoom(room, this.#pause, () => this.#settled, this.#stop.signal)
        if (this.#stopped()) return
        if (this.#session === null) this.#session = await this.#open()
        await this.#work(this.#session)
      } catch (error) {
        this.#settled = this.#session !== null && this.#rescanned
        await this.#session?.thread.close()
        this.#session = null
        if (this.#stopped()) return
        await this.#recoverFrom(error)
      }
    }
  }

  readonly #stopped = (): boolean => this.#stop.signal.aborted

  async #recoverFrom(error: unknown): Promise<void> {
    if (await this.#takeOutMet(error).catch(() => false)) return
    // Others tell that the engine is away or the disk full. Anything else, a bug too, stays named until loading works
    // again; the doors stay open meanwhile, and nothing is lost.
    const isTold = error instanceof EngineUnavailableError || error instanceof DiskFullError
    if (!isTold && !(await isFullNow(this.#deps.room))) {
      this.#deps.onProblem('loader_failed', error instanceof Error ? error.message : String(error))
    }
    await sleep(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => {})
  }

  /**
   * Loads until stopped, paused or failed. Three things overlap while there is a backlog: the batch after next is read,
   * the next one is prepared, the last one is inserted (and now and then gold and the checkpoint follow it).
   */
  async #work(session: Session): Promise<void> {
    let writing: Promise<void> = Promise.resolve()
    let ahead: Promise<Staged | null> | null = null
    let isBehind = false
    try {
      for (;;) {
        const begun = performance.now()
        refuseWhenFull(this.#deps.room)
        const staged = this.#resting ? null : await (ahead ?? this.#read(session, session.read))
        ahead = null
        if (staged === null) {
          await writing
          await this.#gold(session, this.#resting || this.#pace.isBrisk)
          await this.#checkpoint(session, this.#resting)
          this.#deps.onProblem('loader_failed', null)
          if (this.#stop.signal.aborted) return
          if (this.#pause.isAsked) {
            await this.#yield(session)
            return
          }
          await this.#waitForMore(session)
          continue
        }
        const upto: number = staged.upto
        session.read = upto
        const left = this.#deps.log.synced - upto
        if (isBacklog(left)) ahead = unhandledLater(this.#read(session, upto))
        else session.batchSize.reset()
        const prepared = await this.#prepare(session, staged)
        await writing
        const wasBehind = isBehind
        isBehind = isBacklog(left)
        writing = unhandledLater(this.#write(session, prepared, upto, left))
        if (!isBehind) {
          await writing
          if (wasBehind) await this.#gold(session, true)
          await this.#pace.rest(begun, AbortSignal.any([this.#stop.signal, this.#pause.asking]))
        }
      }
    } finally {
      await Promise.allSettled([writing, ahead])
    }
  }

  /** Whether no batch may be begun: the program stops, or other work waits for the tables and no rescan is going on. */
  get #resting(): boolean {
    return this.#stop.signal.aborted || (this.#pause.isAsked && this.#rescanned)
  }

  /** Whether all that a crash may have left in some tables only has been read again. */
  get #rescanned(): boolean {
    return this.#session === null || this.#session.inserted > this.#session.highest
  }

  /** Inserts a batch; gold follows when it is due, or has waited for a number of rows. @param left records behind the batch */
  async #write(session: Session, prepared: Prepared, upto: number, left: number): Promise<void> {
    await this.#insert(session, prepared, upto)
    const isBehind = isBacklog(left)
    const { pendingRows } = session
    // Records that add no row, such as repeats, must become visible too.
    const isFar = upto - session.visibleUpto >= FAR_RECORDS
    if (isBehind && !isFar && (pendingRows < GOLD_EVERY_ROWS || pendingRows + left <= MAX_GOLD_ROWS)) return
    await this.#gold(session, isBehind)
    await this.#checkpoint(session, false)
  }

  /** Lets other work have the tables. It may change them, so that loading starts over from what they hold then. */
  async #yield(session: Session): Promise<void> {
    await session.thread.close()
    this.#session = null
    await this.#pause.grant()
  }

  async #waitForMore(session: Session): Promise<void> {
    // What is durable may not be readable yet: asking again without a pause would keep whoever makes it so from going on.
    if (this.#deps.log.synced > session.read) await sleep(1)
    const ends = [this.#stop.signal, this.#pause.asking, this.#pace.hurry, AbortSignal.timeout(LOOK_MS)]
    const signal = AbortSignal.any(ends)
    await this.#deps.log.waitBeyond(session.read, signal)
  }

  async #read(session: Session, position: number): Promise<Staged | null> {
    const { log } = this.#deps
    const records = session.batchSize.next(log.synced - position)
    return this.times.measure('read', async () => {
      const frames = await log.read(position, MAX_BATCH_BYTES, records)
      if (frames.length === 0) return null
      return session.thread.stage(frames)
    })
  }

  async #prepare(session: Session, staged: Staged): Promise<Prepared> {
    return this.times.measure('prepare', () =>
      session.thread.prepare(staged, {
        pages: (pages, names) => loadPages(this.#deps.engine, pages, names),
        once: onceLoader(this.#deps.engine, this.#deps.streams.list),
      }),
    )
  }

  async #insert(session: Session, prepared: Prepared, upto: number): Promise<void> {
    const { engine } = this.#deps
    const before = session.inserted
    await this.times.measure('insert', async () => {
      for (const { table, columns, rows, data } of prepared.blocks) {
        await engine.insertNative(table, columns, data, { session: 'load', settings: ONE_BLOCK, rows })
      }
    })
    session.noteInserted(prepared, upto)
    this.loaded += prepared.counts.readings
    this.#pace.loaded(upto - before)
    this.newestMs = Math.max(this.newestMs, prepared.newestMs)
    this.#deps.onLive(prepared.live)
    for (const [name, rows] of prepared.streams.shown) this.#deps.onRows?.(name, rows)
    this.onRefused(prepared.refused)
  }

  /** Adds to gold what silver got since, each row once; after a crash by day, from where gold's day ends (its watermark). */
  async #gold(session: Session, now: boolean): Promise<void> {
    if (session.visibleUpto === session.inserted) return
    if (!now && performance.now() - session.goldAt < this.#pace.beat.goldMs) return
    session.goldAt = performance.now()
    const { engine, streams } = this.#deps
    const upto = session.inserted - 1
    await this.times.measure('gold', () => goldOfBatch(engine, streams.list, session, upto))
    session.noteInGold()
    this.visible = session.inserted
    this.freshness.visible(this.visible, performance.now())
    this.#deps.onProblem('loader_failed', null)
  }

  /** Never says more than what survives a power cut: the tables' files are synced before the position is saved. */
  async #checkpoint(session: Session, now: boolean): Promise<void> {
    // While records are read again after a crash, tables hold more than the position says.
    if (session.saved || session.visibleUpto !== session.inserted || session.inserted <= session.highest)
      return
    if (!now && performance.now() - session.savedAt < this.#pace.beat.checkpointMs) return
    session.savedAt = performance.now()
    await this.times.measure('checkpoint', async () => {
      await this.#deps.engine.sync(this.#tables)
      await saveCheckpoint(this.#deps.checkpointPath, session.ledger.snapshot(Date.now()))
    })
    session.saved = true
    this.#saved = session.inserted
  }
}
