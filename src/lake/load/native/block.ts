import type { Dictionary } from '../scan/index.ts'

/** Serialisation version and flags of LowCardinality in the Native format: own keys, a dictionary a block. */
const SHARED_DICTIONARIES = 1
const OWN_KEYS = (1 << 9) | (1 << 10)

/** The rows of the columns a block takes, in order. */
export type Selection = Uint32Array

/**
 * Writes one block in ClickHouse's Native format, column by column. Every column method writes `rows` values; those
 * that read typed arrays gather them by the block's selection.
 */
export class NativeBlock {
  readonly rows: number
  readonly names: string[] = []
  readonly #selection: Selection
  #buffer: Buffer<ArrayBuffer>
  #at = 0

  constructor(selection: Selection, columns: number, bytesPerRow = 128) {
    this.rows = selection.length
    this.#selection = selection
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
    const out = this.#take(8)
    for (const row of this.#selection) out.put64(base + values[row]!)
  }

  /** DateTime64(3, 'UTC') of ms since 1970. */
  instant(name: string, values: Float64Array): void {
    this.#begin(name, "DateTime64(3, 'UTC')", 8)
    const out = this.#take(8)
    for (const row of this.#selection) out.put64(values[row]!)
  }

  /** A non-nullable number of 1, 2 or 4 bytes. */
  number(name: string, type: 'UInt8' | 'UInt16' | 'UInt32' | 'Date', values: ArrayLike<number>): void {
    const width = type === 'UInt8' ? 1 : type === 'UInt32' ? 4 : 2
    this.#begin(name, type, width)
    const out = this.#take(width)
    for (const row of this.#selection) out.put(width, values[row]!)
  }

  /** Nullable whole number (or scaled decimal, or enum): negative means null. */
  nullable(
    name: string,
    type: string,
    width: 1 | 2 | 4,
    values: Int32Array | Uint8Array,
    none: number,
  ): void {
    this.#begin(name, `Nullable(${type})`, width + 1)
    const nulls = this.#take(1)
    for (const row of this.#selection) nulls.put(1, values[row] === none ? 1 : 0)
    const out = this.#take(width)
    for (const row of this.#selection) {
      const value = values[row]!
      out.put(width, value === none ? 0 : value)
    }
  }

  /** Nullable(Float64): NaN means null. */
  float(name: string, values: Float64Array): void {
    this.#begin(name, 'Nullable(Float64)', 9)
    const nulls = this.#take(1)
    for (const row of this.#selection) nulls.put(1, values[row] === values[row] ? 0 : 1)
    const out = this.#take(8)
    for (const row of this.#selection) out.putDouble(values[row] === values[row] ? values[row]! : 0)
  }

  /** LowCardinality(String) of dictionary ids; only the strings in use travel. */
  lowCardinality(name: string, ids: Int32Array, dictionary: Dictionary, scratch: DictionaryScratch): void {
    const used = scratch.collect(ids, this.#selection, dictionary.size)
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
    const out = this.#take(width)
    for (const row of this.#selection) out.put(width, scratch.indexOf(ids[row]!))
  }

  /** A column of any type whose values are written one by one (small tables only). */
  strings(name: string, values: readonly (string | Uint8Array)[]): void {
    this.#begin(name, 'String', 0)
    for (const value of values) this.#string(typeof value === 'string' ? Buffer.from(value) : value)
  }

  nullableStrings(name: string, values: readonly (string | null)[]): void {
    this.#begin(name, 'Nullable(String)', 1)
    const nulls = this.#take(1)
    for (const value of values) nulls.put(1, value === null ? 1 : 0)
    for (const value of values) this.#string(Buffer.from(value ?? ''))
  }

  stringArrays(name: string, values: readonly (readonly string[])[]): void {
    this.#begin(name, 'Array(String)', 8)
    const out = this.#take(8)
    let end = 0
    for (const value of values) out.put64((end += value.length))
    for (const value of values) for (const text of value) this.#string(Buffer.from(text))
  }

  /** UInt64 or DateTime64 of plain numbers. */
  wide(name: string, type: 'UInt64' | 'Int64' | "DateTime64(3, 'UTC')", values: readonly number[]): void {
    this.#begin(name, type, 8)
    const out = this.#take(8)
    for (const value of values) out.put64(value)
  }

  nullableNumbers(
    name: string,
    type: 'UInt32' | 'UInt8' | 'Float64',
    values: readonly (number | null)[],
  ): void {
    const width = type === 'UInt8' ? 1 : type === 'UInt32' ? 4 : 8
    this.#begin(name, `Nullable(${type})`, width + 1)
    const nulls = this.#take(1)
    for (const value of values) nulls.put(1, value === null ? 1 : 0)
    const out = this.#take(width)
    for (const value of values) {
      if (width === 8) out.putDouble(value ?? 0)
      else out.put(width, value ?? 0)
    }
  }

  #begin(name: string, type: string, bytesPerRow: number): void {
    this.names.push(name)
    this.#reserve(name.length + type.length + 16 + this.rows * bytesPerRow)
    this.#string(Buffer.from(name))
    this.#string(Buffer.from(type))
  }

  /** Room for one fixed-width column; it must be filled whole. */
  #take(width: number): FixedColumn {
    const start = this.#at
    this.#at += this.rows * width
    return new FixedColumn(this.#buffer, start)
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

  #fixed64(value: number): void {
    this.#buffer.writeBigUInt64LE(BigInt(value), this.#at)
    this.#at += 8
  }
}

/** Which ids of a dictionary a block uses, and their index in it; reused from block to block. */
export class DictionaryScratch {
  #stamp = new Uint32Array(0)
  #index = new Uint32Array(0)
  #round = 0

  collect(ids: Int32Array, selection: Selection, size: number): number[] {
    if (this.#stamp.length < size) {
      this.#stamp = new Uint32Array(size * 2)
      this.#index = new Uint32Array(size * 2)
      this.#round = 0
    }
    const round = ++this.#round
    const used: number[] = []
    for (const row of selection) {
      const id = ids[row]!
      if (this.#stamp[id] === round) continue
      this.#stamp[id] = round
      this.#index[id] = used.length
      used.push(id)
    }
    return used
  }

  indexOf(id: number): number {
    return this.#index[id]!
  }
}

class FixedColumn {
  readonly #view: DataView
  #at = 0

  constructor(buffer: Buffer, start: number) {
    this.#view = new DataView(buffer.buffer, buffer.byteOffset + start)
  }

  put(width: number, value: number): void {
    if (width === 1) this.#view.setUint8(this.#at, value)
    else if (width === 2) this.#view.setUint16(this.#at, value, true)
    else this.#view.setUint32(this.#at, value, true)
    this.#at += width
  }

  /** A signed or unsigned 64-bit number that a double holds exactly. */
  put64(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000)
    this.#view.setUint32(this.#at, value - high * 0x1_0000_0000, true)
    this.#view.setInt32(this.#at + 4, high, true)
    this.#at += 8
  }

  putDouble(value: number): void {
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }
}
