import { isVisible } from '../../../core/text/printable.ts'
import { ABSENT } from './columns.ts'
import type { Columns } from './columns.ts'
import { signalCode } from './fast.ts'
import type { FIELD, Rules } from './fields.ts'
import { FIELD_NAMES, LIMIT, scaleOccupancy, scaleSpeed, scaleWait, TYPE_NAMES } from './fields.ts'
import { recordOf } from '../../columns/json-line.ts'
import type { Reason } from './reasons.ts'
import type { TimestampParser } from '../../columns/timestamp.ts'

/** What the first version refused in ids: a control character, a line or paragraph separator, half of a surrogate pair. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Cs}/u

/** A line that the fast path would not take: either a valid reading after all, or the reasons why it is not. */
export interface SlowReading {
  readonly reasons: Reason[]
  readonly sensor: Buffer
  readonly site: Buffer | null
  readonly district: Buffer | null
  /** Fields beyond the wire record, e.g. `firmware`, `vehicle_types.bicycle`. */
  readonly extras: string[]
}

/** Reads any line by JSON.parse and every rule in turn. Values are in the columns' scratch row when there is no reason. */
export function parseSlowly(
  line: Uint8Array,
  c: Columns,
  time: TimestampParser,
  { oldestMs, visibleIds }: Pick<Rules, 'oldestMs' | 'visibleIds'>,
  newestMs: number,
): SlowReading {
  const decoded = recordOf(line)
  if (typeof decoded === 'string') return refused(decoded)
  const { record, isJson } = decoded
  c.begin()
  const reasons: Reason[] = []
  const sensor = id(record, 'sensor_id', visibleIds, reasons)
  if (sensor === null && !reasons.some(r => r.startsWith('sensor_id'))) reasons.push('sensor_id_missing')
  readTime(record, c, time, oldestMs, newestMs, reasons)
  const extras: string[] = []
  readMeasures(record, c, reasons, extras)
  const site = id(record, 'intersection_id', visibleIds, reasons)
  const district = id(record, 'district', visibleIds, reasons)
  readPlace(record, c, reasons)
  if (reasons.length === 0 && !hasMeasure(c)) reasons.push('no_measure')
  // A bare NaN in a measure has broken that measure's rule; in a field that nobody reads, only the JSON's.
  if (!isJson && reasons.length === 0) reasons.push('json_syntax')
  for (const field of Object.keys(record)) if (!FIELD_NAMES.includes(field)) extras.push(field)
  return { reasons, sensor: sensor ?? Buffer.alloc(0), site, district, extras }
}

function refused(reason: Reason): SlowReading {
  return { reasons: [reason], sensor: Buffer.alloc(0), site: null, district: null, extras: [] }
}

type IdField = 'sensor_id' | 'intersection_id' | 'district'

function id(
  record: Record<string, unknown>,
  field: IdField,
  visible: boolean,
  reasons: Reason[],
): Buffer | null {
  const value = own(record, field)
  if (value === null) return null
  if (typeof value !== 'string') reasons.push(`${field}_type`)
  // Characters are code points; none is longer than two UTF-16 units.
  else if (
    value.length === 0 ||
    value.length > 2 * LIMIT.idChars ||
    Array.from(value).length > LIMIT.idChars ||
    (visible ? !isVisible(value) : UNPRINTABLE.test(value))
  )
    reasons.push(`${field}_range`)
  else return Buffer.from(value)
  return null
}

function readTime(
  record: Record<string, unknown>,
  c: Columns,
  time: TimestampParser,
  oldestMs: number,
  newestMs: number,
  reasons: Reason[],
): void {
  const value = own(record, 'timestamp')
  if (value === null) reasons.push('timestamp_missing')
  else if (typeof value !== 'string') reasons.push('timestamp_type')
  else {
    const bytes = Buffer.from(value, 'utf8')
    const ms = time.parse(bytes, 0, bytes.length)
    c.timeMs[c.rows] = ms
    if (!(ms === ms)) reasons.push('timestamp_format')
    else if (ms < oldestMs) reasons.push('timestamp_too_old')
    else if (ms > newestMs) reasons.push('timestamp_future')
  }
}

function readMeasures(
  record: Record<string, unknown>,
  c: Columns,
  reasons: Reason[],
  extras: string[],
): void {
  const n = c.rows
  c.vehicles[n] = number(record, 'vehicle_count', LIMIT.count, true, reasons)
  const speed = number(record, 'average_speed', LIMIT.speedMph, false, reasons)
  c.speed[n] = speed < 0 ? ABSENT : scaleSpeed(speed)
  const occupancy = number(record, 'occupancy_rate', LIMIT.occupancy, false, reasons)
  c.occupancy[n] = occupancy < 0 ? ABSENT : scaleOccupancy(occupancy)
  const wait = number(record, 'wait_time_seconds', LIMIT.waitS, false, reasons)
  c.wait[n] = wait < 0 ? ABSENT : scaleWait(wait)
  c.queue[n] = number(record, 'queue_length', LIMIT.queue, true, reasons)
  const signal = own(record, 'signal_state')
  if (typeof signal === 'string') {
    const bytes = Buffer.from(signal)
    c.signal[n] = signalCode(bytes, 0, bytes.length)
    if (c.signal[n] === 0) reasons.push('signal_state_value')
  } else if (signal !== null) reasons.push('signal_state_type')
  readTypes(own(record, 'vehicle_types'), c, reasons, extras)
}

function readTypes(types: unknown, c: Columns, reasons: Reason[], extras: string[]): void {
  if (types === null) return
  if (typeof types !== 'object' || Array.isArray(types)) {
    reasons.push('vehicle_types_type')
    return
  }
  const found = new Set<Reason>()
  for (const [name, value] of Object.entries(types as Record<string, unknown>)) {
    const type = TYPE_NAMES.findIndex(known => known === name)
    if (type < 0) extras.push(`vehicle_types.${name}`)
    else if (value === null) continue
    else if (typeof value !== 'number' || !Number.isInteger(value)) found.add('vehicle_types_type')
    else if (value < 0 || value > LIMIT.count) found.add('vehicle_types_range')
    else [c.car, c.truck, c.motorcycle, c.bus][type]![c.rows] = value
  }
  reasons.push(...found)
}

type NumberField = 'vehicle_count' | 'average_speed' | 'occupancy_rate' | 'wait_time_seconds' | 'queue_length'

/** @returns the value, −1 where it is absent or breaks its rule */
function number(
  record: Record<string, unknown>,
  field: NumberField,
  max: number,
  whole: boolean,
  reasons: Reason[],
): number {
  const value = own(record, field)
  if (value === null) return ABSENT
  if (typeof value !== 'number' || (whole && Math.abs(value) <= max && !Number.isInteger(value)))
    reasons.push(`${field}_type`)
  else if (!(value >= 0 && value <= max)) reasons.push(`${field}_range`)
  // −0 is 0
  else return value + 0
  return ABSENT
}

function readPlace(record: Record<string, unknown>, c: Columns, reasons: Reason[]): void {
  for (const field of ['latitude', 'longitude'] as const) {
    const value = own(record, field)
    if (value === null) continue
    if (typeof value !== 'number') reasons.push(`${field}_type`)
    else if (!(Math.abs(value) <= LIMIT[field])) reasons.push(`${field}_range`)
    else c[field][c.rows] = value
  }
}

function hasMeasure(c: Columns): boolean {
  const n = c.rows
  const measures = [c.vehicles, c.speed, c.occupancy, c.car, c.truck, c.motorcycle, c.bus, c.wait, c.queue]
  return c.signal[n] !== 0 || measures.some(column => column[n] !== ABSENT)
}

/** Null for what is missing; `__proto__` and its like are not fields. */
function own(record: Record<string, unknown>, field: keyof typeof FIELD): unknown {
  return Object.hasOwn(record, field) ? (record[field] ?? null) : null
}
