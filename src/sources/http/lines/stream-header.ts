import { wireNames } from '../../../core/stream/index.ts'
import type { Field, Stream } from '../../../core/stream/index.ts'
import { CsvHeaderError } from '../ingest-error.ts'
import type { CsvColumns } from './csv-header.ts'
import { headerNames, readable, refuseRepeats } from './csv-names.ts'
import { cellToJson, textToJson } from './csv-row.ts'

interface Cell {
  readonly index: number
  /** `"name":` */
  readonly key: string
  readonly toJson: (cell: string) => string
}

/**
 * A reader of headers for records of the stream: which cell is which field. Of counts `counts.car`, `counts_car` and `car` are
 * the same; texts are separated by `;` or are a JSON array; deeper fields are JSON. Columns nobody knows are kept as extra fields.
 *
 * @throws {CsvHeaderError} naming what is missing or wrong
 */
export function streamHeader(stream: Stream): (line: string) => CsvColumns {
  const required = wireNames(stream).filter(name => stream.fields[name]?.required === true)
  const fieldOf = fieldNames(stream)
  return line => {
    const names = headerNames(line)
    const fields = names.map(fieldOf)
    refuseRepeats(fields)
    const has = (name: string) => fields.some(field => field === name || field.startsWith(`${name}.`))
    const missing = required.filter(name => !has(name)).map(name => `column ${name}`)
    if (missing.length > 0)
      throw new CsvHeaderError(
        `the CSV header lacks ${missing.join(', ')}; it has ${readable(names.join(', '))}`,
      )
    return columnsOf(stream, fields)
  }
}

/** From a column's name to the field it means; a part of counts is `<field>.<part>`. */
function fieldNames({ fields }: Stream): (name: string) => string {
  const parts = new Map<string, string>()
  for (const [name, field] of Object.entries(fields)) {
    if (field.type !== 'counts') continue
    for (const part of field.names) {
      const known = `${name}.${part}`
      for (const alias of [part, `${name}_${part}`]) if (!(alias in fields)) parts.set(alias, known)
    }
  }
  return name => parts.get(name) ?? name
}

function columnsOf({ fields }: Stream, names: readonly string[]): CsvColumns {
  const plain: Cell[] = []
  const nested = new Map<string, Cell[]>()
  for (const [index, name] of names.entries()) {
    const [outer = '', ...rest] = name.split('.')
    const counts = rest.length > 0 && fields[outer]?.type === 'counts'
    const cell = {
      index,
      key: `${textToJson(counts ? rest.join('.') : name)}:`,
      toJson: counts ? cellToJson : writerOf(fields[name]),
    }
    if (counts) nested.set(outer, [...(nested.get(outer) ?? []), cell])
    else plain.push(cell)
  }
  const write = (columns: readonly Cell[], cells: readonly string[]) =>
    columns.map(({ index, key, toJson }) => `${key}${toJson(cells[index] ?? '')}`)
  return {
    count: names.length,
    toJson(cells) {
      const parts = write(plain, cells)
      for (const [name, columns] of nested)
        parts.push(`${textToJson(name)}:{${write(columns, cells).join(',')}}`)
      return `{${parts.join(',')}}`
    },
  }
}

/** How a cell of the field is written: what is not what the field wants stands as text, and its rule says so. */
function writerOf(field: Field | undefined): (cell: string) => string {
  switch (field?.type) {
    case 'text':
    case 'choice':
    case 'instant':
      return cell => (cell === '' ? 'null' : textToJson(cell))
    case 'flag':
      return cell => (cell === '' ? 'null' : (FLAGS.get(cell.trim().toLowerCase()) ?? textToJson(cell)))
    case 'texts':
      return textsToJson
    case 'json':
    case 'counts':
      return cell => (cell === '' ? 'null' : (compactJson(cell) ?? textToJson(cell)))
    default:
      return cellToJson
  }
}

const FLAGS: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['yes', 'true'],
  ['1', 'true'],
  ['false', 'false'],
  ['no', 'false'],
  ['0', 'false'],
])

function textsToJson(cell: string): string {
  if (cell.trim() === '') return 'null'
  const array = cell.trimStart().startsWith('[') ? compactJson(cell) : null
  if (array !== null) return array
  const texts = cell.split(';').map(text => text.trim())
  return `[${texts
    .filter(text => text !== '')
    .map(textToJson)
    .join(',')}]`
}

/** The same JSON on one line; null where it is none. Text is Latin-1, one character a byte, which JSON lets pass. */
function compactJson(cell: string): string | null {
  try {
    JSON.parse(cell)
  } catch {
    return null
  }
  // Within a string a line end would not have been JSON.
  return cell.trim().replaceAll(/[\r\n]/g, ' ')
}
