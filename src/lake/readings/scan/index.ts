import type { Frame } from '../../../core/log.ts'
import type { Zone } from '../../../core/time/index.ts'
import { Bytes } from '../../columns/bytes.ts'
import type { Columns } from './columns.ts'
import { Dictionary } from '../../columns/dictionary.ts'
import { noteDrift } from '../../columns/drift.ts'
import type { Drift } from '../../columns/drift.ts'
import { FastParser } from './fast.ts'
import type { Rules } from './fields.ts'
import type { Reason } from './reasons.ts'
import { parseSlowly } from './slow.ts'
import { TimestampParser } from '../../columns/timestamp.ts'

export { Bytes } from '../../columns/bytes.ts'
export { Columns } from './columns.ts'
export { Dictionary } from '../../columns/dictionary.ts'
export type { Drift } from '../../columns/drift.ts'
export type { Rules } from './fields.ts'
export { REASONS } from './reasons.ts'
export type { Reason } from './reasons.ts'

const LF = 10

export interface Reject {
  readonly position: number
  readonly reasons: readonly Reason[]
  /** The line without its LF, byte for byte. */
  readonly line: Uint8Array
}

/** What a scan found: accepted readings as columns, in log order, and everything else. */
export interface Scanned {
  readonly columns: Columns
  readonly rejects: Reject[]
  readonly drift: Map<string, Drift>
}

/**
 * Turns log frames into typed columns: the one place where a reading is parsed. Keeps the dictionaries of all strings
 * that valid readings had, and nothing else.
 */
export class Scanner {
  readonly sensors = new Dictionary()
  /** Intersections and districts share one. */
  readonly places = new Dictionary()
  #rules: Rules
  #time: TimestampParser
  #fast: FastParser

  constructor(rules: Rules, zone: Zone) {
    this.#rules = rules
    this.#time = new TimestampParser(zone)
    this.#fast = new FastParser(this.#time)
  }

  /** From the next frame on, other rules hold. */
  follow(rules: Rules, zone: Zone): void {
    this.#rules = rules
    this.#time = new TimestampParser(zone)
    this.#fast = new FastParser(this.#time)
  }

  /** Reads all lines of a frame of readings. @param base position that `columns.record` counts from */
  scan(frame: Frame, base: number, out: Scanned): void {
    const { lines, arrivedAtMs, position, count } = frame
    const { columns } = out
    const newestMs = arrivedAtMs + this.#rules.maxFutureMs
    const oldestMs = this.#rules.oldestMs
    const fast = this.#fast
    const bytes = new Bytes(lines)
    let start = 0
    for (let i = 0; i < count; i++) {
      const next = fast.parse(bytes, start, columns, oldestMs, newestMs)
      if (next >= 0) {
        if (fast.extrasSeen.length > 0) this.#noteExtras(out.drift, position + i, arrivedAtMs)
        this.#acceptFast(bytes, start, next, position + i, base, out)
        start = next
      } else {
        const found = lines.indexOf(LF, start)
        const end = found < 0 ? lines.length : found
        this.#slow(lines.subarray(start, end), position + i, base, arrivedAtMs, out)
        start = end + 1
      }
    }
  }

  #acceptFast(from: Bytes, start: number, next: number, position: number, base: number, out: Scanned): void {
    const fast = this.#fast
    const c = out.columns
    const n = c.rows
    if (this.#isOneTooMany(from, fast.sensorStart, fast.sensorEnd)) {
      out.rejects.push({
        position,
        reasons: ['too_many_sensors'],
        line: from.array.subarray(start, next - 1),
      })
      return
    }
    c.sensor[n] = this.sensors.intern(from, fast.sensorStart, fast.sensorEnd)
    if (fast.siteStart >= 0) c.site[n] = this.places.intern(from, fast.siteStart, fast.siteEnd)
    if (fast.districtStart >= 0)
      c.district[n] = this.places.intern(from, fast.districtStart, fast.districtEnd)
    this.#commit(c, n, position - base)
  }

  #commit(c: Columns, n: number, record: number): void {
    const site = c.site[n]!
    const district = c.district[n]!
    c.record[n] = record
    c.content[n] = c.hashContent(
      site < 0 ? 0 : this.places.hash(site),
      district < 0 ? 0 : this.places.hash(district),
    )
    c.commit()
  }

  #slow(line: Uint8Array, position: number, base: number, arrivedAtMs: number, out: Scanned): void {
    const c = out.columns
    const newestMs = arrivedAtMs + this.#rules.maxFutureMs
    const reading = parseSlowly(line, c, this.#time, this.#rules, newestMs)
    const sensor = new Bytes(reading.sensor)
    if (reading.reasons.length === 0 && this.#isOneTooMany(sensor, 0, reading.sensor.length))
      reading.reasons.push('too_many_sensors')
    if (reading.reasons.length > 0) {
      out.rejects.push({ position, reasons: reading.reasons, line })
      return
    }
    const n = c.rows
    c.sensor[n] = this.sensors.intern(sensor, 0, reading.sensor.length)
    if (reading.site !== null) c.site[n] = this.places.internBytes(reading.site)
    if (reading.district !== null) c.district[n] = this.places.internBytes(reading.district)
    for (const field of reading.extras) {
      noteDrift(out.drift, field, position, arrivedAtMs)
      this.#fast.learn(field)
    }
    this.#commit(c, n, position - base)
  }

  /** Sensors once known stay so. */
  #isOneTooMany(from: Bytes, start: number, end: number): boolean {
    return this.sensors.size >= this.#rules.maxSensors && this.sensors.find(from, start, end) < 0
  }

  #noteExtras(drift: Map<string, Drift>, position: number, arrivedAtMs: number): void {
    for (const extra of this.#fast.extrasSeen) {
      noteDrift(
        drift,
        this.#fast.extras[extra]!.toString('latin1', 0, this.#fast.extras[extra]!.length - 1),
        position,
        arrivedAtMs,
      )
    }
  }
}
