import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { nearest } from '../../core/config/nearest.ts'
import { isStampFormat, zoneOffsets } from '../../core/time/index.ts'
import { FeedError } from '../../core/feed-error.ts'

const columnName = text('a column name of 1 to 200 characters', /^.{1,200}$/su)

/** `speed_mph` is short for `{column: speed_mph}`. */
function column<T extends z.core.$ZodShape>(more: T) {
  const whole = z.strictObject(
    {
      column: columnName,
      missing: z
        .array(
          z.union([z.number(), z.string()]),
          'a list of values that mean nothing was measured, e.g. [0, -1]',
        )
        .optional(),
      ...more,
    },
    { error: 'a column name, or a map with column and its unit' },
  )
  return z.preprocess(given => (typeof given === 'string' ? { column: given } : given), whole).optional()
}

function unit<const T extends readonly [string, ...string[]]>(...units: T) {
  return z.enum(units, `one of ${units.join(', ')}`).optional()
}

const count = column({})
const Columns = z.strictObject(
  {
    sensor_id: column({}),
    intersection_id: column({}),
    timestamp: column({
      format: z
        .string('iso, unix_s, unix_ms or a pattern')
        .refine(isStampFormat, 'iso, unix_s, unix_ms, or a pattern such as MM/dd/yyyy hh:mm:ss a')
        .default('iso'),
      zone: z
        .string('an IANA name')
        .refine(isZone, 'an IANA name such as America/Los_Angeles, or UTC')
        .optional(),
    }),
    vehicle_count: count,
    average_speed: column({ unit: unit('mph', 'kmh', 'mps') }),
    occupancy_rate: column({ unit: unit('fraction', 'percent') }),
    vehicle_types: z
      .strictObject(
        { car: count, truck: count, motorcycle: count, bus: count },
        { error: 'a map of car, truck, motorcycle and bus to columns' },
      )
      .optional(),
    wait_time_seconds: column({ unit: unit('s', 'min') }),
    queue_length: count,
    signal_state: column({}),
    latitude: column({}),
    longitude: column({}),
    district: column({}),
  },
  { error: 'a map of reading fields to columns' },
)

const id = text('text of 1 to 128 characters', /^.{1,128}$/su)

/**
 * How a file of readings becomes wire records: which column is which field, in which unit and time zone.
 * Without `columns` the file uses the names and units of the wire itself.
 */
const FeedMappingSchema = z.strictObject(
  {
    name: text('1 to 64 of a-z, 0-9, dot, dash, underscore', /^[a-z0-9][a-z0-9._-]{0,63}$/),
    description: z.string('text').optional(),
    format: z
      .enum(['ndjson', 'csv', 'parquet'], 'ndjson, csv or parquet; default: by the ending of the file')
      .optional(),
    separator: text('one ASCII character such as ";"', /^[^"\r\n\u0080-\u{10ffff}]$/u).default(','),
    columns: Columns.optional(),
    constants: z
      .strictObject(
        {
          sensor_id: id.optional(),
          intersection_id: id.optional(),
          district: id.optional(),
          latitude: z
            .number('a number from -90 to 90')
            .min(-90, 'a number from -90 to 90')
            .max(90, 'a number from -90 to 90')
            .optional(),
          longitude: z
            .number('a number from -180 to 180')
            .min(-180, 'a number from -180 to 180')
            .max(180, 'a number from -180 to 180')
            .optional(),
        },
        { error: 'a map of fields to values' },
      )
      .default({}),
    interval_s: z
      .number('a whole number of seconds from 1 to 86400')
      .int('a whole number of seconds from 1 to 86400')
      .min(1, 'a whole number of seconds from 1 to 86400')
      .max(86_400, 'a whole number of seconds from 1 to 86400')
      .optional(),
    sensors: text('the name of a register file (csv or geojson) beside the data', /^.{1,500}$/su).optional(),
  },
  { error: 'a map with name, columns, …' },
)
export type FeedMapping = Readonly<z.infer<typeof FeedMappingSchema>>

const MEASURES = [
  'vehicle_count',
  'average_speed',
  'occupancy_rate',
  'vehicle_types',
  'wait_time_seconds',
  'queue_length',
  'signal_state',
] as const

/** The mapping in this YAML file. @throws {FeedError} naming every mistake */
export async function readFeedMapping(path: string): Promise<FeedMapping> {
  let yaml: string
  try {
    yaml = await readFile(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new FeedError(`feed mapping ${path} can't be read (${reason})`, { cause })
  }
  return parseFeedMapping(yaml, basename(path))
}

/**
 * @param where the file's name, for messages
 * @throws {FeedError} naming every mistake with its path, value and what is allowed
 */
export function parseFeedMapping(yaml: string, where: string): FeedMapping {
  let tree: unknown
  try {
    tree = parse(yaml)
  } catch (cause) {
    throw new FeedError(`${where} is no YAML: ${String(cause).split('\n')[0] ?? ''}`, { cause })
  }
  const parsed = FeedMappingSchema.safeParse(tree)
  const mistakes = parsed.success
    ? missingParts(parsed.data)
    : parsed.error.issues.flatMap(issue => describe(issue, tree))
  if (mistakes.length > 0 || !parsed.success) {
    throw new FeedError(
      `${where}: ${mistakes.length} mistake(s) in the feed mapping\n  ${mistakes.join('\n  ')}`,
    )
  }
  return parsed.data
}

function missingParts({ columns, constants }: FeedMapping): string[] {
  if (columns === undefined) return []
  const mistakes: string[] = []
  if (columns.sensor_id === undefined && constants.sensor_id === undefined) {
    mistakes.push(
      'columns.sensor_id: is missing; allowed: the column with the id, or constants.sensor_id for a file of one sensor',
    )
  }
  if (columns.timestamp === undefined)
    mistakes.push('columns.timestamp: is missing; allowed: the column with the time')
  if (MEASURES.every(measure => columns[measure] === undefined)) {
    mistakes.push(`columns: has no measure; allowed: at least one of ${MEASURES.join(', ')}`)
  }
  return mistakes
}

function describe(issue: z.core.$ZodIssue, tree: unknown): string[] {
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path)
    return issue.keys.map(key => {
      const meant = nearest(key, known)
      const hint = meant === null ? `allowed: ${known.join(', ')}` : `did you mean ${meant}?`
      return `${[...issue.path, key].map(String).join('.')}: is unknown; ${hint}`
    })
  }
  const value = issue.path.reduce<unknown>(
    (node, key) => (node as Record<PropertyKey, unknown> | null | undefined)?.[key],
    tree,
  )
  const problem = value === undefined ? 'is missing' : `${JSON.stringify(value)} is not allowed`
  return [`${path === '' ? 'the file' : path}: ${problem}; allowed: ${issue.message}`]
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(FeedMappingSchema.shape)
  if (path[0] === 'constants') return Object.keys(FeedMappingSchema.shape.constants.unwrap().shape)
  if (path.length === 1) return Object.keys(Columns.shape)
  if (path.at(-1) === 'vehicle_types') return ['car', 'truck', 'motorcycle', 'bus']
  const units = ['average_speed', 'occupancy_rate', 'wait_time_seconds'].includes(String(path.at(-1)))
  if (path.at(-1) === 'timestamp') return ['column', 'missing', 'format', 'zone']
  return units ? ['column', 'missing', 'unit'] : ['column', 'missing']
}

function text(allowed: string, pattern: RegExp) {
  return z.string(allowed).regex(pattern, allowed)
}

function isZone(name: string): boolean {
  try {
    zoneOffsets(name)
    return true
  } catch {
    return false
  }
}
