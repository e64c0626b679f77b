import type { Frame } from '../../core/log.ts'
import { changesNothing, columnsOf, DeltaError, DeltaTable, makerOf, markOf } from '../delta/index.ts'
import { BRONZE_LINES, PublishedLines } from '../publish/index.ts'
import type { LinesStore } from '../publish/index.ts'

const BRONZE = 'bronze'
/** What a row of bronze is known by in Spark's tables. */
const MESSAGE = ['topic', 'partition', 'offset']

/** How far another log is published. */
export interface FollowedState {
  /** The data folder that publishes. */
  readonly publisher: string
  /** Every line of its log below this position is there. */
  readonly upto: number
}

/** The lines that another Arterial received, as it publishes them, in the order of its log. */
export class FollowedLines {
  readonly #store: LinesStore
  #lines: PublishedLines | null = null

  constructor(store: LinesStore) {
    this.#store = store
  }

  /**
   * Reads the newest version. @returns null where nothing was published yet
   * @throws {DeltaError} where somebody else changed the lines since, and where the tables are no Arterial's
   */
  async look(): Promise<FollowedState | null> {
    // Opened anew each time: whoever was away for long may find the commits in between removed.
    const table = await DeltaTable.open(this.#store, BRONZE_LINES)
    const { snapshot, recent } = table
    if (snapshot.version === -1) {
      await this.#refuseOthers()
      return null
    }
    const [marked, ...others] = recent
    const mark = marked === undefined ? null : markOf(marked.actions)
    if (mark === null) throw new DeltaError(BRONZE_LINES, 'no commit of it is by an Arterial that publishes')
    const foreign = others.find(({ actions }) => !changesNothing(actions))
    if (foreign !== undefined)
      throw new DeltaError(
        BRONZE_LINES,
        `version ${foreign.version} is by ${makerOf(foreign.actions)}, which changed lines`,
      )
    this.#lines = await PublishedLines.of(table, this.#store)
    return { publisher: mark.publisher, upto: mark.position }
  }

  /** What Spark's job makes has no lines in one order, and no register and rules among them. */
  async #refuseOthers(): Promise<void> {
    for (const name of await this.#store.list(BRONZE)) {
      // Files, and folders that no program names its tables by.
      if (!/^[\w=-]+$/.test(name)) continue
      const { snapshot, root } = await DeltaTable.open(this.#store, `${BRONZE}/${name}`)
      if (snapshot.metadata === null) continue
      const columns = new Set(columnsOf(snapshot.metadata.schemaString).map(column => column.name))
      const hasMessages = MESSAGE.every(column => columns.has(column))
      throw new DeltaError(
        root,
        hasMessages
          ? `holds messages by ${MESSAGE.join(', ')}, as the Spark job makes it: a copy follows what an Arterial publishes (${BRONZE_LINES}); to have page, API and SQL beside Spark, start without --lake and follow, with the same kafka.feeds: it reads the topics itself`
          : `is there, and no ${BRONZE_LINES}: a copy follows what an Arterial publishes; name the place that the other one has as tables.folder, or tables.bucket and tables.prefix`,
      )
    }
  }

  /** Its lines from a position on, in order: of positions that are left out no line is published, such as lost ones. */
  async *frames(from: number, signal: AbortSignal): AsyncGenerator<Frame> {
    for await (const frames of this.#lines?.from(from, signal) ?? []) yield* frames
  }
}
