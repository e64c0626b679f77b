import type { Frame } from '../../core/log.ts'
import { changesNothing, DeltaError, DeltaTable, makerOf, markOf } from '../delta/index.ts'
import { BRONZE_LINES, PublishedLines } from '../publish/index.ts'
import type { LinesStore } from '../publish/index.ts'

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
   * @throws {DeltaError} where somebody else changed the lines since
   */
  async look(): Promise<FollowedState | null> {
    // Opened anew each time: whoever was away for long may find the commits in between removed.
    const table = await DeltaTable.open(this.#store, BRONZE_LINES)
    const { snapshot, recent } = table
    if (snapshot.version === -1) return null
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

  /** Its lines from a position on, in order: of positions that are left out no line is published, such as lost ones. */
  async *frames(from: number, signal: AbortSignal): AsyncGenerator<Frame> {
    for await (const frames of this.#lines?.from(from, signal) ?? []) yield* frames
  }
}
