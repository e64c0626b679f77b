import type { Losses } from './losses.ts'

/**
 * The log's face to the stages before and after it. A *position* is the ordinal of a record in the log
 * (0, 1, 2, …): it only grows, and a lost record leaves a gap.
 */

/** What a frame's lines are, apart from streams, whose own name stands there. Only the program itself writes the last three. */
export type RecordKind = 'reading' | 'sensor' | 'oversize' | 'rules'

/** Where records of a broker came from. That of the newest durable ones says what is to be read next. */
export interface Origin {
  /** The topic's id at its broker: another one once it was made anew. At most 256 characters. */
  readonly topic: string
  readonly partition: number
  /** Offset of the first of them. */
  readonly from: number
  /** Offset to go on at when they are durable. */
  readonly next: number
}

export interface Append {
  /** A `RecordKind`, or the name of a stream: at most 64 of a–z, 0–9 and `-`. */
  readonly kind: string
  /** Where the lines came from, e.g. `http`, `simulator`, `replay:metr-la`. At most 128 printable characters. */
  readonly source: string
  /** Arrival, ms since 1970 UTC; the simulator passes its own clock. */
  readonly arrivedAtMs: number
  /** The feed's own reading interval, s; null where the feed names none. */
  readonly intervalS: number | null
  /** Whole lines, each ended by one LF; no empty line. The log keeps the buffer: do not reuse it. */
  readonly lines: Buffer
  readonly count: number
  /** Of records of a broker: it becomes durable with them, in one frame, or not at all. */
  readonly origin?: Origin
}

export interface Appended {
  /** Position of the first of the lines. */
  readonly position: number
  readonly count: number
}

export interface LogWriter {
  /**
   * Resolves once the lines are on disk (group commit: concurrent callers share an fsync); lines of one call stay in order.
   * @throws {AppendError} when they could not be made durable
   */
  append(batch: Append): Promise<Appended>
}

/** A run of lines that arrived together. */
export interface Frame {
  /** A `RecordKind`, or the name of a stream; one that this program does not know is passed over. */
  readonly kind: string
  readonly source: string
  readonly arrivedAtMs: number
  readonly intervalS: number | null
  readonly position: number
  readonly count: number
  /** `count` lines, each ended by LF; of a stream that is not known perhaps none. */
  readonly lines: Buffer
}

export interface LogReader {
  /** First position not yet durable: records below it may be read. */
  readonly synced: number
  /** Lowest position still kept (retention drops whole segments). */
  readonly floor: number
  /** What was lost of it and of what was made from it. */
  readonly losses: Losses
  /** Durable frames that hold records at or after `position`, in order, until `maxBytes` of lines or `maxRecords` are got; a first frame that begins earlier is cut. Empty at the end. */
  read(position: number, maxBytes: number, maxRecords: number): Promise<Frame[]>
  /** Resolves when `synced` exceeds `position`, or the signal aborts. */
  waitBeyond(position: number, signal: AbortSignal): Promise<void>
}
