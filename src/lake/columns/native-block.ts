import type { Dictionary } from '../readings/scan/index.ts'

/** Serialisation version and flags of LowCardinality in the Native format: own keys, a dictionary a block. */
const SHARED_DICTIONARIES = 1
const OWN_KEYS = (1 << 9) | (1 << 10)

/** Shorter texts have a length of one byte. */
const SHORT_TEXT = 0x80
/** UTF-8 takes so many for a character of UTF-16 at most. */
const MAX_BYTES_PER_CHARACTER = 3

/** The rows of the columns a block takes, in order. */
export type Selection = Uint32Array

/**
 * Writes one block in ClickHouse's Native format, column by column. Every column method writes `rows` values; those
 * that read typed arrays gather them by the block's selection (by index: `for…of` over a typed array takes 7 times as long).
 */
export class NativeBlock {
  readonly rows: number
  readonly names: string[] = []
  readonly #selection: Selection
  readonly #scratch: BlockScratch
  #buffer: Buffer<ArrayBuffer>
  #at = 0

  constructor(selection: Selection, columns: number, scratch = new BlockScratch(), bytesPerRow = 128) {
    this.rows = selection.length
    this.#selection = selection
    this.#scratch = scratch
    // Slow means: not from the pool, so that it can be handed to another thread.
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(4096, this.rows * bytesPerRow))
    this.#varint(columns)
    this.#varint(this.rows)
  }

  /** The finished block; its buffer holds nothing else. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#at)
  }

  /** UInt64 of `base + values[i]`, exact below 2⁵³. */
  position(name: string, base: number, values: Uint32Array): void {
    this.#begin(name, 'UInt64', 8)
    const selection = this.#selection
    const words = this.#scratch.words(2 * this.rows)
    for (let i = 0; i < selection.length; i++) {
      const position = base + values[selection[i]!]!
      const high = Math.floor(position / 0x1_0000_0000)
      words[2 * i] = position - high * 0x1_0000_0000
      words[2 * i + 1] = high
    }
    this.#copy(words)
  }

  /** DateTime64(3, 'UTC') of ms since 1970. */
  instant(name: string, values: Float64Array): void {
    this.#begin(name, "DateTime64(3, 'UTC')", 8)
    const selection = this.#selection
    const words = this.#scratch.words(2 * this.rows)
    for (let i = 0; i < selection.length; i++) {
      const ms = values[selection[i]!]!
      const high = Math.floor(ms / 0x1_0000_0000)
      words[2 * i] = ms - high * 0x1_0000_0000
      words[2 * i + 1] = high
    }
    this.#copy(words)
  }

  /** A non-nullable number of 1, 2 or 4 bytes. */
  number(name: string, type: 'UInt8' | 'UInt16' | 'UInt32' | 'Date', values: ArrayLike<number>): void {
    const width = type === 'UInt8' ? 1 : type === 'UInt32' ? 4 : 2
    this.#begin(name, type, width)
    const selection = this.#selection
    const words = this.#scratch.words(this.rows)
    for (let i = 0; i < selection.length; i++) words[i] = values[selection[i]!]!
    this.#narrow(words, width)
  }

  /** Nullable whole number (or scaled decimal, or enum): `none` means null. */
  nullable(
    name: string,
    type: string,
    width: 1 | 2 | 4,
    values: Int32Array | Uint8Array,
    none: number,
  ): void {
    this.#begin(name, `Nullable(${type})`, width + 1)
    const selection = this.#selection
    const nulls = this.#take()
    const words = this.#scratch.words(this.rows)
    for (let i = 0; i < selection.length; i++) {
      const value = values[selection[i]!]!
      const isNull = value === none
      nulls[i] = isNull ? 1 : 0
      words[i] = isNull ? 0 : value
    }
    this.#narrow(words, width)
  }

  /** Nullable(Float64): NaN means null. */
  float(name: string, values: Float64Array): void {
    this.#begin(name, 'Nullable(Float64)', 9)
    const selection = this.#selection
    const nulls = this.#take()
    const doubles = this.#scratch.doubles(this.rows)
    for (let i = 0; i < selection.length; i++) {
      const value = values[selection[i]!]!
      const isNull = value !== value
      nulls[i] = isNull ? 1 : 0
      doubles[i] = isNull ? 0 : value
    }
    this.#copy(doubles)
  }

  /** LowCardinality(String) of dictionary ids; only the strings in use travel. */
  lowCardinality(name: string, ids: Int32Array, dictionary: Dictionary): void {
    const words = this.#scratch.words(this.rows)
    const used = this.#scratch.collect(ids, this.#selection, dictionary.size, words)
    const width = used.length <= 0x100 ? 1 : used.length <= 0x10000 ? 2 : 4
    let keyBytes = 0
    for (const id of used) keyBytes += dictionary.bytes(id).length + 2
    this.#begin(name, 'LowCardinality(String)', 0)
    if (this.rows === 0) return
    this.#reserve(40 + keyBytes + this.rows * width)
    this.#fixed64(SHARED_DICTIONARIES)
    this.#fixed64((width === 1 ? 0 : width === 2 ? 1 : 2) | OWN_KEYS)
    this.#fixed64(used.length)
    for (const id of used) this.#string(dictionary.bytes(id))
    this.#fixed64(this.rows)
    this.#narrow(words, width)
  }

  /** A column of any type whose values are written one by one (small tables only). */
  strings(name: string, values: readonly (string | Uint8Array)[]): void {
    this.#begin(name, 'String', 0)
    for (const value of values) {
      if (typeof value === 'string') this.#text(value)
      else this.#string(value)
    }
  }

  nullableStrings(name: string, values: readonly (string | null)[]): void {
    this.#begin(name, 'Nullable(String)', 1)
    this.#take().set(values.map(value => (value === null ? 1 : 0)))
    for (const value of values) this.#text(value ?? '')
  }

  stringArrays(name: string, values: readonly (readonly string[])[]): void {
    this.#begin(name, 'Array(String)', 8)
    let end = 0
    for (const value of values) this.#fixed64((end += value.length))
    for (const value of values) for (const text of value) this.#text(text)
  }

  /** UInt64 or DateTime64 of plain numbers. */
  wide(name: string, type: 'UInt64' | 'Int64' | "DateTime64(3, 'UTC')", values: readonly number[]): void {
    this.#begin(name, type, 8)
    for (const value of values) this.#fixed64(value)
  }

  nullableNumbers(
    name: string,
    type: 'UInt32' | 'UInt8' | 'Float64',
    values: readonly (number | null)[],
  ): void {
    const width = type === 'UInt8' ? 1 : type === 'UInt32' ? 4 : 8
    this.#begin(name, `Nullable(${type})`, width + 1)
    this.#take().set(values.map(value => (value === null ? 1 : 0)))
    const numbers = values.map(value => value ?? 0)
    if (width === 8) this.#copy(Float64Array.from(numbers))
    else this.#narrow(Uint32Array.from(numbers), width)
  }

  /** Float64, or Nullable(Float64). */
  doubles(name: string, values: readonly (number | null)[], nullable: boolean): void {
    this.#begin(name, nullable ? 'Nullable(Float64)' : 'Float64', 9)
    if (nullable) this.#take().set(values.map(value => (value === null ? 1 : 0)))
    this.#copy(Float64Array.from(values, value => value ?? 0))
  }

  /** A type of eight bytes a value (Int64, DateTime64, Decimal of up to 18 digits), nullable as its name says. */
  wideNumbers(name: string, type: string, values: readonly (number | null)[], nullable: boolean): void {
    this.#begin(name, type, 9)
    if (nullable) this.#take().set(values.map(value => (value === null ? 1 : 0)))
    for (const value of values) this.#fixed64(value ?? 0)
  }

  /** FixedString of so many bytes, given as Latin-1. */
  fixedStrings(name: string, width: number, values: readonly string[]): void {
    this.#begin(name, `FixedString(${width})`, width)
    for (const value of values) this.#at += this.#buffer.write(value, this.#at, width, 'latin1')
  }

  /** FixedString of so many bytes, given in hexadecimal. */
  hashes(name: string, width: number, values: readonly string[]): void {
    this.#begin(name, `FixedString(${width})`, width)
    for (const value of values) this.#at += this.#buffer.write(value, this.#at, width, 'hex')
  }

  #begin(name: string, type: string, bytesPerRow: number): void {
    this.names.push(name)
    this.#reserve(name.length + type.length + 16 + this.rows * bytesPerRow)
    this.#string(Buffer.from(name))
    this.#string(Buffer.from(type))
  }

  /** A byte a row, to be filled. */
  #take(): Uint8Array {
    const start = this.#at
    this.#at += this.rows
    return this.#buffer.subarray(start, this.#at)
  }

  /** The values' own bytes: both the format and every machine Node runs on are little-endian. */
  #copy(values: Uint8Array | Uint16Array | Uint32Array | Float64Array): void {
    this.#buffer.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), this.#at)
    this.#at += values.byteLength
  }

  #narrow(words: Uint32Array, width: 1 | 2 | 4): void {
    this.#copy(width === 4 ? words : width === 2 ? Uint16Array.from(words) : Uint8Array.from(words))
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#at + bytes))
    larger.set(this.#buffer.subarray(0, this.#at))
    this.#buffer = larger
  }

  #varint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[this.#at++] = rest
  }

  #string(bytes: Uint8Array): void {
    this.#reserve(bytes.length + 8)
    this.#varint(bytes.length)
    this.#buffer.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** In UTF-8. Short ASCII, as most of it is, is written by hand: a call into the runtime takes longer. */
  #text(text: string): void {
    const { length } = text
    this.#reserve(MAX_BYTES_PER_CHARACTER * length + 8)
    const buffer = this.#buffer
    let at = this.#at
    if (length < SHORT_TEXT) {
      buffer[at++] = length
      let i = 0
      for (; i < length; i++) {
        const code = text.charCodeAt(i)
        if (code >= 0x80) break
        buffer[at++] = code
      }
      if (i === length) {
        this.#at = at
        return
      }
    }
    // Where its length needs more room than its characters said, it is moved.
    const guessed = this.#at + varintBytes(length)
    const bytes = buffer.write(text, guessed, 'utf8')
    const start = this.#at + varintBytes(bytes)
    if (start !== guessed) buffer.copyWithin(start, guessed, guessed + bytes)
    this.#varint(bytes)
    this.#at += bytes
  }

  /** Exact for whole numbers below 2⁵³. */
  #fixed64(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000)
    this.#buffer.writeUInt32LE(value - high * 0x1_0000_0000, this.#at)
    this.#buffer.writeInt32LE(high, this.#at + 4)
    this.#at += 8
  }
}

/** Memory that blocks are made in, kept from column to column and batch to batch. */
export class BlockScratch {
  #memory = new ArrayBuffer(0)
  #stamp = new Uint32Array(0)
  #index = new Uint32Array(0)
  #round = 0

  /** Room for so many 32-bit numbers; what was handed out before is overwritten. */
  words(count: number): Uint32Array {
    return new Uint32Array(this.#bytes(4 * count), 0, count)
  }

  doubles(count: number): Float64Array {
    return new Float64Array(this.#bytes(8 * count), 0, count)
  }

  /** @returns the ids in use, in order of first sight; `out` gets each row's index among them */
  collect(ids: Int32Array, selection: Selection, size: number, out: Uint32Array): number[] {
    if (this.#stamp.length < size) {
      this.#stamp = new Uint32Array(size * 2)
      this.#index = new Uint32Array(size * 2)
      this.#round = 0
    }
    const stamp = this.#stamp
    const index = this.#index
    const round = ++this.#round
    const used: number[] = []
    for (let i = 0; i < selection.length; i++) {
      const id = ids[selection[i]!]!
      if (stamp[id] !== round) {
        stamp[id] = round
        index[id] = used.length
        used.push(id)
      }
      out[i] = index[id]!
    }
    return used
  }

  #bytes(count: number): ArrayBuffer {
    if (this.#memory.byteLength < count) this.#memory = new ArrayBuffer(Math.ceil(count * 1.25))
    return this.#memory
  }
}

function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 0x80; rest >>>= 7) bytes++
  return bytes
}
