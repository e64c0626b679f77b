import { columnOf, columnsOf, gatherNames } from '../../core/stream/index.ts'
import type { Column, Stream } from '../../core/stream/index.ts'
import { tableOf, viewOf } from '../streams/tables.ts'
import type { FilterType, KeyColumn, ListTable } from './lists.ts'
import { HOUR_MS } from '../../core/time/spans.ts'

/** What keeps a thing's own column out of sight: of what is withdrawn, the list has nothing. */
const WITHDRAWN = 'withdrawn'

/** `silver.<name>`: each record once; of things, the newest version of those that are there. */
export function streamTable(stream: Stream): ListTable {
  const { once } = stream
  const from = viewOf(stream)
  if (once.how === 'latest') {
    const time = versionColumn(stream) ?? 'arrived_at'
    return {
      from,
      columns: columnNames(stream).filter(name => name !== WITHDRAWN),
      key: keyColumns(stream).map(keyColumn),
      time,
      ...filtersOf(stream, time),
    }
  }
  const time = fieldColumns(stream, once.time)[0]?.name ?? once.time
  return {
    from,
    columns: columnNames(stream),
    key: [
      { name: time, type: 'instant' },
      ...keyColumns(stream)
        .filter(({ kind, nullable }) => !nullable && (kind === 'text' || kind === 'instant'))
        .map(keyColumn),
      POSITION,
    ],
    time,
    base: from,
    narrowAboveMs: HOUR_MS,
    ...filtersOf(stream, time),
  }
}

/** `silver.<name>_versions` of things: every version, also those that withdraw; asked for by key. */
export function versionsTable(stream: Stream): ListTable {
  const version = versionColumn(stream)
  return {
    from: tableOf(stream),
    columns: columnNames(stream),
    key: [...(version === null ? [] : [{ name: version, type: 'instant' as const }]), POSITION],
    time: version ?? 'arrived_at',
    ...filtersOf(stream, version ?? 'arrived_at'),
  }
}

/** The columns that tell a thing from another, or an observation's place. */
export function keyColumns(stream: Stream): Column[] {
  return stream.once.key.flatMap(name => fieldColumns(stream, name))
}

/** The column that says when a version was made; null where the order of arrival does. */
export function versionColumn(stream: Stream): string | null {
  if (stream.once.how !== 'latest' || stream.once.version === 'position') return null
  const [column] = fieldColumns(stream, stream.once.version)
  return column?.name ?? null
}

const POSITION: KeyColumn = { name: 'position', type: 'ordinal' }
const [POSITION_NAME, ...ARRIVAL_NAMES] = gatherNames

function columnNames({ fields }: Stream): string[] {
  return [POSITION_NAME, ...columnsOf(fields).map(({ name }) => name), ...ARRIVAL_NAMES]
}

function fieldColumns({ fields }: Stream, wire: string): Column[] {
  const field = fields[wire]
  return field === undefined ? [] : columnOf(wire, field)
}

function keyColumn({ name, kind }: Column): KeyColumn {
  return { name, type: kind === 'instant' ? 'instant' : 'text' }
}

/** What every list is asked by other than its columns. */
const TAKEN: readonly string[] = ['from', 'to', 'limit', 'offset', 'cursor', 'order', 'format', 'source']

/** A key can always be asked for, and the source; every instant by its range. */
function filtersOf(stream: Stream, time: string): Pick<ListTable, 'filters' | 'filterTypes' | 'ranges'> {
  const keys = new Set(keyColumns(stream).map(({ name }) => name))
  const columns = columnsOf(stream.fields)
  const byValue = columns.filter(
    ({ name, kind, filter }) => kind !== 'instant' && (filter || keys.has(name)) && !TAKEN.includes(name),
  )
  const ranges = columns.filter(({ name, kind }) => kind === 'instant' && name !== time)
  return {
    filters: [...byValue.map(({ name }) => name), 'source'],
    filterTypes: Object.fromEntries(byValue.map(({ name, kind }) => [name, FILTER_TYPES[kind]])),
    ranges: ranges.map(({ name }) => name),
  }
}

const FILTER_TYPES: Readonly<Record<Column['kind'], FilterType>> = {
  text: 'text',
  texts: 'texts',
  flag: 'flag',
  instant: 'text',
  double: 'number',
  decimal: 'number',
  whole: 'number',
}
