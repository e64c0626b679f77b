import type { Frame } from '../../core/log.ts'
import { changesNothing, DeltaError, DeltaTable, makerOf, markOf } from '../delta/index.ts'
import type { Add, DeltaStore } from '../delta/index.ts'
import { byPosition } from './by-position.ts'
import { linesOfFile } from './file-lines.ts'
import type { PublishedLine } from './file-lines.ts'

/** What is published of another log. */
export interface PublishedLines {
  /** The data folder that publishes. */
  readonly publisher: string
  /** Every line of its log below this position is there. */
  readonly upto: number
}

/** Lines that arrived together. Positions are those of the followed log. */
export interface FollowedFrame extends Frame {
  /** Behind the last of them: positions between that no line has are published nowhere, such as lost ones. */
  readonly end: number
}

/** Where every line that was received is published. */
const TABLE = 'bronze/lines'
/** Lines of one frame: enough to be packed well, few enough to be read at once. */
const FRAME_BYTES = 1024 * 1024
const DAMAGED_STATS = { min: 0, max: Infinity }

/** The lines that another Arterial received, as it publishes them, in the order of its log. */
export class FollowedLines {
  readonly #store: DeltaStore
  #files: readonly Add[] = []

  constructor(store: DeltaStore) {
    this.#store = store
  }

  /**
   * Reads the newest version. @returns null where nothing was published yet
   * @throws {DeltaError} where somebody else changed the lines since
   */
  async look(): Promise<PublishedLines | null> {
    // Opened anew each time: whoever was away for long may find the commits in between removed.
    const { snapshot, recent } = await DeltaTable.open(this.#store, TABLE)
    if (snapshot.version === -1) return null
    const [marked, ...others] = recent
    const mark = marked === undefined ? null : markOf(marked.actions)
    if (mark === null) throw new DeltaError(TABLE, 'no commit of it is by an Arterial that publishes')
    const foreign = others.find(({ actions }) => !changesNothing(actions))
    if (foreign !== undefined)
      throw new DeltaError(
        TABLE,
        `version ${foreign.version} is by ${makerOf(foreign.actions)}, which changed lines`,
      )
    this.#files = [...snapshot.files.values()]
    return { publisher: mark.publisher, upto: mark.position }
  }

  /** The lines of positions [from, upto), in order. */
  async *frames(from: number, upto: number, signal: AbortSignal): AsyncGenerator<FollowedFrame> {
    const files = this.#files
      .map(({ path, stats }) => ({ path, ...boundsOf(stats) }))
      .filter(({ min, max }) => max >= from && min < upto)
    const linesOf = ({ path }: { readonly path: string }) =>
      linesOfFile(this.#store, `${TABLE}/${decodeURIComponent(path)}`)
    let run: PublishedLine[] = []
    let bytes = 0
    for await (const line of byPosition(files, linesOf)) {
      signal.throwIfAborted()
      if (line.position < from || line.position >= upto) continue
      const [first] = run
      if (first !== undefined && (!isTogether(first, line) || bytes > FRAME_BYTES)) {
        yield frameOf(first, run)
        run = []
        bytes = 0
      }
      run.push(line)
      bytes += line.line.length
    }
    const [first] = run
    if (first !== undefined) yield frameOf(first, run)
  }
}

function boundsOf(stats: string | null | undefined): { readonly min: number; readonly max: number } {
  if (stats === null || stats === undefined) return DAMAGED_STATS
  const { minValues, maxValues } = JSON.parse(stats) as Readonly<
    Record<'minValues' | 'maxValues', { readonly position?: number } | undefined>
  >
  return {
    min: minValues?.position ?? DAMAGED_STATS.min,
    max: maxValues?.position ?? DAMAGED_STATS.max,
  }
}

function isTogether(a: PublishedLine, b: PublishedLine): boolean {
  return (
    a.kind === b.kind &&
    a.source === b.source &&
    a.arrivedAtMs === b.arrivedAtMs &&
    a.intervalS === b.intervalS
  )
}

function frameOf(first: PublishedLine, run: readonly PublishedLine[]): FollowedFrame {
  const { kind, source, arrivedAtMs, intervalS, position } = first
  const lines = Buffer.concat(run.flatMap(({ line }) => [line, LINE_END]))
  const end = (run.at(-1)?.position ?? position) + 1
  return { kind, source, arrivedAtMs, intervalS, position, end, count: run.length, lines }
}

const LINE_END = Buffer.from('\n')
