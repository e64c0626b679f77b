import { CsvHeaderError } from '../ingest-error.ts'
import { headerNames, readable, refuseRepeats } from './csv-names.ts'
import { cellToJson, textToJson } from './csv-row.ts'

/** Turns the cells of a record into its JSON. */
export interface CsvColumns {
  readonly count: number
  toJson(cells: readonly string[]): string
}

/** Reads a header line. @throws {CsvHeaderError} */
export type CsvHeader = (line: string) => CsvColumns

const REQUIRED = ['sensor_id', 'timestamp']
const VEHICLE_TYPES = ['car', 'truck', 'motorcycle', 'bus']
const MEASURES = [
  'vehicle_count',
  'average_speed',
  'occupancy_rate',
  'wait_time_seconds',
  'queue_length',
  'signal_state',
]
/** Fields that are text even where a cell looks like a number, as the sensor ids of many road authorities do. */
const TEXT = new Set(['sensor_id', 'intersection_id', 'timestamp', 'signal_state', 'district'])
const NESTED = 'vehicle_types'

interface Column {
  readonly index: number
  /** `"name":` */
  readonly key: string
  readonly toJson: (cell: string) => string
}

/**
 * Reads a header: which cell is which field. `vehicle_types.car`, `vehicle_types_car` and `car` are the same; columns
 * nobody knows are kept as extra fields.
 *
 * @throws {CsvHeaderError} naming what is missing or wrong
 */
export function parseHeader(line: string): CsvColumns {
  const names = headerNames(line)
  const fields = names.map(fieldOf)
  refuseRepeats(fields)
  const missing = REQUIRED.filter(name => !fields.includes(name)).map(name => `column ${name}`)
  const isMeasure = (field: string) => MEASURES.includes(field) || field.startsWith(`${NESTED}.`)
  if (!fields.some(isMeasure)) missing.push(`one measure (${MEASURES.join(', ')} or ${NESTED}.car …)`)
  if (missing.length > 0) {
    throw new CsvHeaderError(
      `the CSV header lacks ${missing.join(', ')}; it has ${readable(names.join(', '))}`,
    )
  }
  return columnsOf(fields)
}

function columnsOf(fields: readonly string[]): CsvColumns {
  const plain: Column[] = []
  const nested: Column[] = []
  for (const [index, field] of fields.entries()) {
    const isNested = field.startsWith(`${NESTED}.`)
    const name = isNested ? field.slice(NESTED.length + 1) : field
    const toJson = TEXT.has(field) ? (cell: string) => (cell === '' ? 'null' : textToJson(cell)) : cellToJson
    const column = { index, key: `${textToJson(name)}:`, toJson }
    if (isNested) nested.push(column)
    else plain.push(column)
  }
  const write = (columns: readonly Column[], cells: readonly string[]) => {
    let text = ''
    for (const { index, key, toJson } of columns)
      text += `${text === '' ? '' : ','}${key}${toJson(cells[index] ?? '')}`
    return text
  }
  return {
    count: fields.length,
    toJson(cells) {
      const types = nested.length === 0 ? '' : `,"${NESTED}":{${write(nested, cells)}}`
      return `{${write(plain, cells)}${types}}`
    },
  }
}

function fieldOf(name: string): string {
  const type = name.startsWith(`${NESTED}_`) ? name.slice(NESTED.length + 1) : name
  return VEHICLE_TYPES.includes(type) ? `${NESTED}.${type}` : name
}
