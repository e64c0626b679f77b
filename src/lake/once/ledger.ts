import { streamFloorsOf } from './checkpoint.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Prepared } from '../prepare/preparer.ts'
import { sideTableNamed } from './other-tables.ts'
import type { SideTables } from './other-tables.ts'
import type { Stream } from '../../core/stream/index.ts'
import { tableOf } from '../streams/tables.ts'

/** Of a stream: each line that was read is a row, refused, or a repeat. */
export interface StreamFigures {
  readonly records: number
  readonly rows: number
  readonly refused: number
  readonly repeats: number
}

/** What the tables should hold, counted while loading: the checkpoint that is being made. */
export class Ledger {
  readonly #state: Checkpoint
  readonly #side: SideTables

  constructor(checkpoint: Checkpoint, side: SideTables) {
    this.#side = side
    this.#state = structuredClone(checkpoint)
  }

  /** A batch that is in all tables now; the log is loaded up to `position`. */
  add(prepared: Prepared, position: number): void {
    this.#state.position = position
    this.#state.readings += prepared.counts.readings
    for (const [key, day] of prepared.days) {
      const known = this.#state.days[key]
      if (known === undefined) this.#state.days[key] = { ...day }
      else {
        known.rows += day.rows
        known.night += day.night
        known.last = day.last
      }
    }
    for (const [stream, first] of prepared.passed) this.#state.passed[stream] ??= first
    this.#addStreams(prepared.streams)
    for (const block of prepared.blocks) {
      const side = sideTableNamed(this.#side, block.table)
      if (side !== undefined) this.#state.tables[side] = (this.#state.tables[side] ?? 0) + block.rows
    }
  }

  #addStreams({ counts, refused }: Prepared['streams']): void {
    const { streams } = this.#state
    const of = (name: string) => (streams[name] ??= { records: 0, refused: 0 })
    for (const [name, { records, tooLong }] of counts) {
      const known = of(name)
      known.records += records
      if (tooLong > 0) known.tooLong = (known.tooLong ?? 0) + tooLong
    }
    for (const [name, lines] of refused) if (name !== 'readings') of(name).refused += lines
  }

  /** Days and tables as they were found; used when a start finds more than the checkpoint knew. */
  correct(change: (state: Checkpoint) => void): void {
    change(this.#state)
  }

  /** Streams that are loaded now as far as everything else. */
  loaded(streams: readonly string[]): void {
    for (const stream of streams) Reflect.deleteProperty(this.#state.passed, stream)
  }

  /** The first position that was passed over for want of knowing its stream; Infinity where there is none. */
  get firstPassed(): number {
    return Math.min(Infinity, ...Object.values(this.#state.passed))
  }

  get position(): number {
    return this.#state.position
  }

  /** Readings before this are not taken any more, ms since 1970 UTC. */
  get silverFloorMs(): number {
    return this.#state.silverFloorMs
  }

  /** The same of streams that retention has dropped rows of. */
  get streamFloors(): ReadonlyMap<string, number> {
    return streamFloorsOf(this.#state)
  }

  get silverRows(): number {
    return Object.values(this.#state.days).reduce((sum, day) => sum + day.rows, 0)
  }

  /** Readings that were received again: what is neither in silver nor in quarantine. */
  get repeats(): number {
    const { readings, droppedRows, tables, streams } = this.#state
    const ofStreams = Object.values(streams).reduce((sum, { refused }) => sum + refused, 0)
    return Math.max(0, readings - this.silverRows - droppedRows - (tables.quarantine - ofStreams))
  }

  /** Lines that were read, refused and received again, and rows, of a stream. */
  streamCount(stream: Stream): StreamFigures {
    const { records = 0, refused = 0, dropped = 0 } = this.#state.streams[stream.name] ?? {}
    const rows = this.#state.tables[tableOf(stream)] ?? 0
    return { records, rows, refused, repeats: Math.max(0, records - rows - refused - dropped) }
  }

  /** Lines of streams that were too long to be read: the log counts them as nobody's. */
  get tooLongOfStreams(): number {
    return Object.values(this.#state.streams).reduce((sum, { tooLong = 0 }) => sum + tooLong, 0)
  }

  get tables(): Checkpoint['tables'] {
    return this.#state.tables
  }

  get days(): Readonly<Checkpoint['days']> {
    return this.#state.days
  }

  snapshot(nowMs: number): Checkpoint {
    return { ...structuredClone(this.#state), savedAtMs: nowMs }
  }
}
