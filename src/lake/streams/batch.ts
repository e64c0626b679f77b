import type { Frame } from '../../core/log.ts'
import { tooOldReason } from '../../core/stream/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { TableBlock } from '../columns/table-block.ts'
import type { FramedReject } from '../prepare/framed-reject.ts'
import { isPresent } from '../once/held-positions.ts'
import type { Present } from '../once/held-positions.ts'
import { noteDrift } from '../columns/drift.ts'
import type { Drift } from '../columns/drift.ts'
import type { TimestampParser } from '../columns/timestamp.ts'
import { ONCE, OnceIndex } from './once-index.ts'
import type { OnceSpan } from './once-index.ts'
import { RecordParser } from './parse-record.ts'
import type { RecordRules } from './parse-record.ts'
import { RowMaker } from './rows.ts'
import type { StreamRow } from './rows.ts'
import { tableOf } from './tables.ts'

/** A repeat that says something else than what came first. */
export interface StreamConflict {
  readonly position: number
  readonly stream: string
  readonly key: string
  readonly atMs: number
}

/** What a batch has of one stream. */
export interface StreamCount {
  readonly records: number
  /** Of them, lines that were too long to be read; the log keeps them under a kind of their own. */
  readonly tooLong: number
  readonly accepted: number
  readonly newestMs: number
}

export interface StreamBatch {
  readonly blocks: readonly TableBlock[]
  readonly conflicts: readonly StreamConflict[]
  readonly counts: ReadonlyMap<string, StreamCount>
  /** The newest rows in silver's names, for whoever follows; not more than `maxShown` of a stream. */
  readonly shown: ReadonlyMap<string, readonly Record<string, unknown>[]>
}

/** Rows a stream's table must be asked for. `below`: of the newest versions, those before this position. */
export interface OnceWanted {
  readonly stream: string
  readonly table: string
  readonly spans: readonly OnceSpan[]
  readonly below: number
}

const maxShown = 500
/** Hash, hash and instant. */
const loadedBytes = 40

/** Turns the frames of one stream into its rows, each there once, batch after batch in the order of the log. */
export class StreamPreparer {
  readonly stream: Stream
  /** Fields beyond the declared ones, of the present batch. */
  drift = new Map<string, Drift>()
  rejects: FramedReject[] = []
  readonly #parser: RecordParser
  readonly #rows: RowMaker
  readonly #index: OnceIndex
  #found: StreamRow[] = []
  #records = 0
  #tooLong = 0
  readonly #floorMs: number

  /** @param floorMs records before it are refused, because their rows were dropped and can't be told from repeats any more */
  constructor(stream: Stream, time: TimestampParser, rules: RecordRules, floorMs = -Infinity) {
    this.stream = stream
    this.#floorMs = floorMs
    this.#parser = new RecordParser(stream, time, rules)
    this.#rows = new RowMaker(stream, this.#parser.columns)
    this.#index = new OnceIndex(stream.once)
  }

  follow(time: TimestampParser, rules: RecordRules): void {
    this.#parser.follow(time, rules)
  }

  begin(): void {
    this.drift = new Map()
    this.rejects = []
    this.#found = []
    this.#records = 0
    this.#tooLong = 0
  }

  scan({ lines, position, count, arrivedAtMs, source }: Frame): void {
    this.#records += count
    let start = 0
    for (let i = 0; i < count; i++) {
      const found = lines.indexOf(10, start)
      const end = found < 0 ? lines.length : found
      const line = lines.subarray(start, end)
      const { cells, reasons, extras } = this.#parser.parse(line, arrivedAtMs)
      for (const field of extras) noteDrift(this.drift, field, position + i, arrivedAtMs)
      const stream = this.stream.name
      const refuse = (why: readonly string[]) =>
        this.rejects.push({
          ...{ position: position + i, stream, reasons: why, line },
          ...{ arrivedAtMs, source, oversize: false },
        })
      if (reasons.length > 0) refuse(reasons)
      else {
        const row = this.#rows.row(cells, position + i, arrivedAtMs, source)
        if (row.timeMs < this.#floorMs) refuse([tooOldReason(this.stream)])
        else this.#found.push(row)
      }
      start = end + 1
    }
  }

  /** All records that broke no rule, repeats too: for who tells repeats elsewhere. */
  everything(): TableBlock {
    return this.#rows.block(this.#found)
  }

  /** Lines of it that were too long to be read. */
  refuse(rejects: readonly FramedReject[]): void {
    this.#records += rejects.length
    this.#tooLong += rejects.length
    this.rejects.push(...rejects)
  }

  /** What must be known of the table before `finish`, of records from `base` on; null when nothing. */
  wanted(base: number): OnceWanted | null {
    const spans = this.#index.missing(this.#found.map(row => row.timeMs))
    return spans.length === 0
      ? null
      : { stream: this.stream.name, table: tableOf(this.stream), spans, below: base }
  }

  /** @param rows RowBinary of (once FixedString(16), content FixedString(16), ms Int64) */
  supply({ spans }: OnceWanted, rows: Uint8Array): void {
    this.#index.loaded(spans)
    const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)
    for (let at = 0; at < bytes.length; at += loadedBytes) {
      const once = bytes.toString('latin1', at, at + 16)
      const content = bytes.toString('latin1', at + 16, at + 32)
      this.#index.put(once, content, Number(bytes.readBigInt64LE(at + 32)))
    }
  }

  /** @param present what the table holds already of these positions: it is not inserted again */
  finish(present: Present): Pick<StreamBatch, 'conflicts'> & {
    readonly block: TableBlock | null
    readonly count: StreamCount
    readonly shown: readonly Record<string, unknown>[]
  } {
    const accepted: StreamRow[] = []
    const conflicts: StreamConflict[] = []
    let newestMs = -Infinity
    for (const row of this.#found) {
      newestMs = Math.max(newestMs, row.timeMs)
      if (isPresent(present, row.position)) {
        this.#index.put(row.once, row.content, row.timeMs)
        continue
      }
      const seen = this.#index.see(row.once, row.content, row.timeMs)
      if (seen === ONCE.new) accepted.push(row)
      if (seen === ONCE.conflict)
        conflicts.push({
          ...{ position: row.position, stream: this.stream.name },
          ...{ key: this.#rows.keyText(row), atMs: row.timeMs },
        })
    }
    this.#index.trim()
    this.#found = []
    return {
      block: accepted.length === 0 ? null : this.#rows.block(accepted),
      conflicts,
      count: { records: this.#records, tooLong: this.#tooLong, accepted: accepted.length, newestMs },
      shown: accepted.slice(-maxShown).map(row => this.#rows.shown(row)),
    }
  }
}

/** The streams of a program, by name: what a batch of the log holds of them. */
export class StreamPreparers {
  readonly #byName: ReadonlyMap<string, StreamPreparer>

  /** @param floorsMs by stream: records before it are refused */
  constructor(
    streams: readonly Stream[],
    time: TimestampParser,
    rules: RecordRules,
    floorsMs: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#byName = new Map(
      streams.map(one => [one.name, new StreamPreparer(one, time, rules, floorsMs.get(one.name))]),
    )
  }

  get(name: string): StreamPreparer | undefined {
    return this.#byName.get(name)
  }

  follow(time: TimestampParser, rules: RecordRules): void {
    for (const one of this.#byName.values()) one.follow(time, rules)
  }

  begin(): void {
    for (const one of this.#byName.values()) one.begin()
  }

  wanted(base: number): OnceWanted[] {
    return [...this.#byName.values()].flatMap(one => one.wanted(base) ?? [])
  }

  supply(wanted: OnceWanted, rows: Uint8Array): void {
    this.#byName.get(wanted.stream)?.supply(wanted, rows)
  }

  get rejects(): FramedReject[] {
    return [...this.#byName.values()].flatMap(one => one.rejects)
  }

  get drift(): (readonly [stream: string, field: string, Drift])[] {
    return [...this.#byName].flatMap(([name, one]) =>
      [...one.drift].map(([field, drift]) => [name, field, drift] as const),
    )
  }

  /** @param present by table */
  finish(present: (table: string) => Present): StreamBatch {
    const blocks: TableBlock[] = []
    const conflicts: StreamConflict[] = []
    const counts = new Map<string, StreamCount>()
    const shown = new Map<string, readonly Record<string, unknown>[]>()
    for (const [name, one] of this.#byName) {
      const made = one.finish(present(tableOf(one.stream)))
      if (made.count.records === 0) continue
      if (made.block !== null) blocks.push(made.block)
      conflicts.push(...made.conflicts)
      counts.set(name, made.count)
      if (made.shown.length > 0) shown.set(name, made.shown)
    }
    return { blocks, conflicts, counts, shown }
  }
}
