import { FeedError } from '../../core/feed-error.ts'
import type { FeedMapping } from './mapping.ts'

/** One field of the wire record and where its value comes from. */
export interface Field {
  readonly key: string
  /** Field that holds it as a member: `vehicle_types`. */
  readonly parent: string | null
  /** Name in the file; null: the constant. */
  readonly column: string | null
  readonly constant: string | number | null
  readonly kind: 'text' | 'number' | 'time'
  /** Value × factor is in the wire's unit. */
  readonly factor: number
  /** Values that mean nothing was measured, as text. */
  readonly missing: ReadonlySet<string>
}

export interface FieldPlan {
  /** In the order sensors send them. */
  readonly fields: readonly Field[]
  readonly timeFormat: string
  readonly timeZone: string | undefined
}

/** The wire's fields in their usual order. */
const WIRE: readonly (readonly [key: string, kind: Field['kind']])[] = [
  ['sensor_id', 'text'],
  ['intersection_id', 'text'],
  ['timestamp', 'time'],
  ['vehicle_count', 'number'],
  ['average_speed', 'number'],
  ['occupancy_rate', 'number'],
  ['vehicle_types.car', 'number'],
  ['vehicle_types.truck', 'number'],
  ['vehicle_types.motorcycle', 'number'],
  ['vehicle_types.bus', 'number'],
  ['wait_time_seconds', 'number'],
  ['queue_length', 'number'],
  ['signal_state', 'text'],
  ['latitude', 'number'],
  ['longitude', 'number'],
  ['district', 'text'],
]

/** What one of a unit is in the wire's own: mph, a share, seconds. */
const FACTORS: Readonly<Record<string, number>> = {
  mph: 1,
  kmh: 1 / 1.609344,
  mps: 3.6 / 1.609344,
  fraction: 1,
  percent: 0.01,
  s: 1,
  min: 60,
}

interface ColumnSpec {
  readonly column: string
  readonly unit?: string | undefined
  readonly missing?: readonly (string | number)[] | undefined
}

/** The plan of a mapping; null when it names no columns, i.e. the file speaks the wire's own names. */
export function planOfMapping({ columns, constants }: FeedMapping): FieldPlan | null {
  if (columns === undefined) return null
  const { vehicle_types: types, ...plain } = columns
  const specs: Readonly<Record<string, ColumnSpec | undefined>> = {
    ...plain,
    ...Object.fromEntries(Object.entries(types ?? {}).map(([name, spec]) => [`vehicle_types.${name}`, spec])),
  }
  const given: Readonly<Record<string, string | number | undefined>> = constants
  const fields = WIRE.flatMap(([path, kind]) => {
    const spec = specs[path]
    if (spec !== undefined) return [fieldOf(path, kind, spec)]
    const constant = given[path]
    return constant === undefined ? [] : [{ ...fieldOf(path, kind, { column: '' }), column: null, constant }]
  })
  return { fields, timeFormat: columns.timestamp?.format ?? 'iso', timeZone: columns.timestamp?.zone }
}

/**
 * The plan of a file whose columns are named as on the wire (`vehicle_types.car` for a member); others are kept as they are.
 * @throws {FeedError} when sensor_id or timestamp is missing
 */
export function planOfNames(names: readonly string[], { constants }: FeedMapping): FieldPlan {
  const given: Readonly<Record<string, string | number | undefined>> = constants
  const needed = ['sensor_id', 'timestamp'].filter(name => !names.includes(name) && given[name] === undefined)
  if (needed.length > 0) {
    throw new FeedError(
      `has no column ${needed.join(' and ')}; it has ${names.join(', ')}. A feed mapping says which column is which field`,
    )
  }
  const known = new Set(WIRE.map(([path]) => path))
  const wire = WIRE.flatMap(([path, kind]) => {
    if (names.includes(path)) return [fieldOf(path, kind, { column: path })]
    const constant = given[path]
    return constant === undefined ? [] : [{ ...fieldOf(path, kind, { column: '' }), column: null, constant }]
  })
  const others = names.filter(name => name !== '' && !known.has(name))
  return {
    fields: [
      ...wire,
      ...others.map(name => ({ ...fieldOf('', 'text', { column: name }), key: name, parent: null })),
    ],
    timeFormat: 'iso',
    timeZone: undefined,
  }
}

/**
 * Where the columns of the plan stand among the file's.
 * @throws {FeedError} when one is not there
 */
export function positionsOf({ fields }: FieldPlan, names: readonly string[]): number[] {
  const wanted = fields.flatMap(({ column }) => (column === null ? [] : [column]))
  const absent = [...new Set(wanted)].filter(name => !names.includes(name))
  if (absent.length > 0) {
    throw new FeedError(
      `has no column ${absent.map(name => `"${name}"`).join(', ')}, which the mapping names; it has ${names.join(', ')}`,
    )
  }
  return fields.map(({ column }) => (column === null ? -1 : names.indexOf(column)))
}

function fieldOf(path: string, kind: Field['kind'], { column, unit, missing = [] }: ColumnSpec): Field {
  const [first = '', member] = path.split('.')
  return {
    key: member ?? first,
    parent: member === undefined ? null : first,
    column,
    constant: null,
    kind,
    factor: FACTORS[unit ?? ''] ?? 1,
    missing: new Set(missing.map(String)),
  }
}
