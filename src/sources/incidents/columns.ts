import { FeedError } from '../../core/feed-error.ts'

/** What a row can say. `place` is a point as text (`POINT (…)`, `(lat, lon)`) or as GeoJSON. */
export type IncidentColumn =
  | 'id'
  | 'title'
  | 'description'
  | 'start'
  | 'modified'
  | 'quadrant'
  | 'latitude'
  | 'longitude'
  | 'place'

/** Exports of Calgary's record by their headers; each took the place of the one before. */
export type IncidentVariant = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'other'

export interface IncidentColumns {
  readonly variant: IncidentVariant
  /** Its name in the source; null where the source has no such column. */
  readonly names: Readonly<Record<IncidentColumn, string | null>>
  /** Times of `start` and `modified` without a zone are UTC, not local. */
  readonly isUtc: { readonly start: boolean; readonly modified: boolean }
  /** What it could have and has not, in words. */
  readonly missing: readonly string[]
  /** Columns that are not read. */
  readonly extra: readonly string[]
}

/** Names by which exports call a column, without case, blanks and the ending `_utc`; the first that is there counts. */
const NAMES: Readonly<Record<IncidentColumn, readonly string[]>> = {
  id: ['id', 'incident_id'],
  title: ['incident_info', 'info', 'title', 'location_description'],
  description: ['description', 'incident_description', 'incident_details'],
  start: ['start_dt', 'start_date', 'start_time', 'started_at', 'start'],
  modified: ['modified_dt', 'modified_date', 'modified_time', 'modified_at', 'updated_dt', 'updated_at'],
  quadrant: ['quadrant', 'quad'],
  latitude: ['latitude', 'lat'],
  longitude: ['longitude', 'lon', 'lng', 'long'],
  place: ['point', 'location', 'geometry', 'the_geom', 'geom'],
}
const COLUMNS = Object.keys(NAMES) as IncidentColumn[]
/** Without these nothing else is worth reading. */
const SAYS_WHERE_AND_WHEN = 'an incident needs a start, a text and a place'
/** Plain names of which an export must have one each: a start, a text and a place. */
export const INCIDENT_NEEDS: readonly (readonly string[])[] = [
  NAMES.start.flatMap(name => [name, `${name}_utc`]),
  [...NAMES.title, ...NAMES.description],
  [...NAMES.latitude, ...NAMES.place],
  [...NAMES.longitude, ...NAMES.place],
]
/** Those of them that are read as times and numbers. */
export const INCIDENT_TYPED: readonly string[] = [
  ...(INCIDENT_NEEDS[0] ?? []),
  ...NAMES.latitude,
  ...NAMES.longitude,
]
/** Counts to 1 in every row. */
const KNOWN_BUT_UNUSED = new Set(['count'])

/** Columns that the user names himself. */
export type ColumnWishes = Readonly<Partial<Record<IncidentColumn, string>>>

/**
 * Finds the columns by the names in a header, whatever their order and case.
 * @param isQuoted every name stands in quotes, which tells variant D from C
 * @throws {FeedError} when start, text or place is not there; the message names what is missing
 */
export function incidentColumns(
  header: readonly string[],
  wishes: ColumnWishes = {},
  isQuoted = false,
): IncidentColumns {
  const names = Object.fromEntries(COLUMNS.map(column => [column, find(column, header, wishes)])) as Record<
    IncidentColumn,
    string | null
  >
  refuseWithout(names, header)
  const used = new Set(Object.values(names))
  const isUtc = { start: saysUtc(names.start), modified: saysUtc(names.modified) }
  return {
    variant: variantOf(header, names, isUtc.start, isQuoted),
    names,
    isUtc,
    missing: COLUMNS.filter(column => names[column] === null).map(column => wordsOf(column)),
    extra: header.filter(name => !used.has(name) && !KNOWN_BUT_UNUSED.has(plainColumn(name)) && name !== ''),
  }
}

function find(column: IncidentColumn, header: readonly string[], wishes: ColumnWishes): string | null {
  const wished = wishes[column]
  if (wished !== undefined) {
    const there =
      header.find(name => name === wished) ?? header.find(name => plainColumn(name) === plainColumn(wished))
    if (there === undefined)
      throw new FeedError(
        `has no column "${wished}", which was named for ${column}; it has ${listOf(header)}`,
      )
    return there
  }
  const isTime = column === 'start' || column === 'modified'
  // UTC first: a local time says nothing new, and one hour of the year is there twice.
  for (const ending of isTime ? ['_utc', ''] : [''])
    for (const name of NAMES[column]) {
      const there = header.find(one => plainColumn(one) === name + ending)
      if (there !== undefined) return there
    }
  return null
}

function refuseWithout(
  names: Readonly<Record<IncidentColumn, string | null>>,
  header: readonly string[],
): void {
  const absent = [
    ...(names.start === null ? [wordsOf('start')] : []),
    ...(names.title === null && names.description === null ? [wordsOf('title')] : []),
    ...(names.place === null && (names.latitude === null || names.longitude === null)
      ? [names.latitude === null ? wordsOf('latitude') : wordsOf('longitude')]
      : []),
  ]
  if (absent.length === 0) return
  throw new FeedError(
    `has no column ${absent.join(', and none ')}; it has ${listOf(header)}. ${SAYS_WHERE_AND_WHEN}: name the columns it has for them, or ask the publisher`,
  )
}

function variantOf(
  header: readonly string[],
  names: Readonly<Record<IncidentColumn, string | null>>,
  isUtc: boolean,
  isQuoted: boolean,
): IncidentVariant {
  if (isUtc) return 'F'
  const has = (name: string) => header.includes(name)
  if (has('start_dt') && has('incident_info')) return 'E'
  if (!has('START_DT') || !has('INCIDENT INFO')) return 'other'
  if (names.place === 'Point') return isQuoted ? 'D' : 'C'
  return names.id === null ? 'A' : 'B'
}

/** `START_DT_UTC` of `start`: the name and what else would do. */
function wordsOf(column: IncidentColumn): string {
  const [first = ''] = NAMES[column]
  if (column === 'latitude' || column === 'longitude') return `${first} (or point, location)`
  if (column === 'start' || column === 'modified') return `${first} (or ${first}_utc)`
  return first
}

/** Names that differ only so mean the same column. Socrata's own columns begin with a colon: `:id` is no id of an incident. */
export function plainColumn(name: string): string {
  if (name.startsWith(':')) return name
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
}

function saysUtc(name: string | null): boolean {
  return name !== null && plainColumn(name).endsWith('_utc')
}

function listOf(header: readonly string[]): string {
  const shown = header.filter(name => name !== '').slice(0, 20)
  return shown.length === 0 ? 'none' : shown.map(name => `"${name.slice(0, 60)}"`).join(', ')
}
