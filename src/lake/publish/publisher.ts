import type { Stream } from '../../core/stream/index.ts'
import { EngineUnavailableError, UsageError } from '../../core/errors.ts'
import { HOUR_MS } from '../../core/time/spans.ts'
import { DeltaError } from '../delta/index.ts'
import type { DeltaColumn } from '../delta/index.ts'
import { Asked } from './asked/asked.ts'
import type { PublishingEngine } from './asked/asked.ts'
import type { SegmentRange } from './asked/bronze-lines.ts'
import { publishedColumns } from './asked/column-types.ts'
import { DirtyHours } from './asked/dirty-hours.ts'
import { lakeShape, thingsNow } from './asked/lake-shape.ts'
import type { ColumnComments, LakeShape, Things } from './asked/lake-shape.ts'
import { bringLevel, notLooked, publishAnew } from './level.ts'
import type { Looked, Work } from './level.ts'
import { Overtaken, Publication } from './publication.ts'
import type { PublicationDeps } from './publication.ts'
import type { PublishedTable } from './published-table.ts'
import { rowsOf } from './rows.ts'
import { optimise } from './upkeep/optimise.ts'
import type { Optimised } from './upkeep/optimise.ts'
import { vacuum } from './upkeep/vacuum.ts'
import { verifyTable } from './upkeep/verify.ts'
import type { TableVerdict } from './upkeep/verify.ts'

/** The lake as its publisher sees it. */
export interface PublishedLake {
  readonly engine: PublishingEngine
  /** Every record below it is in every layer, and survives a power cut. */
  readonly saved: () => number
  /** Another number, and a rebuild, a repair or retention may have changed any table; null while one does. */
  readonly changes: () => number | null
  /** The files of the log, once SQL sees all of them: lines of one that it does not see would never go out. */
  readonly segments: () => Promise<readonly SegmentRange[]>
}

export interface PublisherDeps extends PublicationDeps {
  readonly lake: PublishedLake
  readonly streams: readonly Stream[]
  readonly comments: ColumnComments
  /** Whether an error is the store's: other tables would meet it too. */
  readonly isStores: (error: unknown) => boolean
}

/** What is published of one table. */
export interface PublishedState {
  readonly path: string
  readonly from: string
  readonly says: string
  readonly columns: readonly DeltaColumn[]
  readonly partitionColumns: readonly string[]
  /** Of Delta; −1: nothing is published yet. */
  readonly version: number
  /** Equal to the lake up to it, exclusive. */
  readonly position: number
  readonly epoch: number
  readonly rows: number
  readonly files: number
  readonly bytes: number
  /** What keeps it from going on. */
  readonly problem: string | null
}

/** A rebuild, a repair or retention has the lake's tables: what is read now may be no whole. */
export class Unsteady extends Error {
  constructor() {
    super('other work changes the tables of the lake: publishing goes on after it')
    this.name = 'Unsteady'
  }
}

/** Two commits that nobody here made, within this: somebody else makes them. */
const ALONE_MS = HOUR_MS

interface Kept {
  readonly path: string
  publication: Publication | null
  /** When a commit of this publisher was met last that this program did not make, ms. */
  overtakenMs: number
  /** Somebody publishes under the same name: until it is published anew nothing goes on. */
  copy: DeltaError | null
  /** It has to be read anew: what is there may be otherwise than was thought. */
  isStale: boolean
  problem: string | null
  looked: Looked
}

/** What a round asks of the lake once. */
interface Round {
  readonly asked: Asked
  readonly hours: DirtyHours
  readonly things: Things
  readonly isWhole: boolean
  readonly signal: AbortSignal
}

export interface RoundOptions {
  /** Compares everything, however long ago it was compared. */
  readonly isWhole?: boolean
  /** Paths; null: all. */
  readonly only?: readonly string[] | null
}

/** Publishes the lake's tables: each round brings every table level with the lake, or says what keeps it. */
export class Publisher {
  readonly #deps: PublisherDeps
  readonly #kept = new Map<string, Kept>()
  #shape: LakeShape = { tables: [], columns: new Map() }

  constructor(deps: PublisherDeps) {
    this.#deps = deps
  }

  /** Every table there is to publish, and how far it is; none before the first round. */
  get states(): PublishedState[] {
    return this.#shape.tables.map(table => stateOf(table, this.#kept.get(table.path)))
  }

  /**
   * One round. What goes wrong with one table keeps no other; what goes wrong with the store or the lake ends the round.
   *
   * @param which the kinds of tables; others wait for another round
   * @throws {Unsteady} while other work changes the lake: the next round goes on
   * @throws what the store or the engine throws
   */
  async round(
    which: 'gold' | 'all',
    signal: AbortSignal,
    { isWhole = false, only = null }: RoundOptions = {},
  ): Promise<void> {
    const round = await this.#begin(signal, isWhole)
    for (const table of this.#named(only)) {
      signal.throwIfAborted()
      if (which === 'gold' && table.growth.kind !== 'hours') continue
      await this.#tried(table, async kept => {
        try {
          await this.#bringLevel(table, kept, round)
        } catch (error) {
          if (!(error instanceof Overtaken)) throw error
          this.#assertAlone(kept, error)
          kept.isStale = true
          await this.#bringLevel(table, kept, round)
        }
      })
    }
  }

  async #bringLevel(table: PublishedTable, kept: Kept, round: Round): Promise<void> {
    if (kept.copy !== null) throw kept.copy
    if (kept.isStale || kept.publication === null)
      kept.publication = await Publication.open(table, this.#deps)
    kept.isStale = false
    const work = this.#workOn(kept.publication, kept, round)
    // A lake that is made anew fills up to where it was: until then it has less than what is published.
    if (work.upto >= kept.publication.position) await bringLevel(work)
  }

  /** A commit that comes late is one; who meets several in a while is not alone, and would go on doubling rows. */
  #assertAlone(kept: Kept, met: Overtaken): void {
    const nowMs = this.#deps.now()
    const isAgain = nowMs - kept.overtakenMs < ALONE_MS
    kept.overtakenMs = nowMs
    if (!isAgain) return
    kept.copy = new DeltaError(
      kept.path,
      `version ${met.found} and one before it are of this publisher, but not of this run of it. Does a copy of this data folder publish, too? Remove tables-publisher in the copy, and publish the table anew with 'arterial tables rebuild ${kept.path}'`,
    )
    throw kept.copy
  }

  /**
   * Publishes tables anew from all that the lake has, whoever changed them.
   * @throws {UsageError} for a table that there is not
   */
  async rebuild(
    paths: readonly string[],
    signal: AbortSignal,
    onTable: (path: string) => void,
  ): Promise<void> {
    const round = await this.#begin(signal, true)
    for (const table of this.#named(paths)) {
      onTable(table.path)
      const kept = this.#keptOf(table)
      kept.isStale = true
      const publication = await Publication.openAnew(table, this.#deps)
      await publishAnew(this.#workOn(publication, kept, round))
      Object.assign(kept, { publication, isStale: false, problem: null, copy: null, looked: notLooked() })
    }
  }

  /** Reads what is published, and publishes nothing. */
  async look(signal: AbortSignal): Promise<void> {
    await this.#begin(signal, false)
    for (const table of this.#named(null))
      await this.#tried(table, async kept => {
        if (kept.isStale || kept.publication === null)
          kept.publication = await Publication.open(table, this.#deps)
        kept.isStale = false
        await kept.publication.refresh()
      })
  }

  /** Reads every file of tables and compares them with the lake. @throws {UsageError} for a table that there is not */
  async verify(
    only: readonly string[] | null,
    signal: AbortSignal,
    onTable: (path: string, share: number) => void,
  ): Promise<TableVerdict[]> {
    const verdicts: TableVerdict[] = []
    await this.#each(only, signal, onTable, async (publication, kept, round) => {
      verdicts.push(await verifyTable(this.#workOn(publication, kept, round), this.#deps.store))
    })
    return verdicts
  }

  /**
   * Puts small files together. @param folder on this machine, for files on their way
   * @throws {UsageError} where the engine is a server, which can't reach them
   */
  async optimise(
    only: readonly string[] | null,
    folder: string,
    signal: AbortSignal,
    onTable: (path: string, share: number) => void,
  ): Promise<Optimised> {
    if (this.#deps.lake.engine.mode !== 'embedded')
      throw new UsageError('files are put together by the built-in engine only: let Spark or delta-rs do it')
    const { store } = this.#deps
    const sum = { before: 0, after: 0 }
    await this.#each(only, signal, onTable, async (publication, _kept, { asked }) => {
      const { before, after } = await optimise(publication, { asked, store, folder, signal })
      sum.before += before
      sum.after += after
    })
    return sum
  }

  /** Removes files that no version of the last days has. @returns how many */
  async vacuum(
    only: readonly string[] | null,
    signal: AbortSignal,
    onTable: (path: string, share: number) => void,
  ): Promise<number> {
    const { store, now } = this.#deps
    let gone = 0
    await this.#each(only, signal, onTable, async publication => {
      gone += await vacuum(publication, store, now(), signal)
    })
    return gone
  }

  /** Work on tables that are published, one after the other; the first that goes wrong ends it. */
  async #each(
    only: readonly string[] | null,
    signal: AbortSignal,
    onTable: (path: string, share: number) => void,
    work: (publication: Publication, kept: Kept, round: Round) => Promise<void>,
  ): Promise<void> {
    const round = await this.#begin(signal, false)
    const tables = this.#named(only)
    for (const [i, table] of tables.entries()) {
      signal.throwIfAborted()
      onTable(table.path, i / tables.length)
      const kept = this.#keptOf(table)
      kept.isStale = true
      const publication = await Publication.open(table, this.#deps)
      Object.assign(kept, { publication })
      if (publication.version >= 0) await work(publication, kept, round)
      kept.isStale = false
    }
  }

  async #begin(signal: AbortSignal, isWhole: boolean): Promise<Round> {
    const { lake, streams, comments } = this.#deps
    const asked = new Asked(lake.engine, signal)
    this.#shape = await lakeShape(asked, streams, comments)
    const things = await thingsNow(asked, streams, this.#shape)
    return { asked, things, isWhole, signal, hours: new DirtyHours(asked, streams) }
  }

  #workOn(publication: Publication, { looked }: Kept, round: Round): Work {
    const { lake, now } = this.#deps
    const { from, comments } = publication.table
    const changes = lake.changes()
    if (changes === null) throw new Unsteady()
    const assertSteady = () => {
      if (lake.changes() !== changes) throw new Unsteady()
    }
    const columns = publishedColumns(this.#shape.columns.get(from) ?? [], comments)
    const source = { asked: round.asked, columns, segments: lake.segments, assertSteady }
    return { ...round, publication, source, looked, changes, upto: lake.saved(), nowMs: now() }
  }

  /** @throws {UsageError} for a table that there is not */
  #named(only: readonly string[] | null): readonly PublishedTable[] {
    const { tables } = this.#shape
    const unknown = only?.find(path => !tables.some(table => table.path === path))
    if (unknown !== undefined)
      throw new UsageError(
        `there is no table ${unknown}; there are ${tables.map(({ path }) => path).join(', ')}`,
      )
    return only === null ? tables : tables.filter(({ path }) => only.includes(path))
  }

  async #tried(table: PublishedTable, work: (kept: Kept) => Promise<void>): Promise<void> {
    const kept = this.#keptOf(table)
    try {
      await work(kept)
      kept.problem = null
    } catch (error) {
      kept.isStale = true
      const { isStores } = this.#deps
      if (error instanceof Unsteady || error instanceof EngineUnavailableError || isStores(error)) throw error
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      kept.problem = error instanceof Error ? error.message : String(error)
    }
  }

  #keptOf({ path }: PublishedTable): Kept {
    const known = this.#kept.get(path)
    if (known !== undefined) return known
    const made: Kept = {
      ...{ path, publication: null, isStale: false, problem: null, looked: notLooked() },
      ...{ overtakenMs: -Infinity, copy: null },
    }
    this.#kept.set(path, made)
    return made
  }
}

function stateOf({ path, from, says }: PublishedTable, kept: Kept | undefined): PublishedState {
  const publication = kept?.publication ?? null
  const files = [...(publication?.files.values() ?? [])]
  return {
    ...{ path, from, says, columns: publication?.columns ?? [] },
    partitionColumns: publication?.partitionColumns ?? [],
    version: publication?.version ?? -1,
    position: publication?.position ?? 0,
    epoch: publication?.epoch ?? 0,
    rows: files.reduce((sum, file) => sum + rowsOf(file), 0),
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    problem: kept?.problem ?? null,
  }
}
