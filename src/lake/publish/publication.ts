import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Action, Add, DeltaColumn, DeltaStore, Mark } from '../delta/index.ts'
import {
  changesNothing,
  columnsOf,
  DeltaError,
  DeltaTable,
  evolved,
  makerOf,
  markOf,
  markText,
  schemaString,
  statisticsOf,
} from '../delta/index.ts'
import type { Commit } from '../delta/index.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import type { PublishedTable } from './published-table.ts'

/** Whoever reads an older version has so long for it; then its files and its log may go. */
export const KEEP_MS = 7 * DAY_MS
const TRIES = 10
/** As Hive names the folder of rows without a value. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__'

/** Tags of a file, by which a later round knows what it holds. */
export const TAG = { rows: 'arterial.print', unit: 'arterial.unit' } as const

/** Where tables lie. */
export interface TableStore extends DeltaStore {
  putFile(key: string, path: string): Promise<void>
}

export interface PublicationDeps {
  readonly store: TableStore
  /** Of the data folder; nobody else's tables are touched. */
  readonly publisher: string
  readonly version: string
  readonly now: () => number
}

/** A file to be. */
export interface NewFile {
  readonly bytes: Buffer
  /** By partition column; none where the table has none. */
  readonly partition: Readonly<Record<string, string | null>>
  readonly tags: Readonly<Record<string, string>>
}

export interface Change {
  readonly operation: string
  readonly columns: readonly DeltaColumn[]
  readonly partitionColumns: readonly string[]
  readonly add: readonly Add[]
  readonly remove: readonly Add[]
  /** The table equals the lake up to it, exclusive. */
  readonly position: number
  /** What had been published is replaced. */
  readonly again?: boolean
  /** False: the same rows in other files. @default true */
  readonly dataChange?: boolean
}

/**
 * A commit of this publisher was met that this program did not make since it opened the table: one that was given up for lost and came
 * through late, or one by a copy of the data folder. Nothing was written; whoever opens the table again goes on behind it.
 */
export class Overtaken extends DeltaError {
  readonly found: number

  constructor(table: string, found: number) {
    super(table, `version ${found} is of this publisher, but not of this run of it: the next round goes on`)
    this.found = found
  }
}

/** One published table: its files, its commits, and whose it is. */
export class Publication {
  readonly table: PublishedTable
  readonly #deps: PublicationDeps
  readonly #delta: DeltaTable
  /** Commits that were tried: one whose answer was lost is known by it. */
  readonly #tried = new Set<string>()
  #mark: Mark
  #position: number
  /** Until its first commit others' columns and commits do not count. */
  #isAnew = false

  private constructor(table: PublishedTable, deps: PublicationDeps, delta: DeltaTable) {
    this.table = table
    this.#deps = deps
    this.#delta = delta
    this.#mark = { publisher: deps.publisher, number: 0, position: 0, epoch: 0 }
    this.#position = 0
  }

  /** @throws {DeltaError} when the table can't be read, or is another's */
  static async open(table: PublishedTable, deps: PublicationDeps): Promise<Publication> {
    const delta = await DeltaTable.open(deps.store, table.path)
    const publication = new Publication(table, deps, delta)
    publication.#takeOver(delta.recent)
    return publication
  }

  /**
   * To publish it anew, whoever changed it: nothing of what is there counts.
   * @throws {DeltaError} when it can't be read
   */
  static async openAnew(table: PublishedTable, deps: PublicationDeps): Promise<Publication> {
    const delta = await DeltaTable.open(deps.store, table.path)
    const publication = new Publication(table, deps, delta)
    const [first] = delta.recent
    const before = first === undefined ? null : markOf(first.actions)
    const own = delta.snapshot.txns.get(`arterial-${deps.publisher}`)?.version ?? 0
    publication.#mark = { ...publication.#mark, number: own, epoch: before?.epoch ?? 0 }
    publication.#isAnew = true
    return publication
  }

  /** What is published equals the lake up to it, exclusive. */
  get position(): number {
    return this.#position
  }

  get version(): number {
    return this.#delta.snapshot.version
  }

  get epoch(): number {
    return this.#mark.epoch
  }

  get files(): ReadonlyMap<string, Add> {
    return this.#delta.snapshot.files
  }

  /** Nothing up to here is to be published. */
  level(position: number): void {
    this.#position = Math.max(this.#position, position)
  }

  /** Puts a file where nobody reads it yet. */
  async put({ bytes, partition, tags }: NewFile): Promise<Add> {
    const { nowMs, name } = this.#newName(partition)
    await this.#deps.store.put(`${this.table.path}/${name}`, bytes)
    return addOf(name, bytes, { nowMs, partition, tags })
  }

  /** The same for a file on this machine. */
  async putFile({ path, partition, tags }: { readonly path: string } & Omit<NewFile, 'bytes'>): Promise<Add> {
    const { nowMs, name } = this.#newName(partition)
    await this.#deps.store.putFile(`${this.table.path}/${name}`, path)
    const bytes = await readFile(path)
    return addOf(name, bytes, { nowMs, partition, tags })
  }

  /** Reads what others committed meanwhile. @throws {DeltaError} when somebody else changed the table */
  async refresh(): Promise<void> {
    this.#see(await this.#delta.refresh())
  }

  /**
   * Makes the change in one commit.
   * @throws {DeltaError} when somebody else changed the table; nothing of it is overwritten
   */
  async commit(change: Change): Promise<void> {
    for (let tries = TRIES; tries > 0; tries--) {
      const met = await this.#delta.refresh()
      if (!this.#isAnew) this.#see(met)
      // A lost answer was a commit after all.
      if (this.#mark.number > 0 && this.#position >= change.position && this.#has(change)) return
      const gone = change.remove.find(({ path }) => !this.files.has(path))
      if (gone !== undefined)
        throw this.#error(`${gone.path} was taken out meanwhile; the next round looks again`)
      const mark = this.#next(change)
      if (!(await this.#delta.commit(this.#actions(change, mark)))) continue
      this.#mark = mark
      this.#position = change.position
      this.#isAnew = false
      this.#tried.clear()
      await this.#keep()
      return
    }
    throw this.#error(`others commit all the time: none of ${TRIES} tries came through`)
  }

  /** By its time a file that no commit names is known for old. */
  #newName(partition: NewFile['partition']): { readonly nowMs: number; readonly name: string } {
    const nowMs = this.#deps.now()
    const folders = Object.entries(partition).map(([name, value]) => `${name}=${value ?? NO_VALUE}/`)
    return { nowMs, name: `${folders.join('')}part-${nowMs}-${randomUUID()}.zstd.parquet` }
  }

  #has({ add, remove }: Change): boolean {
    return (
      add.length + remove.length > 0 &&
      add.every(({ path }) => this.files.has(path)) &&
      remove.every(({ path }) => !this.files.has(path))
    )
  }

  #next({ position, again = false }: Change): Mark {
    const { publisher, number, epoch } = this.#mark
    return { publisher, number: number + 1, position, epoch: epoch + (again ? 1 : 0) }
  }

  #actions(change: Change, mark: Mark): Action[] {
    const { publisher, version, now } = this.#deps
    const { operation, add, remove, dataChange = true } = change
    const timestamp = now()
    const txnId = randomUUID()
    this.#tried.add(txnId)
    const commitInfo = {
      ...{ timestamp, operation, operationParameters: {}, isBlindAppend: remove.length === 0 },
      ...{ engineInfo: `Arterial/${version}`, txnId, userMetadata: markText(mark) },
    }
    return [
      { commitInfo },
      { txn: { appId: `arterial-${publisher}`, version: mark.number, lastUpdated: timestamp } },
      ...this.#definition(change, timestamp),
      ...remove.map(({ path, partitionValues, size }) => ({
        remove: {
          ...{ path, deletionTimestamp: timestamp, dataChange, extendedFileMetadata: true },
          ...{ partitionValues, size },
        },
      })),
      ...add.map(one => ({ add: { ...one, dataChange } })),
    ]
  }

  /** Protocol and columns, where they are new or otherwise. */
  #definition({ columns: ownColumns, partitionColumns }: Change, createdTime: number): Action[] {
    const columns = [
      ...ownColumns,
      ...partitionColumns.map(name => ({
        name,
        type: 'date',
        comment: 'how the files are told apart (UTC)',
      })),
    ]
    const { says, path, growth } = this.table
    const { metadata } = this.#delta.snapshot
    if (metadata === null)
      return [
        { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
        {
          metaData: {
            ...{ id: randomUUID(), name: path.replace('/', '_'), description: says, createdTime },
            format: { provider: 'parquet', options: {} },
            schemaString: schemaString(columns),
            partitionColumns: [...partitionColumns],
            configuration: {
              'delta.checkpointInterval': '10',
              'delta.logRetentionDuration': `interval ${KEEP_MS / DAY_MS} days`,
              'delta.deletedFileRetentionDuration': `interval ${KEEP_MS / DAY_MS} days`,
              ...(growth.kind === 'lines' ? { 'delta.appendOnly': 'true' } : {}),
            },
          },
        },
      ]
    if (this.#isAnew)
      return [
        {
          metaData: {
            ...metadata,
            schemaString: schemaString(columns),
            partitionColumns: [...partitionColumns],
          },
        },
      ]
    const schema = schemaString(this.#evolved(metadata.schemaString, columns))
    return schema === metadata.schemaString ? [] : [{ metaData: { ...metadata, schemaString: schema } }]
  }

  #evolved(before: string, columns: readonly DeltaColumn[]): DeltaColumn[] {
    try {
      return evolved(before, columns)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw this.#error(`${why}: publish it anew with 'arterial tables rebuild ${this.table.path}'`, {
        cause,
      })
    }
  }

  /** Files that were taken out of late. */
  get removed(): ReadonlyMap<string, { readonly deletionTimestamp?: number | null | undefined }> {
    return this.#delta.snapshot.removed
  }

  /** Its columns without those that stand in no file. */
  get ownColumns(): readonly DeltaColumn[] {
    return this.columns.filter(({ name }) => !this.partitionColumns.includes(name))
  }

  get partitionColumns(): readonly string[] {
    return this.#delta.snapshot.metadata?.partitionColumns ?? []
  }

  /** What a table's own columns are, in the order of its schema. */
  get columns(): readonly DeltaColumn[] {
    const { metadata } = this.#delta.snapshot
    return metadata === null ? [] : columnsOf(metadata.schemaString)
  }

  /** A checkpoint now and then, and an end to what is old. A failure here loses nothing: the next commit tries again. */
  async #keep(): Promise<void> {
    if (!this.#delta.needsCheckpoint) return
    const nowMs = this.#deps.now()
    await this.#delta.checkpoint(nowMs, KEEP_MS)
    await this.#delta.cleanUp(nowMs, KEEP_MS)
  }

  /** Goes on where the newest commit of this publisher ended. */
  #takeOver(recent: readonly Commit[]): void {
    if (this.version < 0) return
    const [first, ...later] = recent
    const mark = first === undefined ? null : markOf(first.actions)
    if (mark === null) throw this.#foreign(recent.at(-1), 'no commit in its log is of this program')
    if (mark.publisher !== this.#deps.publisher)
      throw this.#foreign(first, 'another data folder publishes it')
    this.#mark = mark
    this.#position = mark.position
    for (const commit of later) this.#bear(commit)
  }

  /** Commits that came while this program runs. */
  #see(commits: readonly Commit[]): void {
    for (const commit of commits) {
      const mark = markOf(commit.actions)
      const txnId = commit.actions.find(({ commitInfo }) => commitInfo)?.commitInfo?.['txnId']
      if (mark !== null && typeof txnId === 'string' && this.#tried.has(txnId)) {
        this.#mark = mark
        this.#position = mark.position
      } else if (mark?.publisher === this.#deps.publisher)
        throw new Overtaken(this.table.path, commit.version)
      else if (mark !== null) throw this.#foreign(commit, 'another program publishes it at the same time')
      else this.#bear(commit)
    }
  }

  /** Files that others put together are as good. */
  #bear(commit: Commit): void {
    if (!changesNothing(commit.actions)) throw this.#foreign(commit, 'somebody else changed it')
  }

  #foreign(commit: Commit | undefined, why: string): DeltaError {
    const what = commit === undefined ? '' : `: version ${commit.version} is by ${makerOf(commit.actions)}`
    return this.#error(
      `${why}${what}. It is left as it is; 'arterial tables rebuild ${this.table.path}' publishes it anew`,
    )
  }

  #error(why: string, options?: ErrorOptions): DeltaError {
    return new DeltaError(this.table.path, why, options)
  }
}

function addOf(
  path: string,
  bytes: Buffer,
  { nowMs, partition, tags }: Omit<NewFile, 'bytes'> & { readonly nowMs: number },
): Add {
  return {
    path,
    partitionValues: partition,
    size: bytes.length,
    modificationTime: nowMs,
    dataChange: true,
    stats: JSON.stringify(statisticsOf(bytes)),
    tags,
  }
}
