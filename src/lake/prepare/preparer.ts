import { DAY_MS } from '../../core/time/spans.ts'
import type { Frame } from '../../core/log.ts'
import { zoneOffsets } from '../../core/time/index.ts'
import type { Zone } from '../../core/time/index.ts'
import { blocksOf } from '../readings/blocks.ts'
import type { Blocks } from '../readings/blocks.ts'
import { BlockScratch } from '../columns/native-block.ts'
import { Enriched } from '../readings/enriched.ts'
import { sitePartials } from '../readings/live-sums.ts'
import { fillLocalTimes } from '../readings/local-times.ts'
import { parseChanges, Register } from '../readings/sensor-register.ts'
import type { SensorVersion } from '../readings/sensor-register.ts'
import { RepeatIndex, SEEN } from '../once/repeats.ts'
import type { MissingPages } from '../once/repeats.ts'
import { parseRules, scanRules } from './rules.ts'
import type { RuleVersion } from './rules.ts'
import { Bytes, Scanner } from '../readings/scan/index.ts'
import type { Drift, Reject, Rules } from '../readings/scan/index.ts'
import { TimestampParser } from '../columns/timestamp.ts'
import { StreamPreparers } from '../streams/batch.ts'
import type { OnceWanted, StreamBatch } from '../streams/batch.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { Sighting } from '../readings/seen-place.ts'
import { framed, oldLines, tooLongLines } from './frame-lines.ts'
import { refusedByStream, refusedRuns } from './framed-reject.ts'
import type { FramedReject, RefusedRun } from './framed-reject.ts'
import { isPresent, NOTHING_PRESENT } from '../once/held-positions.ts'
import type { Held } from '../once/held-positions.ts'
import { countDays } from './day-rows.ts'
import type { DayRows } from './day-rows.ts'
import { merged, newestOf } from './selections.ts'
import { UnloggedChanges } from './unlogged.ts'
import type { Unlogged } from './unlogged.ts'
import type { LiveBatch } from '../../core/live.ts'

/** What preparing starts from; plain data, because it crosses into a worker thread. */
export interface PrepareState {
  readonly rules: Rules
  readonly zone: string
  /** Interval of a sensor that neither the register nor its feed gives one, s. */
  readonly intervalS: number
  readonly maxIndexBytes: number
  readonly versions: readonly SensorVersion[]
  /** Later changes that the tables alone still know. @default none */
  readonly unlogged?: Unlogged
  readonly sightings: readonly Sighting[]
  readonly hoursInSilver: readonly number[]
  /** Days silver has dropped: readings before this go to quarantine, ms since 1970 UTC. */
  readonly silverFloorMs: number
  /** The same by stream, for those that retention has dropped rows of. */
  readonly streamFloorsMs: ReadonlyMap<string, number>
  /** Take readings of these UTC days only (days since 1970); null takes all. */
  readonly onlyDays: ReadonlySet<number> | null
  /** Changes of the register and the rules count from this position on; `versions` and `rules` hold before. */
  readonly followsFrom: number
  /** What is in the tables already, of the positions that are scanned. */
  readonly present: Held
}

/** A batch ready to be inserted. */
export interface Prepared {
  readonly blocks: Blocks
  /** What silver gets, per UTC day (days since 1970). */
  readonly days: ReadonlyMap<number, DayRows>
  readonly counts: {
    readonly records: number
    readonly readings: number
    readonly accepted: number
    readonly repeats: number
    readonly conflicts: number
    readonly rejected: number
  }
  readonly newestMs: number
  readonly live: LiveBatch
  /** Streams that are not known here: the first position of each. */
  readonly passed: ReadonlyMap<string, number>
  /** What it holds of streams, and refused lines that quarantine gets of each. */
  readonly streams: Pick<StreamBatch, 'counts' | 'shown'> & { readonly refused: ReadonlyMap<string, number> }
  /** Where the refused lines stand in the log. */
  readonly refused: readonly RefusedRun[]
}

/**
 * Never puts a reading into silver twice: turns lines of the log into the rows that each table gets, and leaves out what came
 * before. It touches neither disk nor engine. Two calls make a batch: `begin` parses the lines and says which readings of the
 * past it must know to tell repeats, the caller fetches them (`supply`), `finish` yields the rows.
 *
 * It remembers what earlier batches held (names, register, repeats). Therefore batches must come in the order of the log, and
 * after an insert that failed it is thrown away and made anew from the tables.
 */
export class Preparer {
  readonly #state: PrepareState
  #zone: Zone
  readonly #scanner: Scanner
  readonly #register: Register
  readonly #index: RepeatIndex
  readonly #enriched: Enriched
  readonly #scratch = new BlockScratch()
  readonly #streams: StreamPreparers
  readonly #unlogged: UnloggedChanges
  #batch: Batch | null = null
  /** Rows of the batch that have their local time. */
  #localised = 0

  constructor(state: PrepareState, zone: Zone, streams: readonly Stream[] = []) {
    this.#state = state
    this.#zone = zone
    this.#scanner = new Scanner(state.rules, zone)
    this.#register = new Register(this.#scanner.sensors, this.#scanner.places)
    this.#index = new RepeatIndex(state.hoursInSilver, state.maxIndexBytes)
    for (const { change } of state.versions) this.#register.apply(change)
    this.#unlogged = new UnloggedChanges(state.unlogged)
    this.#enriched = new Enriched(this.#scanner, this.#register, state.intervalS)
    for (const sighting of state.sightings) this.#enriched.known(sighting)
    this.#streams = new StreamPreparers(streams, new TimestampParser(zone), state.rules, state.streamFloorsMs)
  }

  /** Parses a batch. @returns the stretches of the past that silver must be asked for before `finish`, null when none */
  begin(frames: readonly Frame[]): MissingPages | null {
    const batch = this.#scan(frames)
    this.#batch = batch
    return this.#index.missing(batch.rows.columns.sensor, batch.rows.columns.timeMs, batch.fresh)
  }

  /** What streams must know of their tables before `finish`, beside what `begin` says. */
  wantedOnce(): OnceWanted[] {
    return this.#batch === null ? [] : this.#streams.wanted(this.#batch.base)
  }

  /** @param rows RowBinary of (once FixedString(16), content FixedString(16), ms Int64) */
  supplyOnce(wanted: OnceWanted, rows: Uint8Array): void {
    this.#streams.supply(wanted, rows)
  }

  /** @param pages what `begin` asked for, with silver's rows of it: RowBinary of (sensor_id String, ms Int64, content UInt32) */
  supply(pages: MissingPages, rows: Uint8Array): void {
    this.#index.loaded(pages)
    const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength)
    const bytes = new Bytes(rows)
    let at = 0
    while (at < rows.length) {
      let length = 0
      for (let shift = 0; ; shift += 7) {
        const byte = view.getUint8(at++)
        length |= (byte & 0x7f) << shift
        if (byte < 0x80) break
      }
      const sensor = this.#scanner.sensors.intern(bytes, at, at + length)
      at += length
      const ms = view.getUint32(at, true) + view.getInt32(at + 4, true) * 0x1_0000_0000
      this.#index.put(sensor, ms, view.getUint32(at + 8, true))
      at += 12
    }
  }

  /** The sensor ids of `missing.sensors`, as the engine knows them. */
  names(pages: MissingPages): string[] | null {
    return pages.sensors === null ? null : pages.sensors.map(id => this.#scanner.sensors.text(id))
  }

  /** Leaves out the repeats of the batch begun last and yields its rows for each table. */
  finish(): Prepared {
    const batch = this.#batch
    if (batch === null) throw new Error('finish without begin')
    this.#batch = null
    const { columns } = batch.rows
    const { fresh } = batch
    const accepted = new Uint32Array(fresh.length)
    let rows = 0
    const conflicts: number[] = []
    let repeats = 0
    for (let i = 0; i < fresh.length; i++) {
      const row = fresh[i] ?? 0
      const seen = this.#index.see(
        columns.sensor[row] ?? 0,
        columns.timeMs[row] ?? 0,
        columns.content[row] ?? 0,
      )
      if (seen === SEEN.new) {
        accepted[rows++] = row
        continue
      }
      repeats++
      if (seen === SEEN.conflict) conflicts.push(row)
    }
    this.#index.trim()
    const selection = accepted.subarray(0, rows)
    this.#localTimes(batch.rows)
    const { present } = this.#state
    const ofStreams = this.#streams.finish(table => present[table] ?? NOTHING_PRESENT)
    const rejects = [...batch.rejects, ...this.#streams.rejects]
    const blocks = blocksOf({
      streams: ofStreams,
      enriched: batch.rows,
      scanner: this.#scanner,
      base: batch.base,
      selection,
      conflicts: Uint32Array.from(conflicts),
      sightings: batch.rows.newSightings(merged(selection, batch.held)),
      rejects,
      drift: [
        ...[...batch.drift].map(([field, drift]) => ['', field, drift] as const),
        ...this.#streams.drift,
      ],
      versions: batch.versions,
      rules: batch.rules,
      present,
      scratch: this.#scratch,
    })
    const live = sitePartials(batch.rows, this.#scanner, selection)
    return {
      blocks,
      days: countDays(batch, selection),
      counts: {
        records: batch.records,
        readings: batch.readings,
        accepted: rows,
        repeats,
        conflicts: conflicts.length,
        rejected: rejects.length,
      },
      newestMs: newestOf(columns.timeMs, selection),
      live,
      passed: batch.passed,
      streams: {
        counts: ofStreams.counts,
        shown: ofStreams.shown,
        refused: refusedByStream(rejects, present['quarantine'] ?? NOTHING_PRESENT),
      },
      refused: refusedRuns(rejects),
    }
  }

  #scan(frames: readonly Frame[]): Batch {
    const first = frames[0]
    if (first === undefined) throw new Error('an empty batch')
    const total = frames.reduce((sum, frame) => sum + frame.count, 0)
    const rows = this.#enriched.reset(total)
    this.#localised = 0
    const batch: Batch = {
      base: first.position,
      frames,
      rows,
      rejects: [],
      drift: new Map(),
      versions: [],
      rules: [],
      passed: new Map(),
      records: total,
      readings: 0,
      fresh: new Uint32Array(0),
      held: [],
    }
    this.#streams.begin()
    for (const frame of frames) {
      this.#catchUp(frame.position, batch)
      this.#frame(frame, batch)
    }
    batch.fresh = this.#fresh(batch)
    return batch
  }

  /** Follows what changed in lines that are gone, up to a position. */
  #catchUp(position: number, batch: Batch): void {
    const { versions, rules } = this.#unlogged.before(position)
    for (const { position: at, change } of versions)
      if (at >= this.#state.followsFrom) this.#register.apply(change)
    for (const version of rules) this.#obey(version, batch)
  }

  #frame(frame: Frame, batch: Batch): void {
    if (frame.kind === 'rules') {
      for (const version of parseRules(frame.lines, frame.position)) this.#follow(version, batch)
      return
    }
    if (frame.kind === 'sensor') {
      for (const version of parseChanges(frame.lines, frame.position)) {
        batch.versions.push(version)
        if (version.position >= this.#state.followsFrom) this.#register.apply(version.change)
      }
      return
    }
    if (frame.kind === 'oversize') {
      this.#tooLong(frame, batch)
      return
    }
    if (frame.kind !== 'reading') {
      const stream = this.#streams.get(frame.kind)
      if (stream !== undefined) stream.scan(frame)
      // Of a stream that this program does not know: it waits in the log for one that does.
      else if (!batch.passed.has(frame.kind)) batch.passed.set(frame.kind, frame.position)
      return
    }
    batch.readings += frame.count
    const rejects: Reject[] = []
    const from = batch.rows.columns.rows
    this.#scanner.scan(frame, batch.base, { columns: batch.rows.columns, rejects, drift: batch.drift })
    batch.rows.enrich(from, frame)
    for (const reject of rejects) batch.rejects.push(framed(reject, frame))
  }

  /** Lines that nobody read, each in a file of its own: refused, under the name of their stream. */
  #tooLong(frame: Frame, batch: Batch): void {
    for (const [name, rejects] of Map.groupBy(tooLongLines(frame), reject => reject.stream)) {
      const stream = this.#streams.get(name)
      stream?.refuse(rejects)
      if (stream !== undefined) continue
      batch.readings += rejects.length
      batch.rejects.push(...rejects)
    }
  }

  /** A change of the rules holds for the lines after it: those before get their local time by the old zone first. */
  #follow(version: RuleVersion, batch: Batch): void {
    batch.rules.push(version)
    this.#obey(version, batch)
  }

  #obey(version: RuleVersion, batch: Batch): void {
    if (version.position < this.#state.followsFrom) return
    this.#localTimes(batch.rows)
    const { zone, interval_s } = version.rules
    this.#zone = zoneOffsets(zone)
    this.#scanner.follow(scanRules(version.rules), this.#zone)
    this.#streams.follow(new TimestampParser(this.#zone), scanRules(version.rules))
    this.#enriched.intervalS = interval_s
  }

  /**
   * The rows that may be new. Left out are rows that a crash let into silver already (`held`), and days that are not asked
   * for; rows of days that retention dropped go to quarantine, because they can't be told from repeats any more.
   */
  #fresh(batch: Batch): Uint32Array {
    const { columns } = batch.rows
    const { present, silverFloorMs, onlyDays } = this.#state
    const silver = present['silver'] ?? NOTHING_PRESENT
    const rows = new Uint32Array(columns.rows)
    const tooOld = oldLines(batch.frames)
    let count = 0
    for (let row = 0; row < columns.rows; row++) {
      const timeMs = columns.timeMs[row] ?? 0
      const position = batch.base + (columns.record[row] ?? 0)
      if (timeMs < silverFloorMs) {
        batch.rejects.push(tooOld(position))
        continue
      }
      if (onlyDays?.has(Math.floor(timeMs / DAY_MS)) === false) continue
      if (isPresent(silver, position)) {
        batch.held.push(row)
        continue
      }
      rows[count++] = row
    }
    return rows.subarray(0, count)
  }

  /** Gives each row that has none its local date, hour and weekday, by the zone in force at its place in the log. */
  #localTimes(rows: Enriched): void {
    fillLocalTimes(rows, this.#zone, this.#localised)
    this.#localised = rows.columns.rows
  }
}

interface Batch {
  readonly base: number
  readonly frames: readonly Frame[]
  readonly rows: Enriched
  readonly rejects: FramedReject[]
  readonly drift: Map<string, Drift>
  readonly versions: SensorVersion[]
  readonly rules: RuleVersion[]
  readonly passed: Map<string, number>
  readonly records: number
  readings: number
  fresh: Uint32Array
  /** Rows that silver holds already. */
  readonly held: number[]
}
