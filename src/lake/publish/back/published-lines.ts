import { z } from 'zod'
import type { Frame } from '../../../core/log.ts'
import type { Range } from '../../../core/ranges.ts'
import { DeltaError, DeltaTable, markOf } from '../../delta/index.ts'
import type { Add, DeltaStore } from '../../delta/index.ts'
import { framesOf } from './frames.ts'
import { LinesFile } from './lines-of-file.ts'
import type { FileStore, PublishedLine } from './lines-of-file.ts'

/** Where tables lie, to be read. */
export type LinesStore = DeltaStore & FileStore

/** Lines of bronze, wherever this program published them. */
export const BRONZE_LINES = 'bronze/lines'
/** Lines in memory at once, about; a few more where files overlap. */
const MOST_LINES = 250_000
/** Positions at once where a file, or many that overlap, have more than that. */
const STEP = 100_000
/** Bytes of row groups that are read for one step, where a smaller step has less. */
const MOST_BYTES = 256 * 2 ** 20
/** Files that are opened at once. */
const AT_ONCE = 8

interface FileOfLines {
  readonly key: string
  readonly bytes: number
  readonly rows: number
  /** The lowest and the highest position in it. */
  readonly least: number
  readonly most: number
}

/** The published table of lines, as it is now. */
export class PublishedLines {
  /** Of the table, another one once it was made anew. */
  readonly id: string
  readonly version: number
  readonly rows: number
  /** Everything that the log held below it is in the table; null where its log no longer tells. */
  readonly position: number | null
  readonly #store: LinesStore
  readonly #files: readonly FileOfLines[]
  readonly #opened = new Map<string, Promise<LinesFile>>()

  private constructor(
    store: LinesStore,
    { snapshot, recent }: DeltaTable,
    id: string,
    files: readonly FileOfLines[],
  ) {
    this.#store = store
    this.id = id
    this.version = snapshot.version
    this.#files = files.toSorted((a, b) => a.least - b.least)
    this.rows = this.#files.reduce((sum, { rows }) => sum + rows, 0)
    this.position = recent.map(({ actions }) => markOf(actions)).find(mark => mark !== null)?.position ?? null
  }

  /** @throws {DeltaError} when there is none, or it can't be read */
  static async open(store: LinesStore): Promise<PublishedLines> {
    return PublishedLines.of(await DeltaTable.open(store, BRONZE_LINES), store)
  }

  /** The same of a table that was opened. */
  static async of(table: DeltaTable, store: LinesStore): Promise<PublishedLines> {
    const id = table.snapshot.metadata?.id
    if (id === undefined) throw new DeltaError(BRONZE_LINES, 'there is no such table')
    const files: FileOfLines[] = []
    for (const add of table.snapshot.files.values()) files.push(statedOf(add) ?? (await lookedAt(store, add)))
    return new PublishedLines(store, table, id, files)
  }

  /**
   * Its lines from a position on, in order, some at a time, whatever the order in its files. Memory is bounded where a file's row groups
   * are: some 32 MiB each, as this program writes them.
   * @throws {DeltaError} when a file is gone or damaged, or two lines have one position
   */
  async *from(position: number, signal: AbortSignal): AsyncGenerator<Frame[]> {
    let last = position - 1
    for (let at = position; ;) {
      signal.throwIfAborted()
      const left = this.#files.filter(({ most }) => most >= at)
      if (left.length === 0) return
      const { upto, lines } = await this.#lines(left, Math.max(at, left[0]?.least ?? at))
      for (const line of lines) {
        if (line.position === last) throw new DeltaError(BRONZE_LINES, `two lines have the position ${last}`)
        last = line.position
      }
      if (lines.length > 0) yield framesOf(lines)
      at = upto
      for (const { key, most } of left) if (most < at) this.#opened.delete(key)
    }
  }

  /** @param left files with lines at or after `from`, by their first position */
  async #lines(
    left: readonly FileOfLines[],
    from: number,
  ): Promise<{ upto: number; lines: PublishedLine[] }> {
    let upto = stepOf(left, from)
    const files = left.filter(({ least }) => least < upto)
    for (let i = 0; i < files.length; i += AT_ONCE)
      await Promise.all(files.slice(i, i + AT_ONCE).map(file => this.#open(file)))
    const opened = await Promise.all(files.map(file => this.#open(file)))
    upto = narrowed(opened, { from, to: upto })
    const lines: PublishedLine[] = []
    for (const [i, file] of opened.entries()) {
      try {
        for (const line of await file.linesOf({ from, to: upto })) lines.push(line)
      } catch (cause) {
        throw unreadable(files[i]?.key ?? '', cause)
      }
    }
    return { upto, lines: lines.sort((a, b) => a.position - b.position) }
  }

  #open({ key, bytes }: FileOfLines): Promise<LinesFile> {
    const known = this.#opened.get(key)
    if (known !== undefined) return known
    const opened = LinesFile.open(this.#store, key, bytes).catch((cause: unknown) => {
      throw unreadable(key, cause)
    })
    this.#opened.set(key, opened)
    return opened
  }
}

const Stats = z.looseObject({
  numRecords: z.number().optional(),
  minValues: z.looseObject({ position: z.number().optional() }).optional(),
  maxValues: z.looseObject({ position: z.number().optional() }).optional(),
})

/** What the table says of a file; null where it does not say enough, as of one that another program wrote. */
function statedOf({ path, size, stats }: Add): FileOfLines | null {
  const { numRecords: rows, minValues, maxValues } = Stats.parse(JSON.parse(stats ?? '{}'))
  const [least, most] = [minValues?.position, maxValues?.position]
  if (rows === undefined || least === undefined || most === undefined) return null
  return { key: keyOf(path), bytes: size, rows, least, most }
}

async function lookedAt(store: LinesStore, { path, size: bytes }: Add): Promise<FileOfLines> {
  const key = keyOf(path)
  const { rows, bounds } = await LinesFile.open(store, key, bytes).catch((cause: unknown) => {
    throw unreadable(key, cause)
  })
  if (bounds === null)
    throw new DeltaError(
      BRONZE_LINES,
      `${key} does not tell which positions it has: write it anew with statistics, as OPTIMIZE of Spark or delta-rs does`,
    )
  return { ...{ key, bytes, rows }, ...bounds }
}

function keyOf(path: string): string {
  return `${BRONZE_LINES}/${decodeURIComponent(path)}`
}

function unreadable(key: string, cause: unknown): DeltaError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new DeltaError(BRONZE_LINES, `${key} can't be read: ${why}`, { cause })
}

/** Up to where the files that begin first are read: all of them where they are few lines, else some positions. */
function stepOf(left: readonly FileOfLines[], from: number): number {
  let rows = 0
  const beyond = left.findIndex(file => (rows += file.rows) > MOST_LINES)
  const upto =
    beyond < 0 ? left.reduce((end, { most }) => Math.max(end, most + 1), from) : left[beyond]?.least
  return upto !== undefined && upto > from ? upto : from + STEP
}

/** Fewer positions where that reads less; where single lines are large, a step may be one of them. */
function narrowed(files: readonly LinesFile[], { from, to }: Range): number {
  const bytesUpto = (upto: number) => files.reduce((sum, file) => sum + file.bytesOf({ from, to: upto }), 0)
  let upto = to
  for (;;) {
    const half = from + Math.ceil((upto - from) / 2)
    const bytes = bytesUpto(upto)
    if (bytes <= MOST_BYTES || half === upto || bytesUpto(half) === bytes) return upto
    upto = half
  }
}
