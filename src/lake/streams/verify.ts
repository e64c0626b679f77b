import type { Range } from '../../core/ranges.ts'
import { columnsOf } from '../../core/stream/index.ts'
import type { Column, Field, Stream, StreamGold } from '../../core/stream/index.ts'
import type { Engine } from '../engine/index.ts'
import { ONE_BLOCK } from '../gold/index.ts'
import { sqlFile } from '../sql-file.ts'
import { addedColumns } from './added-columns.ts'
import { goldTableOf } from './gold.ts'
import { hasTies, keyColumnsOf, tableOf, timeColumnOf } from './tables.ts'

const READ = {
  session: 'load',
  settings: { output_format_json_quote_64bit_integers: 0, precise_float_parsing: 1 },
} as const

const LINES = 'lake.verify_stream_lines'

/** What is wrong with a stream's tables: up to a hundred records a kind of fault, with their positions. */
export interface StreamDifference {
  readonly stream: string
  readonly what: string
  readonly records: number
  readonly positions: readonly number[]
}

export interface StreamsToVerify {
  readonly engine: Engine
  readonly streams: readonly Stream[]
  readonly floor: number
  readonly holes: readonly Range[]
  /** Everything below this position is complete. */
  readonly upto: number
  /** Of streams that retention has dropped rows of: from when on their rows are kept, ms since 1970 UTC. */
  readonly floors: ReadonlyMap<string, number>
  readonly signal: AbortSignal
}

/**
 * Compares the tables of streams with the log by SQL that shares nothing with the loader: each row says what its line says, no record
 * is there twice, each line is a row, refused, or a repeat of an earlier row, and sums are what silver adds up to.
 */
export async function verifyStreams(deps: StreamsToVerify): Promise<StreamDifference[]> {
  if (deps.streams.length === 0) return []
  const found: StreamDifference[] = []
  try {
    await gatherLines(deps)
    const filled = await placesWithRows(deps)
    for (const stream of deps.streams) {
      deps.signal.throwIfAborted()
      const hasAny = filled.has(stream.name)
      if (hasAny) {
        const checks = checksOf(stream, await addedColumns(deps.engine, stream), deps.floors.get(stream.name))
        for (const [what, sql] of Object.entries(checks)) found.push(...(await ask(deps, stream, what, sql)))
      }
      for (const gold of stream.gold ?? [])
        if (hasAny || filled.has(goldTableOf(gold))) found.push(...(await compareGold(deps, stream, gold)))
    }
  } finally {
    await deps.engine.exec(`DROP TABLE IF EXISTS ${LINES}`, READ)
  }
  return found
}

/** Puts the lines of all streams aside, so that the log is read once and not for each check of each stream. */
async function gatherLines({ engine, streams, floor, upto }: StreamsToVerify): Promise<void> {
  await engine.exec(
    `CREATE OR REPLACE TABLE ${LINES} (kind LowCardinality(String), position UInt64, line String CODEC(ZSTD(1)))
     ENGINE = MergeTree ORDER BY (kind, position)`,
    READ,
  )
  await engine.exec(
    `INSERT INTO ${LINES} SELECT l.kind, l.position, l.line FROM bronze.lines AS l
     WHERE l.kind IN {names:Array(String)} AND l.position >= {floor:Int64} AND l.position < {upto:Int64}`,
    { ...READ, params: { floor, upto, names: streams.map(({ name }) => name) } },
  )
}

/** Names of streams that have a line or a row, and of tables of sums that have one: most cities use few of the streams there are. */
async function placesWithRows({ engine, streams }: StreamsToVerify): Promise<ReadonlySet<string>> {
  const sums = streams.flatMap(({ gold = [] }) => gold.map(goldTableOf))
  const places = [
    ...streams.map(stream => [stream.name, tableOf(stream)] as const),
    ...sums.map(table => [table, table] as const),
  ].map(([name, table]) => `(SELECT '${name}' AS name FROM ${table} LIMIT 1)`)
  const rows = await engine.query<{ name: string }>(
    [`SELECT DISTINCT toString(kind) AS name FROM ${LINES}`, ...places].join(' UNION ALL '),
    READ,
  )
  return new Set(rows.map(({ name }) => name))
}

async function ask(
  { engine, floor, holes, upto }: StreamsToVerify,
  { name }: Stream,
  what: string,
  sql: string,
): Promise<StreamDifference[]> {
  const params = {
    ...{ name, floor, upto },
    holes_from: holes.map(({ from }) => from),
    holes_to: holes.map(({ to }) => to),
  }
  const [row] = await engine.query<{ n: number; positions: number[] }>(
    `SELECT toInt64(count()) AS n, arraySort(groupArray(100)(toInt64(position))) AS positions FROM (${sql})`,
    { ...READ, params },
  )
  if (row === undefined || row.n === 0) return []
  return [{ stream: name, what, records: row.n, positions: row.positions }]
}

/** The stream's lines that the log holds, and its table's rows of them. A key that comes twice in a line means its last. */
const lines = `(SELECT l.position AS position, l.line AS line, arrayReverse(JSONExtractKeysAndValuesRaw(l.line)) AS pairs
    FROM ${LINES} AS l WHERE l.kind = {name:String})`
const kept = `t.position >= {floor:Int64} AND t.position < {upto:Int64}
    AND NOT arrayExists((first, end) -> t.position >= first AND t.position < end, {holes_from:Array(UInt64)}, {holes_to:Array(UInt64)})`

/**
 * @param added columns that older rows are without, with the instant from which on they have them
 * @param floorMs rows from before it were dropped
 */
function checksOf(
  stream: Stream,
  added: ReadonlyMap<string, number>,
  floorMs: number | undefined,
): Record<string, string> {
  const table = tableOf(stream)
  const columns = columnsOf(stream.fields)
  const compared = columns.flatMap(column => {
    const field = stream.fields[column.field]
    const said = field === undefined ? null : saidOf(column, field)
    if (said === null) return []
    const differs = `(${held(column)}) IS DISTINCT FROM (${said})`
    const at = added.get(column.name)
    const expected = at === undefined ? differs : `(${differs} AND NOT ${isWithout(column, at)})`
    // A time without a zone is the city's: what the row holds is believed.
    return [column.kind === 'instant' ? `(${said} IS NOT NULL AND ${expected})` : expected]
  })
  const broken = (stream.rules ?? []).map(rule => `(${rule.sql})`)
  return {
    'rows that say something else than their line': `SELECT t.position AS position FROM ${table} AS t INNER JOIN ${lines} AS l ON l.position = t.position
      WHERE ${kept} AND (${compared.join(' OR ') || '0'})`,
    'rows without a line': `SELECT t.position AS position FROM ${table} AS t WHERE ${kept} AND t.position NOT IN (SELECT position FROM ${lines})`,
    'rows that break a rule': `SELECT t.position AS position FROM ${table} AS t WHERE ${broken.join(' OR ') || '0'}`,
    'rows that are there twice': twice(stream, table),
    'lines that are nowhere': nowhere(stream, table, columns, added, floorMs),
  }
}

function twice(stream: Stream, table: string): string {
  const { once } = stream
  const keys = keyColumnsOf(stream)
  if (once.how === 'latest' && once.version === 'position') {
    // Between two that are equal there may have been another, which is lost.
    return `SELECT position FROM (SELECT t.position AS position, lagInFrame(t.position) OVER w AS before, t.content_hash = lagInFrame(t.content_hash) OVER w AS same
      FROM ${table} AS t WINDOW w AS (PARTITION BY ${keys.join(', ')} ORDER BY t.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS v
      WHERE v.same AND NOT arrayExists((first, end) -> first < v.position AND end > v.before + 1, {holes_from:Array(UInt64)}, {holes_to:Array(UInt64)})`
  }
  const keyed = [...keys, timeColumnOf(stream), ...(hasTies(once) ? ['content_hash'] : [])].join(', ')
  const which = once.how === 'every' ? 'content_hash' : keyed
  return `SELECT max(t.position) AS position FROM ${table} AS t GROUP BY ${which} HAVING count() > 1`
}

/** Lines that are no row and not refused must repeat a row that came before: where ties are kept, in all they say. */
function nowhere(
  stream: Stream,
  table: string,
  columns: readonly Column[],
  added: ReadonlyMap<string, number>,
  floorMs: number | undefined,
): string {
  const { once } = stream
  const isByVersion = once.how === 'latest' && once.version !== 'position'
  const keys = new Set(keyColumnsOf(stream))
  if (once.how !== 'latest' || isByVersion) keys.add(timeColumnOf(stream))
  if (hasTies(once)) for (const { name } of columns) if (!added.has(name)) keys.add(name)
  const told = columns.flatMap(column => {
    const field = stream.fields[column.field]
    const said = field === undefined || !keys.has(column.name) ? null : saidOf(column, field)
    return said === null ? [] : [{ held: held(column), said }]
  })
  return `SELECT l.position AS position FROM ${lines} AS l
    WHERE l.position NOT IN (SELECT t.position FROM ${table} AS t)
      AND l.position NOT IN (SELECT q.position FROM quarantine.lines AS q WHERE q.stream = {name:String})
      AND (${told.map(({ said }) => `ifNull(toString(${said}), '')`).join(', ') || "''"}) NOT IN
        (SELECT ${told.map(({ held: value }) => `ifNull(toString(${value}), '')`).join(', ') || "''"} FROM ${table} AS t)
      ${floorMs === undefined ? '' : `AND ${isKept(stream, columns, floorMs)}`}`
}

/** Whether a line's row was not dropped by retention. A time without a zone is the city's: of such a line nobody can tell. */
function isKept(stream: Stream, columns: readonly Column[], floorMs: number): string {
  const time = columns.find(({ name }) => name === timeColumnOf(stream))
  const field = time === undefined ? undefined : stream.fields[time.field]
  const said = time === undefined || field === undefined ? null : saidOf(time, field)
  return said === null ? '1' : `ifNull(${said} >= ${floorMs}, 0)`
}

function isWithout({ name, kind }: Column, addedMs: number): string {
  const nothing = kind === 'texts' ? `empty(t.${name})` : `t.${name} IS NULL`
  return `(${nothing} AND t.arrived_at < fromUnixTimestamp64Milli(toInt64(${addedMs})))`
}

/** What silver holds, in a form that can be compared. */
function held({ name, kind, decimals }: Column): string {
  const column = `t.${name}`
  if (kind === 'decimal') return `toInt64(${column} * ${10 ** decimals})`
  if (kind === 'instant') return `toUnixTimestamp64Milli(${column})`
  // As a text, a flag of silver reads otherwise than the result of a comparison.
  if (kind === 'flag') return `toUInt8(${column})`
  return column
}

/** The same as its line says it; null for what is not compared: JSON as text, and times without a zone. */
function saidOf({ kind, part, decimals, field: name }: Column, field: Field): string | null {
  const raw = `pairs.2[indexOf(pairs.1, '${name}')]`
  switch (field.type) {
    case 'number': {
      const value = `JSONExtract(${raw}, 'Nullable(Float64)')`
      const { times, plus = 0 } = field.metric ?? { times: 1 }
      const metric = field.metric === undefined ? value : `(${value} * ${exact(times)} + ${exact(plus)})`
      if (kind === 'double') return metric
      return kind === 'whole'
        ? `toInt64(${value})`
        : `toInt64(floor(${metric} * ${exact(10 ** decimals)} + 0.5))`
    }
    case 'flag':
      return `if(${raw} IN ('', 'null'), NULL, ${raw} = 'true')`
    case 'texts':
      return `JSONExtract(${raw}, 'Array(String)')`
    case 'counts':
      return `JSONExtract(${raw}, '${part ?? ''}', 'Nullable(Int64)')`
    case 'instant':
      return `if(match(${raw}, '([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)"$'), toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(JSONExtract(${raw}, 'Nullable(String)'), 3, 'UTC')), NULL)`
    case 'json':
      return null
    default:
      return `JSONExtract(${raw}, 'Nullable(String)')`
  }
}

/** A double as the engine reads it back exactly. */
function exact(value: number): string {
  return `reinterpretAsFloat64(toUInt64(${bits(value)}))`
}

function bits(value: number): bigint {
  const buffer = Buffer.alloc(8)
  buffer.writeDoubleLE(value)
  return buffer.readBigUInt64LE()
}

async function compareGold(
  { engine, floors }: StreamsToVerify,
  { name }: Stream,
  gold: StreamGold,
): Promise<StreamDifference[]> {
  const table = goldTableOf(gold)
  const copy = 'lake.verify_gold'
  const load = { session: 'load' } as const
  await engine.exec(`DROP TABLE IF EXISTS ${copy}`, load)
  await engine.exec(`CREATE TABLE ${copy} AS ${table}`, load)
  try {
    const add = sqlFile(gold.add).replace('@rows', '1').replace(table, copy)
    await engine.exec(add, { ...load, settings: ONE_BLOCK })
    const columns = await engine.query<{ name: string }>(
      `SELECT name FROM system.columns WHERE concat(database, '.', table) = {table:String} AND NOT startsWith(type, 'AggregateFunction')`,
      { ...READ, params: { table } },
    )
    const listed = columns.map(column => column.name).join(', ')
    // Sums may be kept longer than the rows they were made from.
    const kept = `window_start >= fromUnixTimestamp64Milli(toInt64(${floors.get(name) ?? 0}), 'UTC')`
    const side = (from: string) => `SELECT ${listed} FROM ${from} FINAL WHERE ${kept}`
    const [row] = await engine.query<{ n: number }>(
      `SELECT toInt64(count()) AS n FROM ((${side(table)} EXCEPT ${side(copy)}) UNION ALL (${side(copy)} EXCEPT ${side(table)}))`,
      READ,
    )
    if (row === undefined || row.n === 0) return []
    return [
      { stream: name, what: `sums of ${table} that differ from silver’s`, records: row.n, positions: [] },
    ]
  } finally {
    await engine.exec(`DROP TABLE IF EXISTS ${copy}`, load)
  }
}
