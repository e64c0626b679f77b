import type { Bytes } from '../../columns/bytes.ts'
import type { Columns } from './columns.ts'
import { FIELD, FIELD_NAMES, LIMIT, scaleOccupancy, scaleSpeed, scaleWait } from './fields.ts'
import { FIRST_TYPE, isKeyAt, KEY_COUNT, KEY_LENGTHS, keyAt } from './keys.ts'
import type { TimestampParser } from '../../columns/timestamp.ts'

const LF = 10
const BLANK = 32
const QUOTE = 34
const COMMA = 44
const COLON = 58
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125
const POWERS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i)
/** Digits a double holds exactly: with these and a power up to 10²², one division rounds as JSON.parse does. */
const EXACT_DIGITS = 15

/** The bytes a string has when it stands for itself: printable ASCII without quote and backslash. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 32 && byte <= 126 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
)
const VEHICLE_TYPES = FIELD.vehicle_types
/** How many fields beyond the wire record are skipped without JSON.parse. */
const MAX_EXTRAS = 64

/**
 * Reads the usual line straight from its bytes: flat, known keys in any order, plain strings and numbers. It only
 * ever says yes; whatever is unusual or breaks a rule is left to the slow path, which gives the reasons.
 */
export class FastParser {
  // Where the strings of the line accepted last are, in its buffer; start < 0 means absent.
  sensorStart = -1
  sensorEnd = 0
  siteStart = -1
  siteEnd = 0
  districtStart = -1
  districtEnd = 0
  /** Fields beyond the wire record met in the line, as a bit a field of `extras` (the first 31) or all of them. */
  extrasSeen: number[] = []
  readonly extras: Buffer[] = []

  readonly #time: TimestampParser
  /** The key that followed each key last time: neighbours have the same order. */
  readonly #next = new Int32Array(FIELD_NAMES.length + 1)
  #at = 0
  #number = 0

  constructor(time: TimestampParser) {
    this.#time = time
    for (let i = 0; i <= FIELD_NAMES.length; i++)
      this.#next[i] = i === FIELD_NAMES.length ? 0 : (i + 1) % FIELD_NAMES.length
  }

  /** A field the slow path met and noted: from now on its plain values are skipped here. */
  learn(field: string): void {
    if (this.extras.length >= MAX_EXTRAS || !/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(field)) return
    const key = Buffer.from(`${field}"`)
    if (!this.extras.some(known => known.equals(key))) this.extras.push(key)
  }

  /**
   * @param from lines, each ended by LF: no value holds one, so nothing is read past the line
   * @returns where the next line starts if this one is a valid reading (its values are in the columns' scratch row then), else −1
   */
  parse(from: Bytes, start: number, c: Columns, oldestMs: number, newestMs: number): number {
    const { array: buf, view } = from
    c.begin()
    this.sensorStart = -1
    this.siteStart = -1
    this.districtStart = -1
    if (this.extrasSeen.length > 0) this.extrasSeen = []
    const n = c.rows
    let seen = 0
    let measures = 0
    let timed = false
    let previous = FIELD_NAMES.length
    let p = start
    if (buf[p++] !== OPEN) return -1
    for (;;) {
      while (buf[p] === 32) p++
      let key = this.#next[previous]!
      if (!isKeyAt(view, p, key)) {
        key = keyAt(view, p, 0, FIRST_TYPE)
        if (key < 0) {
          if (buf[p] !== QUOTE) return -1
          const extra = find(this.extras, buf, p + 1)
          if (extra < 0) return -1
          this.extrasSeen.push(extra)
          p = skipScalar(buf, p + 1 + this.extras[extra]!.length)
          if (p < 0) return -1
          if (buf[p] === COMMA) {
            p++
            continue
          }
          break
        }
        this.#next[previous] = key
      }
      if ((seen & (1 << key)) !== 0) return -1
      seen |= 1 << key
      previous = key
      p += KEY_LENGTHS[key]!
      while (buf[p] === 32) p++
      if (buf[p++] !== COLON) return -1
      while (buf[p] === 32) p++
      const first = buf[p]!
      if (first === 110) {
        if (buf[p + 1] !== 117 || buf[p + 2] !== 108 || buf[p + 3] !== 108) return -1
        p += 4
      } else if (first === QUOTE) {
        const begin = ++p
        while (PLAIN[buf[p]!] === 1) p++
        if (buf[p] !== QUOTE || !this.#string(key, buf, begin, p, c, n)) return -1
        if (key === FIELD.timestamp) {
          const ms = c.timeMs[n]!
          if (!(ms >= oldestMs && ms <= newestMs)) return -1
          timed = true
        }
        if (key === FIELD.signal_state) measures = 1
        p++
      } else if (first === OPEN && key === VEHICLE_TYPES) {
        this.#at = p + 1
        const counted = this.#types(from, c, n)
        if (counted < 0) return -1
        measures |= counted
        p = this.#at
      } else {
        this.#at = p
        if (!this.#parseNumber(buf) || !store(key, this.#number, c, n)) return -1
        if (key < FIELD.latitude) measures = 1
        p = this.#at
      }
      while (buf[p] === 32) p++
      if (buf[p] !== COMMA) break
      p++
    }
    if (buf[p++] !== CLOSE) return -1
    while (buf[p] === 32 || buf[p] === 13) p++
    return buf[p] === LF && timed && this.sensorStart >= 0 && measures !== 0 ? p + 1 : -1
  }

  #string(key: number, buf: Uint8Array, from: number, to: number, c: Columns, n: number): boolean {
    const length = to - from
    switch (key) {
      case FIELD.timestamp:
        c.timeMs[n] = this.#time.parse(buf, from, to)
        return true
      case FIELD.sensor_id:
        this.sensorStart = from
        this.sensorEnd = to
        return isPlainId(buf, from, length)
      case FIELD.intersection_id:
        this.siteStart = from
        this.siteEnd = to
        return isPlainId(buf, from, length)
      case FIELD.district:
        this.districtStart = from
        this.districtEnd = to
        return isPlainId(buf, from, length)
      case FIELD.signal_state:
        c.signal[n] = signalCode(buf, from, length)
        return c.signal[n] !== 0
      default:
        return false
    }
  }

  /** @returns 1 when a count was read, 0 when none, −1 when the slow path has to look */
  #types({ array: buf, view }: Bytes, c: Columns, n: number): number {
    let p = this.#at
    let expected = 0
    while (buf[p] === 32) p++
    if (buf[p] === CLOSE) {
      this.#at = p + 1
      return 0
    }
    let seen = 0
    for (;;) {
      while (buf[p] === 32) p++
      let key = FIRST_TYPE + expected
      if (!isKeyAt(view, p, key)) key = keyAt(view, p, FIRST_TYPE, KEY_COUNT)
      if (key < 0 || (seen & (1 << key)) !== 0) return -1
      seen |= 1 << key
      p += KEY_LENGTHS[key]!
      const type = key - FIRST_TYPE
      expected = (type + 1) & 3
      while (buf[p] === 32) p++
      if (buf[p++] !== COLON) return -1
      while (buf[p] === 32) p++
      this.#at = p
      if (!this.#parseNumber(buf)) return -1
      const value = this.#number
      if (!(value <= LIMIT.count) || value < 0 || Math.floor(value) !== value) return -1
      if (type === 0) c.car[n] = value
      else if (type === 1) c.truck[n] = value
      else if (type === 2) c.motorcycle[n] = value
      else c.bus[n] = value
      p = this.#at
      while (buf[p] === 32) p++
      const after = buf[p++]
      if (after === CLOSE) {
        this.#at = p
        return 1
      }
      if (after !== COMMA) return -1
    }
  }

  /** A JSON number without exponent, of at most 15 digits. */
  #parseNumber(buf: Uint8Array): boolean {
    let p = this.#at
    const negative = buf[p] === 45
    if (negative) p++
    const from = p
    let mantissa = 0
    let digit = buf[p]! - 48
    if (!(digit >= 0 && digit <= 9)) return false
    if (digit === 0 && buf[p + 1]! >= 48 && buf[p + 1]! <= 57) return false
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      digit = buf[++p]! - 48
    }
    let digits = p - from
    let value = mantissa
    if (buf[p] === 46) {
      const fraction = ++p
      digit = buf[p]! - 48
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit
        digit = buf[++p]! - 48
      }
      if (p === fraction) return false
      digits += p - fraction
      value = mantissa / POWERS[Math.min(p - fraction, 22)]!
    }
    if (digits > EXACT_DIGITS || (buf[p]! | 0x20) === 0x65) return false
    this.#number = negative ? -value : value
    this.#at = p
    return true
  }
}

/** Printable ASCII of the right length; one that begins with a blank may hold nothing else, and is left to the slow path. */
function isPlainId(buf: Uint8Array, at: number, length: number): boolean {
  return length > 0 && length <= LIMIT.idChars && buf[at] !== BLANK
}

/** @returns whether the value keeps its field's rule; it is stored then */
function store(key: number, value: number, c: Columns, n: number): boolean {
  switch (key) {
    case FIELD.vehicle_count:
      if (!(value >= 0 && value <= LIMIT.count) || Math.floor(value) !== value) return false
      c.vehicles[n] = value
      return true
    case FIELD.average_speed:
      if (!(value >= 0 && value <= LIMIT.speedMph)) return false
      c.speed[n] = scaleSpeed(value)
      return true
    case FIELD.occupancy_rate:
      if (!(value >= 0 && value <= LIMIT.occupancy)) return false
      c.occupancy[n] = scaleOccupancy(value)
      return true
    case FIELD.wait_time_seconds:
      if (!(value >= 0 && value <= LIMIT.waitS)) return false
      c.wait[n] = scaleWait(value)
      return true
    case FIELD.queue_length:
      if (!(value >= 0 && value <= LIMIT.queue) || Math.floor(value) !== value) return false
      c.queue[n] = value
      return true
    case FIELD.latitude:
      c.latitude[n] = value
      return value >= -LIMIT.latitude && value <= LIMIT.latitude
    case FIELD.longitude:
      c.longitude[n] = value
      return value >= -LIMIT.longitude && value <= LIMIT.longitude
    default:
      return false
  }
}

/** 1 red, 2 yellow, 3 green, in any letter case; 0 for anything else. */
export function signalCode(b: Uint8Array, at: number, length: number): number {
  const is = (word: string) => {
    for (let i = 0; i < word.length; i++) if ((b[at + i]! | 0x20) !== word.charCodeAt(i)) return false
    return true
  }
  if (length === 3) return is('red') ? 1 : 0
  if (length === 6) return is('yellow') ? 2 : 0
  if (length === 5) return is('green') ? 3 : 0
  return 0
}

function matches(buf: Uint8Array, at: number, key: Buffer): boolean {
  for (let i = 0; i < key.length; i++) if (buf[at + i] !== key[i]) return false
  return true
}

function find(known: readonly Buffer[], buf: Uint8Array, at: number): number {
  for (let i = 0; i < known.length; i++) if (matches(buf, at, known[i]!)) return i
  return -1
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const WORDS = new Set(['true', 'false', 'null'])

/** @returns the index after `: scalar` and white space, −1 when it is no plain scalar */
function skipScalar(buf: Uint8Array, at: number): number {
  let p = at
  while (buf[p] === 32) p++
  if (buf[p++] !== COLON) return -1
  while (buf[p] === 32) p++
  if (buf[p] === QUOTE) {
    p++
    while (PLAIN[buf[p]!] === 1) p++
    if (buf[p++] !== QUOTE) return -1
  } else {
    let text = ''
    while (buf[p] !== COMMA && buf[p] !== CLOSE && buf[p] !== 32 && text.length < 32) {
      text += String.fromCharCode(buf[p++]!)
    }
    if (!NUMBER.test(text) && !WORDS.has(text)) return -1
  }
  while (buf[p] === 32) p++
  return p
}
