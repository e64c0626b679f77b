import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { columnsOf } from '../../core/stream/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { unitOf } from '../../lake/bi/index.ts'
import type { Engine } from '../../lake/engine/index.ts'
import type { DescribedTable } from '../../lake/streams/described.ts'
import { describedTables } from '../../lake/streams/described.ts'
import { tableOf, viewOf } from '../../lake/streams/tables.ts'
import { SchemaVersion } from '../../serve/contract/intake/catalog.ts'
import type {
  CatalogColumn,
  CatalogDetail,
  CatalogEntry,
  SchemaColumn,
  ValueType,
} from '../../serve/contract/intake/catalog.ts'
import type { Status } from '../../serve/contract/index.ts'
import { CatalogFile } from './memory.ts'
import { schemaChanges } from './schema/drift.ts'

const Memory = z.object({ tables: z.record(z.string(), z.array(SchemaVersion)) })
type TableMemory = z.infer<typeof Memory>

export interface TablesDeps {
  readonly engine: Pick<Engine, 'query'>
  /** Every table that SQL may read. */
  readonly tables: readonly Pick<DescribedTable, 'table' | 'says'>[]
  readonly streams: readonly Stream[]
  readonly status: () => Status
  readonly path: string
  readonly version: string
  readonly now: () => number
}

const READINGS = 'silver.readings'
const ANY = { needs: [], reads: null, typed: [] }
const TYPES: readonly (readonly [RegExp, ValueType])[] = [
  [/^Bool/, 'flag'],
  [/^U?Int/, 'whole'],
  [/^(Float|Decimal)/, 'number'],
  [/^Date/, 'instant'],
  [/^(Array|Tuple|Map)/, 'object'],
]

/** The tables of the lake, their columns over the versions of this program, and how many rows they have. */
export class TableCatalog {
  readonly #deps: TablesDeps
  readonly #file: CatalogFile<TableMemory>
  readonly #byTable: ReadonlyMap<string, Stream>
  #memory: TableMemory = { tables: {} }
  /** What the engine says of columns, by table and name. */
  #comments: ReadonlyMap<string, string> = new Map()

  constructor(deps: TablesDeps) {
    this.#deps = deps
    this.#file = new CatalogFile(deps.path, Memory)
    this.#byTable = new Map(
      deps.streams.flatMap(stream => describedTables(stream).map(({ table }) => [table, stream] as const)),
    )
  }

  /** Notes what of the columns is otherwise than at the start before. @returns what of its memory was lost, in words */
  async start(): Promise<string | null> {
    const { value, damage } = await this.#file.read()
    const columns = await this.#columnsNow()
    const known = value?.tables ?? {}
    const tables = Object.fromEntries(
      [...columns].map(([table, now]) => [table, this.#withSchema(known[table] ?? [], now)]),
    )
    this.#memory = { tables }
    if (!isDeepStrictEqual(value?.tables, tables)) await this.#file.write(this.#memory)
    return damage
  }

  async entries(): Promise<CatalogEntry[]> {
    const rows = await this.#rows()
    return this.#deps.tables.map(table => this.#entry(table, rows))
  }

  /** Null when there is no such table. */
  async detail(name: string): Promise<CatalogDetail | null> {
    const table = this.#deps.tables.find(one => one.table === name)
    if (table === undefined) return null
    const schemas = this.#memory.tables[name] ?? []
    return {
      entry: this.#entry(table, await this.#rows()),
      note: null,
      schema: this.#described(name, schemas.at(-1)?.columns ?? []),
      schemas: schemas.toReversed(),
      versions: [],
      lineage: null,
    }
  }

  #entry({ table, says }: TablesDeps['tables'][number], rows: ReadonlyMap<string, number>): CatalogEntry {
    const stream = this.#byTable.get(table)
    const status = this.#deps.status()
    const figures = status.streams.find(({ name }) => name === stream?.name)
    const isOwn = stream !== undefined && [tableOf(stream), viewOf(stream)].includes(table)
    const newest = table === READINGS ? status.newestAt : isOwn ? (figures?.newestAt ?? null) : null
    const schemas = this.#memory.tables[table] ?? []
    return {
      ...{ name: table, kind: 'table', says, stream: stream?.name ?? null },
      rows: rows.get(table) ?? null,
      columns: schemas.at(-1)?.columns.length ?? 0,
      received_at: null,
      newest_at: newest,
      ...{ late: null, held: null, versions: schemas.length, quality: null },
      schema_changed_at: schemas.findLast(({ changes }) => changes.length > 0)?.since ?? null,
    }
  }

  /** Of tables; a view is not counted. Nothing while the engine is away. */
  async #rows(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#deps.engine
      .query<{ name: string; n: number | null }>(
        `SELECT concat(database, '.', name) AS name, toFloat64(total_rows) AS n FROM system.tables WHERE database IN {databases:Array(String)}`,
        { params: { databases: this.#databases } },
      )
      .catch(() => [])
    return new Map(rows.flatMap(({ name, n }) => (n === null ? [] : [[name, n] as const])))
  }

  async #columnsNow(): Promise<Map<string, SchemaColumn[]>> {
    const rows = await this.#deps.engine.query<{
      name: string
      column: string
      type: string
      comment: string
    }>(
      `SELECT concat(database, '.', table) AS name, c.name AS column, type, comment FROM system.columns AS c
       WHERE database IN {databases:Array(String)} ORDER BY database, table, position`,
      { params: { databases: this.#databases } },
    )
    const listed = new Set(this.#deps.tables.map(({ table }) => table))
    this.#comments = new Map(rows.map(({ name, column, comment }) => [`${name}.${column}`, comment]))
    const found = new Map<string, SchemaColumn[]>()
    for (const { name, column, type } of rows.filter(one => listed.has(one.name))) {
      const columns = found.get(name) ?? []
      columns.push({ name: column, type: valueTypeOf(type), declared: type })
      found.set(name, columns)
    }
    return found
  }

  get #databases(): string[] {
    return [...new Set(this.#deps.tables.map(({ table }) => table.split('.')[0] ?? ''))]
  }

  #withSchema(known: readonly SchemaVersion[], columns: SchemaColumn[]): SchemaVersion[] {
    const last = known.at(-1)
    if (last !== undefined && isDeepStrictEqual(last.columns, columns)) return [...known]
    const since = new Date(this.#deps.now()).toISOString()
    const changes = last === undefined ? [] : schemaChanges(last.columns, columns, ANY)
    const about = { holds: 'download', accepted: true, source: `Arterial ${this.#deps.version}` } as const
    return [...known, { id: (last?.id ?? 0) + 1, since, ...about, columns, changes }]
  }

  #described(table: string, columns: readonly SchemaColumn[]): CatalogColumn[] {
    const stream = this.#byTable.get(table)
    const fields = new Map(columnsOf(stream?.fields ?? {}).map(column => [column.name, column]))
    return columns.map(({ name, type, declared }) => {
      const field = fields.get(name)
      const comment = this.#comments.get(`${table}.${name}`) || null
      return {
        ...{
          name,
          type: declared ?? type,
          unit: field?.unit ?? unitOf(name) ?? null,
          says: field?.says ?? comment,
        },
        needed: field !== undefined && !field.nullable,
        ...{ nulls: null, distinct: null, example: null },
      }
    })
  }
}

function valueTypeOf(type: string): ValueType {
  const bare = type.replace(/^(?:LowCardinality|Nullable)\((.*)\)$/, '$1').replace(/^Nullable\((.*)\)$/, '$1')
  return TYPES.find(([pattern]) => pattern.test(bare))?.[1] ?? 'text'
}
