import { columnsOf } from '../../core/stream/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { tableOf, viewOf } from '../streams/tables.ts'
import { literal, quoted } from './quoting.ts'

/** A column as the engine tells it. */
export interface ColumnRow {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly comment: string
}

/** A column of a view for BI tools. */
export interface PlainColumn {
  readonly name: string
  /** Of types that every tool knows: String, Float64, Int64, Bool, Date, DateTime64; Nullable where it was. */
  readonly type: string
  readonly expression: string
  readonly comment: string
}

/** The city's clock: from each of these seconds on it shows so many seconds more than UTC. */
export interface CityClock {
  readonly zone: string
  readonly changes: readonly { readonly sinceMs: number; readonly offsetS: number }[]
}

/** How a loaded row is told from others; nothing of the city. */
const LEFT_OUT = new Set(['position', 'once_hash', 'content_hash'])
/** When it came here, which no report is about. */
const NO_LOCAL_TIME = new Set(['arrived_at'])

/** The units that a name ends in. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_kmh$/, 'km/h'],
  [/_vph$/, 'vehicles per hour'],
  [/_pct$/, '%'],
  [/_km$/, 'km'],
  [/_mm$/, 'mm'],
  [/_mm_h$/, 'mm/h'],
  [/_m$/, 'm'],
  [/_c$/, '°C'],
  [/_hpa$/, 'hPa'],
  [/_s$/, 's'],
  [/_min$/, 'min'],
  [/(^|_)veh$|^vehicles(_|$)/, 'vehicles'],
  [/(^|_)occupancy$|completeness$|_share$/, '0 to 1'],
  [/^(latitude|longitude)$/, '°'],
]

/** The columns of a view, and behind each instant the city's wall clock. */
export function plainColumns(
  rows: readonly ColumnRow[],
  described: ReadonlyMap<string, string>,
  clock: CityClock,
): PlainColumn[] {
  const taken = new Set(rows.map(({ name }) => name))
  return rows
    .filter(({ name }) => !LEFT_OUT.has(name))
    .flatMap(row => {
      const plain = plainColumn(row, described)
      const local = `${row.name}_local`
      if (!/^(Nullable\()?DateTime/.test(plain.type) || NO_LOCAL_TIME.has(row.name) || taken.has(local))
        return [plain]
      return [plain, localTime(plain, local, clock)]
    })
}

/** The unit that a column's name ends in; undefined where it has none. */
export function unitOf(name: string): string | undefined {
  return UNITS.find(([pattern]) => pattern.test(name))?.[1]
}

/** A value that is aggregated when parts merge is a value like others. */
const AGGREGATE = /SimpleAggregateFunction\(\w+, ((?:[^()]|\([^()]*\))*)\)/

function plainColumn(row: ColumnRow, described: ReadonlyMap<string, string>): PlainColumn {
  const [type, expression] = plainType(row.type, quoted(row.name))
  const said = described.get(`${row.table}.${row.name}`) ?? row.comment
  const unit = unitOf(row.name)
  const comment = said !== '' ? said : unit === undefined ? '' : `In ${unit}`
  return { name: row.name, type, expression, comment }
}

/** @returns the plain type, and what makes it of the column */
function plainType(type: string, column: string): readonly [string, string] {
  const bare = type.replace(AGGREGATE, '$1').replace(/^LowCardinality\((.*)\)$/, '$1')
  const inner = /^Nullable\((.*)\)$/.exec(bare)?.[1] ?? bare
  const may = (plain: string) => (inner === bare ? plain : `Nullable(${plain})`)
  const cast = (plain: string) => [may(plain), `CAST(${column}, ${literal(may(plain))})`] as const
  if (/^(Float64|Bool|Date|Int64|Int32|Int16|Int8)$/.test(inner)) return cast(inner)
  if (/^DateTime(\(|$)/.test(inner)) return cast("DateTime('UTC')")
  if (/^DateTime64\(/.test(inner)) return cast("DateTime64(3, 'UTC')")
  if (/^(Decimal|Float32)/.test(inner)) return cast('Float64')
  if (/^UInt(8|16|32)$/.test(inner)) return cast(inner === 'UInt32' ? 'Int64' : 'Int32')
  if (/^UInt64$/.test(inner)) return cast('Int64')
  if (/^Array\((LowCardinality\()?String\)?\)$/.test(inner))
    return ['String', `arrayStringConcat(${column}, ', ')`]
  if (/^(Array|Map|Tuple)/.test(inner)) return ['String', `toString(${column})`]
  return cast('String')
}

/** The clock as constants that every local column of a view reads. */
export function cityClockOf({ changes }: CityClock): string {
  const list = (values: readonly number[]) => `[${values.join(',')}]`
  const since = changes.map(({ sinceMs }) => Math.round(sinceMs / 1000))
  return `${list(since)} AS clock_since, ${list(changes.map(({ offsetS }) => offsetS))} AS clock_offset`
}

function localTime(
  { expression, type, comment }: PlainColumn,
  name: string,
  { zone }: CityClock,
): PlainColumn {
  const at = `toInt64(toUnixTimestamp(${expression}))`
  return {
    name,
    type,
    expression: `addSeconds(${expression}, transform(roundDown(${at}, clock_since), clock_since, clock_offset, 0))`,
    comment: `${comment === '' ? '' : `${comment}; `}by the clock of the city (${zone}), whatever zone a tool shows`,
  }
}

/** What streams say of their columns, by `database.table.column`. */
export function describedColumns(streams: readonly Stream[]): ReadonlyMap<string, string> {
  return new Map(
    streams.flatMap(stream =>
      columnsOf(stream.fields).flatMap(({ name, says, unit }) =>
        [tableOf(stream), viewOf(stream)].map(
          table => [`${table}.${name}`, unit === null ? says : `${says}, ${unit}`] as const,
        ),
      ),
    ),
  )
}
