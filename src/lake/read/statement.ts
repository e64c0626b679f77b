import type { FilterType, KeyColumn, ListTable } from './lists.ts'

/** Values of the key columns, as the engine printed them: where a page ended. */
export type Key = readonly (string | number)[]

export interface Range {
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
}

export interface ListQuery {
  /** Instants, ms since 1970 UTC: `fromMs` inclusive, `toMs` exclusive. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  /** Any of the values; no values means no filter. Names filters of the table alone. */
  readonly where?: Readonly<Record<string, readonly (string | number | boolean)[]>>
  /** Of the table's further instants: ms since 1970 UTC, `fromMs` inclusive, `toMs` exclusive. */
  readonly ranges?: Readonly<Record<string, Range>>
  readonly order: 'asc' | 'desc'
  /** Rows strictly behind this key in the asked order. */
  readonly after?: Key | undefined
  /** Rows up to and with this key in the asked order. */
  readonly upTo?: Key | undefined
}

export interface Statement {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Which of the rows, and whether all their columns. */
export interface Take {
  readonly limit: number
  readonly offset?: number
  readonly keyOnly?: boolean
}

/**
 * The rows of a list, in the order of its key; `limit` rows from `offset`, of all columns or only the key.
 * @throws {Error} where a filter or a range is none of the table's: without it the answer would have rows that nobody asked for
 */
export function listStatement(
  table: ListTable,
  query: ListQuery,
  take: Take | { readonly limit: null },
): Statement {
  const params: Record<string, unknown> = {}
  const computed: Readonly<Record<string, string>> = table.computed ?? {}
  const keys = table.key.map(column => column.name)
  const columns = take.limit !== null && take.keyOnly === true ? keys : table.columns
  const select = columns.map(name => (name in computed ? `${computed[name] ?? ''} AS ${name}` : name))
  const conditions = [...filtered(table, query, params), ...behind(table, query, params)]
  const lines = [`SELECT ${select.join(', ')}`, `FROM ${table.from}`]
  if (conditions.length > 0) lines.push(`WHERE ${conditions.join('\n  AND ')}`)
  lines.push(`ORDER BY ${keys.map(name => `${name} ${query.order.toUpperCase()}`).join(', ')}`)
  if (take.limit !== null) {
    lines.push('LIMIT {limit:UInt32} OFFSET {offset:UInt32}')
    params['limit'] = take.limit
    params['offset'] = take.offset ?? 0
  }
  return { sql: lines.join('\n'), params }
}

function filtered(table: ListTable, query: ListQuery, params: Record<string, unknown>): string[] {
  const conditions: string[] = []
  const within = (column: string, { fromMs, toMs }: Range, prefix: string) => {
    if (fromMs !== undefined) {
      conditions.push(`${column} >= {${prefix}from:${INSTANT}}`)
      params[`${prefix}from`] = instantText(fromMs)
    }
    if (toMs !== undefined) {
      conditions.push(`${column} < {${prefix}to:${INSTANT}}`)
      params[`${prefix}to`] = instantText(toMs)
    }
  }
  refuseUnknown(table.filters, query.where, table.from)
  refuseUnknown(table.ranges ?? [], query.ranges, table.from)
  if (table.time !== null) within(table.time, query, '')
  for (const name of table.ranges ?? []) within(name, query.ranges?.[name] ?? {}, `${name}_`)
  for (const name of table.filters) {
    const values = query.where?.[name]
    if (values === undefined || values.length === 0) continue
    const type = table.filterTypes?.[name] ?? 'text'
    conditions.push(FILTERS[type](name))
    params[name] = values
  }
  return conditions
}

function refuseUnknown(known: readonly string[], asked: object | undefined, from: string): void {
  const unknown = Object.keys(asked ?? {}).filter(name => !known.includes(name))
  if (unknown.length > 0) throw new Error(`${from} is not asked by ${unknown.join(', ')}`)
}

const FILTERS: Readonly<Record<FilterType, (name: string) => string>> = {
  text: name => `${name} IN {${name}:Array(String)}`,
  texts: name => `hasAny(${name}, {${name}:Array(String)})`,
  flag: name => `${name} IN {${name}:Array(Bool)}`,
  number: name => `has({${name}:Array(Float64)}, toFloat64(${name}))`,
}

/** Keyset conditions; the first column's own comparison lets the engine skip partitions and granules. */
function behind(table: ListTable, query: ListQuery, params: Record<string, unknown>): string[] {
  const forward = query.order === 'asc'
  const bounds = [
    { name: 'after', key: query.after, tuple: forward ? '>' : '<', first: forward ? '>=' : '<=' },
    { name: 'upto', key: query.upTo, tuple: forward ? '<=' : '>=', first: forward ? '<=' : '>=' },
  ]
  return bounds.flatMap(({ name, key, tuple, first }) => {
    if (key === undefined) return []
    const bound = table.key.map((column, i) => {
      params[`${name}${i}`] = bindable(column, key[i] ?? '')
      return `{${name}${i}:${ENGINE_TYPE[column.type]}}`
    })
    const [lead] = table.key
    if (lead === undefined) return []
    if (bound.length === 1) return [`${lead.name} ${tuple} ${bound[0] ?? ''}`]
    const names = table.key.map(column => column.name)
    return [`${lead.name} ${first} ${bound[0] ?? ''}`, `(${names.join(', ')}) ${tuple} (${bound.join(', ')})`]
  })
}

const INSTANT = "DateTime64(3, 'UTC')"
const ENGINE_TYPE = { instant: INSTANT, text: 'String', ordinal: 'UInt64' } as const

function bindable(column: KeyColumn, value: string | number): string | number {
  return column.type === 'instant' ? instantText(Date.parse(String(value))) : value
}

// The range of DateTime64(3); the lake holds less, so a bound beyond it means the same.
const EARLIEST_MS = Date.UTC(1900, 0, 1)
const LATEST_MS = Date.UTC(2299, 11, 31)

/** An instant as the engine reads it in a bound parameter: `2026-01-31 08:00:00.000`, UTC. */
export function instantText(ms: number): string {
  const within = Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS)
  return new Date(within).toISOString().replace('T', ' ').replace('Z', '')
}
