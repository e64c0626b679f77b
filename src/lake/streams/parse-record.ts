import { hasUnseen, isVisible } from '../../core/text/printable.ts'
import { columnsOf } from '../../core/stream/index.ts'
import type { Column, Field, NumberField, Stream } from '../../core/stream/index.ts'
import { recordOf } from '../columns/json-line.ts'
import type { TimestampParser } from '../columns/timestamp.ts'
import { DAY_MS } from '../../core/time/spans.ts'

/** A value as silver's column holds it: decimals scaled to whole numbers, instants in ms, flags as 0 and 1. */
export type Cell = number | string | readonly string[] | null

/** A line read: its values in the order of the stream's columns, or why it is refused. */
export interface ParsedRecord {
  readonly cells: readonly Cell[]
  /** Codes as in `reasonsOf`, each once; none for a record that is taken. */
  readonly reasons: readonly string[]
  /** Fields that the stream does not declare, e.g. `firmware`, `counts.tram`. */
  readonly extras: readonly string[]
}

export interface RecordRules {
  readonly oldestMs: number
  readonly maxFutureMs: number
}

/** The last instant that anything may name: 2100-01-01. */
const latestMs = 4_102_444_800_000
/** A version ahead of all others would win for ever: a clock may be so far wrong, ms. */
const maxVersionAheadMs = DAY_MS
/** Line ends and tabs may stand in a long text. */
const layout = /[\n\r\t]/g

/** Reads lines of one stream by its declaration alone: every rule in turn, so that all that is wrong is named. */
export class RecordParser {
  readonly columns: readonly Column[]
  readonly #stream: Stream
  readonly #fields: readonly (readonly [name: string, field: Field])[]
  readonly #names: ReadonlySet<string>
  #time: TimestampParser
  #rules: RecordRules

  constructor(stream: Stream, time: TimestampParser, rules: RecordRules) {
    this.#stream = stream
    this.columns = columnsOf(stream.fields)
    this.#fields = Object.entries(stream.fields)
    this.#names = new Set(Object.keys(stream.fields))
    this.#time = time
    this.#rules = rules
  }

  /** From the next line on, other rules hold. */
  follow(time: TimestampParser, rules: RecordRules): void {
    this.#time = time
    this.#rules = rules
  }

  parse(line: Uint8Array, arrivedAtMs: number): ParsedRecord {
    const read = recordOf(line)
    if (typeof read === 'string') return { cells: [], reasons: [read], extras: [] }
    const { record, isJson } = read
    const refused = this.#refused(record)
    if (refused.length > 0) return { cells: [], reasons: refused, extras: [] }
    const reasons: string[] = []
    const extras: string[] = []
    for (const name in record) if (!this.#names.has(name)) extras.push(name)
    const cells: Cell[] = []
    for (const [name, field] of this.#fields) {
      const value = Object.hasOwn(record, name) ? (record[name] ?? null) : null
      if (value === null && field.required === true) reasons.push(`${name}_missing`)
      const wrong =
        value === null ? nothing(field, cells) : this.#field(name, field, value, arrivedAtMs, cells)
      if (wrong !== null) reasons.push(`${name}_${wrong}`)
      if (field.type === 'counts') extras.push(...otherCounts(name, field.names, value))
    }
    // A bare NaN in a field has broken that field's rule; where nobody reads it, only the JSON's.
    if (!isJson && reasons.length === 0) reasons.push('json_syntax')
    if (reasons.length === 0) reasons.push(...this.#broken(cells))
    return { cells, reasons, extras }
  }

  /** Codes by which the source itself says that this is no record. */
  #refused({ refused }: Readonly<Record<string, unknown>>): string[] {
    const { refusals } = this.#stream
    if (refusals === undefined || !Array.isArray(refused)) return []
    return [...new Set(refused)].filter(
      (code): code is string => typeof code === 'string' && Object.hasOwn(refusals, code),
    )
  }

  /** Adds the field's cells. @returns what is wrong, as the end of a reason */
  #field(name: string, field: Field, value: unknown, arrivedAtMs: number, cells: Cell[]): string | null {
    if (field.type === 'instant') {
      if (typeof value !== 'string') return 'type'
      const bytes = Buffer.from(value)
      const ms = this.#time.parse(bytes, 0, bytes.length)
      if (Number.isNaN(ms)) return 'format'
      if (ms < this.#rules.oldestMs) return 'too_old'
      if (ms > this.#latest(name, field, arrivedAtMs)) return 'future'
      cells.push(ms)
      return null
    }
    if (field.type !== 'counts') {
      const cell = cellOf(field, value)
      if (typeof cell === 'object' && cell !== null && 'wrong' in cell) return cell.wrong
      cells.push(cell)
      return null
    }
    if (typeof value !== 'object' || Array.isArray(value)) return 'type'
    const counts = value as Record<string, unknown>
    for (const part of field.names) {
      const count = Object.hasOwn(counts, part) ? (counts[part] ?? null) : null
      if (count !== null && !Number.isInteger(count)) return 'type'
      if (count !== null && !((count as number) >= 0 && (count as number) <= field.max)) return 'range'
      cells.push(count as number | null)
    }
    return null
  }

  #latest(name: string, field: Field, arrivedAtMs: number): number {
    if (field.type === 'instant' && field.ahead === true) return latestMs
    const { once } = this.#stream
    const isVersion = once.how === 'latest' && once.version === name
    return Math.min(latestMs, arrivedAtMs + (isVersion ? maxVersionAheadMs : this.#rules.maxFutureMs))
  }

  #broken(cells: readonly Cell[]): string[] {
    const { rules } = this.#stream
    if (rules === undefined) return []
    const row = rowOf(this.columns, cells)
    return rules.filter(({ fails }) => fails(row)).map(({ reason }) => reason)
  }
}

/** Values by column, decimals as numbers, flags as true and false, instants in ms. */
export function rowOf(columns: readonly Column[], cells: readonly Cell[]): Record<string, unknown> {
  return Object.fromEntries(
    columns.map(({ name, kind, decimals }, i) => {
      const cell = cells[i] ?? null
      if (cell === null) return [name, null]
      if (kind === 'decimal') return [name, (cell as number) / 10 ** decimals]
      return [name, kind === 'flag' ? cell === 1 : cell]
    }),
  )
}

/** The cells of a field that is not there. */
function nothing(field: Field, cells: Cell[]): null {
  if (field.type === 'counts') cells.push(...field.names.map(() => null))
  else cells.push(field.type === 'texts' ? [] : null)
  return null
}

interface Wrong {
  readonly wrong: string
}

function cellOf(field: Exclude<Field, { type: 'instant' | 'counts' }>, value: unknown): Cell | Wrong {
  switch (field.type) {
    case 'number':
      return numberOf(field, value)
    case 'flag':
      return typeof value === 'boolean' ? Number(value) : { wrong: 'type' }
    case 'choice':
      if (typeof value !== 'string') return { wrong: 'type' }
      return field.values.includes(value) ? value : { wrong: 'value' }
    case 'texts':
      if (!Array.isArray(value) || !value.every(text => typeof text === 'string')) return { wrong: 'type' }
      return value.length <= field.maxItems && value.every(text => isText(text, field.maxChars, false))
        ? value
        : { wrong: 'range' }
    case 'json': {
      if (field.fails !== undefined && field.fails(value) !== null) return { wrong: 'type' }
      const text = JSON.stringify(value)
      return text.length <= field.maxChars ? text : { wrong: 'range' }
    }
    case 'text':
      if (typeof value !== 'string') return { wrong: 'type' }
      return isText(value, field.maxChars, field.long === true) ? value : { wrong: 'range' }
  }
}

function numberOf(field: NumberField, value: unknown): Cell | Wrong {
  if (typeof value !== 'number') return { wrong: 'type' }
  if (field.whole === true && Number.isFinite(value) && !Number.isInteger(value)) return { wrong: 'type' }
  if (!(value >= field.min && value <= field.max)) return { wrong: 'range' }
  const { times, plus = 0 } = field.metric ?? { times: 1 }
  const metric = value * times + plus
  // Half up on the double, as `verify`'s SQL does it too. No minus zero: it would be another content.
  return field.decimals === null ? metric + 0 : Math.floor(metric * 10 ** field.decimals + 0.5) + 0
}

/** Characters are code points; none is longer than two UTF-16 units. */
function isText(text: string, maxChars: number, isLong: boolean): boolean {
  if (text.length > maxChars && (text.length > 2 * maxChars || Array.from(text).length > maxChars))
    return false
  return isLong ? text.trim() !== '' && !hasUnseen(text.replace(layout, ' ')) : isVisible(text)
}

function otherCounts(name: string, known: readonly string[], value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.keys(value)
    .filter(part => !known.includes(part))
    .map(part => `${name}.${part}`)
}
