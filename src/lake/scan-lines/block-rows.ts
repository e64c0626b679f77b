import { isUtf8 } from 'node:buffer'
import { DAY_MS } from '../../core/time/spans.ts'

/** A column of a block in the engine's Native format. */
export interface BlockColumn {
  readonly name: string
  /** As the engine names it, e.g. `Nullable(Decimal(9, 3))`. */
  readonly type: string
  /** Each row's value as a JSON text: instants ISO 8601 in UTC, decimals as numbers, fixed strings in hexadecimal. */
  readonly values: readonly string[]
}

/**
 * Reads a block back, column by column: rows for readers other than the engine are thus the very ones that it would get.
 * It knows the types that the lake's blocks have, and throws at any other.
 */
export function columnsOfBlock(data: Uint8Array): BlockColumn[] {
  const reader = new Reader(data)
  const columns = reader.varint()
  const rows = reader.varint()
  return Array.from({ length: columns }, () => {
    const name = reader.text()
    const type = reader.text()
    if (name === LINE) return bothOf(Array.from({ length: rows }, () => reader.take(reader.varint())))
    return [{ name, type, values: rows === 0 ? [] : valuesOf(reader, type, rows) }]
  }).flat()
}

/** A line as it came may be no text: then its bytes stand beside it, as in the published table. */
const LINE = 'line'

function bothOf(lines: readonly Buffer[]): BlockColumn[] {
  const base64 = (line: Buffer) => (isUtf8(line) ? NULL : `"${line.toString('base64')}"`)
  return [
    { name: LINE, type: 'String', values: lines.map(line => JSON.stringify(line.toString('utf8'))) },
    { name: `${LINE}_base64`, type: 'String', values: lines.map(base64) },
  ]
}

const NULL = 'null'
/** Keys of LowCardinality: so many bytes by the lowest byte of its flags. */
const KEY_BYTES = [1, 2, 4]

function valuesOf(from: Reader, type: string, rows: number): string[] {
  const [, outer, inner = ''] = /^(Nullable|LowCardinality|Array)\((.*)\)$/s.exec(type) ?? []
  if (outer === 'Nullable') {
    const nulls = from.take(rows)
    return valuesOf(from, inner, rows).map((value, i) => (nulls[i] === 1 ? NULL : value))
  }
  if (outer === 'LowCardinality') return chosen(from, inner, rows)
  if (outer === 'Array') return lists(from, inner, rows)
  const read = readerOf(type)
  return Array.from({ length: rows }, () => read(from))
}

function chosen(from: Reader, inner: string, rows: number): string[] {
  from.take(8)
  const bytes = KEY_BYTES[from.take(8)[0] ?? 0] ?? 4
  const words = valuesOf(from, inner, from.long())
  from.take(8)
  return Array.from({ length: rows }, () => words[from.unsigned(bytes)] ?? NULL)
}

function lists(from: Reader, inner: string, rows: number): string[] {
  const ends = Array.from({ length: rows }, () => from.long())
  const all = valuesOf(from, inner, ends.at(-1) ?? 0)
  return ends.map((end, i) => `[${all.slice(ends[i - 1] ?? 0, end).join(',')}]`)
}

type ReadOne = (from: Reader) => string

function readerOf(type: string): ReadOne {
  const [, bits] = /^UInt(8|16|32)$/.exec(type) ?? []
  if (bits !== undefined) return from => String(from.unsigned(Number(bits) / 8))
  if (type === 'Int64' || type === 'UInt64') return from => String(from.long())
  if (type === 'Float64') return from => JSON.stringify(from.double())
  if (type === 'String') return from => JSON.stringify(from.text())
  if (type === 'Date') return from => `"${new Date(from.unsigned(2) * DAY_MS).toISOString().slice(0, 10)}"`
  if (type.startsWith('DateTime64(3')) return from => `"${new Date(from.long()).toISOString()}"`
  const [, width] = /^FixedString\((\d+)\)$/.exec(type) ?? []
  if (width !== undefined) return from => `"${from.take(Number(width)).toString('hex').toUpperCase()}"`
  const [, digits, decimals] = /^Decimal\((\d+), (\d+)\)$/.exec(type) ?? []
  if (digits !== undefined)
    return from => decimalText(Number(digits) > 9 ? from.long() : from.int(), Number(decimals))
  if (type.startsWith('Enum8(')) {
    const names = new Map(
      [...type.matchAll(/'([^']+)' = (\d+)/g)].map(([, name, code]) => [Number(code), name]),
    )
    return from => JSON.stringify(names.get(from.unsigned(1)) ?? null)
  }
  throw new Error(`a block has a column of type ${type}, which nobody reads back`)
}

function decimalText(scaled: number, decimals: number): string {
  if (decimals === 0) return String(scaled)
  const digits = String(Math.abs(scaled)).padStart(decimals + 1, '0')
  return `${scaled < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(data: Uint8Array) {
    this.#bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  }

  take(count: number): Buffer {
    return this.#bytes.subarray(this.#at, (this.#at += count))
  }

  varint(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#at++)
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  text(): string {
    const length = this.varint()
    return this.#bytes.toString('utf8', this.#at, (this.#at += length))
  }

  unsigned(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    return this.#bytes.readUIntLE(at, bytes)
  }

  int(): number {
    return this.#bytes.readInt32LE((this.#at += 4) - 4)
  }

  /** Exact within ±2⁵³, as blocks are written. */
  long(): number {
    const at = this.#at
    this.#at += 8
    return this.#bytes.readUInt32LE(at) + this.#bytes.readInt32LE(at + 4) * 0x1_0000_0000
  }

  double(): number {
    return this.#bytes.readDoubleLE((this.#at += 8) - 8)
  }
}
