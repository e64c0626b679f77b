import type { Action } from './actions.ts'
import { actionsText, parseActions } from './actions.ts'
import { checkpointActions, checkpointBytes } from './checkpoint.ts'
import { DeltaError } from './delta-error.ts'
import type { DeltaStore } from './delta-store.ts'
import { checkpointName, commitName, LAST_CHECKPOINT, LOG, logFilesOf } from './log-names.ts'
import type { LogFiles } from './log-names.ts'
import { commitInfoOf, markOf } from './mark.ts'
import { Snapshot } from './snapshot.ts'

/** The newest of the protocol that this program reads and writes. */
const READER = 1
const WRITER = 2
/** A checkpoint after so many commits. */
export const CHECKPOINT_EVERY = 10

export interface Commit {
  readonly version: number
  readonly actions: readonly Action[]
}

/** A table of Delta in a folder of a store: its newest version, and how to add to it. */
export class DeltaTable {
  /** Its folder, without a slash at the end. */
  readonly root: string
  readonly snapshot = new Snapshot()
  /** The commits since and with the newest that has this program's mark, oldest first; all that are kept where none has. */
  recent: readonly Commit[] = []
  readonly #store: DeltaStore
  #checkpointed = -1

  private constructor(store: DeltaStore, root: string) {
    this.#store = store
    this.root = root
  }

  /**
   * Reads what is there; where there is nothing, a table without a version.
   * @throws {DeltaError} when it can't be read, or asks for more than this program knows
   */
  static async open(store: DeltaStore, root: string): Promise<DeltaTable> {
    const table = new DeltaTable(store, root)
    await table.#load(logFilesOf(await store.list(`${root}/${LOG}`)))
    return table
  }

  /** Reads the commits that others made meanwhile. @returns them, oldest first */
  async refresh(): Promise<Commit[]> {
    const found: Commit[] = []
    for (;;) {
      const version = this.snapshot.version + 1
      const actions = await this.#read(version)
      if (actions === null) return found
      this.#apply(version, actions)
      found.push({ version, actions })
    }
  }

  /**
   * Makes the next version, if nobody else has made it; durable once it resolves. Call `refresh` first.
   *
   * @param actions among them a commitInfo that no other commit has: by it the answer to a lost request is told
   * @returns false when somebody else made that version: nothing was written
   */
  async commit(actions: readonly Action[]): Promise<boolean> {
    const version = this.snapshot.version + 1
    const bytes = Buffer.from(actionsText(actions))
    const key = `${this.root}/${commitName(version)}`
    if (!(await this.#store.putIfAbsent(key, bytes))) {
      const there = await this.#store.get(key)
      if (there?.equals(bytes) !== true) return false
    }
    this.#apply(version, actions)
    return true
  }

  get needsCheckpoint(): boolean {
    return this.snapshot.version - this.#checkpointed >= CHECKPOINT_EVERY
  }

  /** Keeps the newest version as one file, from which a reader begins. @param keepRemovedMs how long it tells of files taken out */
  async checkpoint(nowMs: number, keepRemovedMs: number): Promise<void> {
    const { version } = this.snapshot
    const actions = this.snapshot.actions(nowMs - keepRemovedMs)
    const bytes = checkpointBytes(actions)
    await this.#store.put(`${this.root}/${checkpointName(version)}`, bytes)
    const numOfAddFiles = this.snapshot.files.size
    const hint = { version, size: actions.length, sizeInBytes: bytes.length, numOfAddFiles }
    await this.#store.put(`${this.root}/${LAST_CHECKPOINT}`, Buffer.from(JSON.stringify(hint)))
    this.#checkpointed = version
  }

  /**
   * Removes commits and checkpoints that nobody needs who wants a version of the last `keepMs`.
   * @returns how many files
   */
  async cleanUp(nowMs: number, keepMs: number): Promise<number> {
    const names = await this.#store.list(`${this.root}/${LOG}`)
    const { commits, checkpoints } = logFilesOf(names)
    const old = await this.#newestBefore(commits, nowMs - keepMs)
    // The versions after it begin from it.
    const base = checkpoints.filter(({ version }) => version <= old).at(-1)?.version ?? -1
    const doomed = [
      ...commits.filter(version => version < base).map(commitName),
      ...checkpoints
        .filter(({ version }) => version < base)
        .flatMap(one => one.names.map(name => `${LOG}/${name}`)),
    ]
    for (const name of doomed) await this.#store.remove(`${this.root}/${name}`)
    return doomed.length
  }

  async #load({ commits, checkpoints }: LogFiles): Promise<void> {
    const start = checkpoints.at(-1)
    if (start !== undefined) {
      for (const name of start.names) {
        const actions = await this.#parsed(name, checkpointActions)
        this.snapshot.apply(start.version, actions ?? [])
      }
      this.#checkpointed = start.version
    }
    const last = commits.at(-1) ?? -1
    while (this.snapshot.version < last) {
      const version = this.snapshot.version + 1
      const actions = await this.#read(version)
      if (actions === null) throw this.#error(`its log has no version ${version}, though later ones`)
      this.#apply(version, actions)
    }
    this.#assertKnown()
    await this.#lookBack(commits)
  }

  /** Goes back to the newest commit with a mark, which may lie before the checkpoint. */
  async #lookBack(commits: readonly number[]): Promise<void> {
    const found: Commit[] = []
    for (const version of commits.toReversed()) {
      const actions =
        this.recent.find(commit => commit.version === version)?.actions ?? (await this.#read(version))
      if (actions === null) break
      found.push({ version, actions })
      if (markOf(actions) !== null) break
    }
    this.recent = found.reverse()
  }

  #apply(version: number, actions: readonly Action[]): void {
    this.snapshot.apply(version, actions)
    const commit = { version, actions }
    this.recent = markOf(actions) === null ? [...this.recent, commit] : [commit]
    this.#assertKnown()
  }

  #assertKnown(): void {
    const { protocol } = this.snapshot
    const { minReaderVersion: reader = 1, minWriterVersion: writer = 1 } = protocol ?? {}
    if (reader <= READER && writer <= WRITER) return
    throw this.#error(
      `it asks for reader version ${reader} and writer version ${writer} of Delta, and this program knows up to ${READER} and ${WRITER}`,
    )
  }

  #read(version: number): Promise<Action[] | null> {
    const name = commitName(version).slice(LOG.length + 1)
    return this.#parsed(name, bytes => Promise.resolve(parseActions(bytes.toString('utf8'))))
  }

  async #parsed(name: string, parse: (bytes: Buffer) => Promise<Action[]>): Promise<Action[] | null> {
    const bytes = await this.#store.get(`${this.root}/${LOG}/${name}`)
    if (bytes === null) return null
    try {
      return await parse(bytes)
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause)
      throw this.#error(`${LOG}/${name} can't be read: ${said}`, { cause })
    }
  }

  /** The newest version that was made before an instant; −1 where none was. Commits are read from the oldest on. */
  async #newestBefore(commits: readonly number[], beforeMs: number): Promise<number> {
    let newest = -1
    for (const version of commits) {
      const madeAt = commitInfoOf((await this.#read(version)) ?? [])?.timestamp
      if (madeAt === undefined || madeAt === null || madeAt >= beforeMs) break
      newest = version
    }
    return newest
  }

  #error(why: string, options?: ErrorOptions): DeltaError {
    return new DeltaError(this.root, why, options)
  }
}
