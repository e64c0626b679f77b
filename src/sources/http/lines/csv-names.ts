import { CsvHeaderError } from '../ingest-error.ts'
import { parseCells } from './csv-row.ts'

/** The names of a header's columns as they stand there, blanks around them cut. @throws {CsvHeaderError} where it is no list of names */
export function headerNames(line: string): string[] {
  refuseLength(line)
  const names = parseCells(line)
  if (typeof names === 'string')
    throw new CsvHeaderError(`the CSV header is no list of names: ${readable(line)}`)
  refuseSeparator(line, names)
  return names.map(name => name.trim())
}

/** Every name is written into every row: a longer header would make a small body a large one. */
const MAX_HEADER_CHARACTERS = 16 * 1024

function refuseLength(line: string): void {
  if (line.length <= MAX_HEADER_CHARACTERS) return
  throw new CsvHeaderError(
    `the CSV header has ${line.length} characters, ${MAX_HEADER_CHARACTERS} are allowed: ${readable(line)}`,
  )
}

function refuseSeparator(line: string, names: readonly string[]): void {
  const other = [';', '\t', '|'].find(separator => line.includes(separator))
  if (names.length > 1 || other === undefined) return
  const name = other === '\t' ? 'tabs' : `"${other}"`
  throw new CsvHeaderError(
    `the CSV header is separated by ${name}; commas are wanted (RFC 4180): ${readable(line)}`,
  )
}

/** Of what the columns mean: two that mean the same could differ. @throws {CsvHeaderError} */
export function refuseRepeats(fields: readonly string[]): void {
  const repeated = fields.find((field, i) => fields.indexOf(field) < i)
  if (repeated === undefined) return
  const what =
    repeated === '' ? 'more than one column without a name' : `column ${readable(repeated)} more than once`
  throw new CsvHeaderError(`the CSV header has ${what}`)
}

const SHOWN_CHARACTERS = 300

/** The text as its sender wrote it. */
export function readable(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8')
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}
