import { ConfigError } from '../../core/errors.ts'
import type { Engine } from '../../lake/engine/index.ts'
import type { GrownRows, OutgoingRow } from '../../outputs/kafka/topic-sink.ts'

export interface GrowthDeps {
  readonly engine: Pick<Engine, 'query'>
  /** Every row below this position is in its table. */
  readonly visible: () => number
  /** Hours of which any table of silver got rows at positions [from, upto), such as `2026-01-31T07`. */
  readonly hoursBetween: (from: number, upto: number) => Promise<readonly string[]>
}

const MAX_ROWS = 5000
/** Waits for publishing at most, and nobody for it. Exact numbers as texts, instants as ISO 8601. */
const OWN = {
  session: 'publish',
  settings: {
    output_format_json_quote_64bit_integers: 0,
    output_format_json_quote_decimals: 1,
    output_format_json_quote_denormals: 0,
    date_time_output_format: 'iso',
  },
} as const
/** Of so many hours it is remembered what was sent, so that a window goes out again only when it says something else. */
const HOURS_REMEMBERED = 6

/**
 * What comes to a table: rows by their position, or windows that are otherwise than they were sent.
 *
 * @param from `database.table`; one with `position`, or with `window_start`
 * @param key columns that tell its rows apart
 * @throws {ConfigError} when there is no such table or column in the lake, or nothing tells what is new in it
 */
export async function grownRows(from: string, key: readonly string[], deps: GrowthDeps): Promise<GrownRows> {
  const [database, table] = from.split('.')
  const found = await deps.engine.query<{ name: string }>(
    'SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String}',
    { params: { database, table }, ...OWN },
  )
  const columns = new Set(found.map(({ name }) => name))
  const missing = key.find(name => !columns.has(name))
  if (missing !== undefined)
    throw new ConfigError(`kafka.outputs: the key ${missing} is no column of ${from}`)
  if (columns.has('position')) return byPosition(from, key, deps)
  if (columns.has('window_start')) return byWindow(from, key, deps)
  throw new ConfigError(
    `kafka.outputs: ${from} has neither a position nor windows, so that nobody knows what is new in it`,
  )
}

type Row = Readonly<Record<string, unknown>>

function byPosition(from: string, key: readonly string[], { engine, visible }: GrowthDeps): GrownRows {
  return {
    visible,
    read: async (after, upto) => {
      const rows = await engine.query<Row & { position: number }>(
        `SELECT t.* FROM ${from} AS t WHERE t.position >= {from:Int64} AND t.position < {upto:Int64}
         ORDER BY t.position LIMIT {limit:UInt32}`,
        { params: { from: after, upto, limit: MAX_ROWS }, ...OWN },
      )
      const last = rows.at(-1)
      const next = rows.length < MAX_ROWS || last === undefined ? upto : last.position + 1
      return { rows: rows.map(row => outgoing(row, key)), next }
    },
  }
}

function byWindow(from: string, key: readonly string[], deps: GrowthDeps): GrownRows {
  const sent = new Map<string, ReadonlyMap<string, string>>()
  return {
    visible: deps.visible,
    read: async (after, upto) => {
      const changed: OutgoingRow[] = []
      for (const hour of await deps.hoursBetween(after, upto)) {
        const rows = await deps.engine.query<Row>(
          `SELECT t.* FROM ${from} AS t WHERE formatDateTime(t.window_start, '%Y-%m-%dT%H', 'UTC') = {hour:String}`,
          { params: { hour }, ...OWN },
        )
        const before = sent.get(hour)
        const now = rows.map(row => outgoing(row, key))
        changed.push(...now.filter(row => before?.get(row.key) !== row.value))
        sent.delete(hour)
        sent.set(hour, new Map(now.map(row => [row.key, row.value])))
        const [oldest] = sent.keys()
        if (sent.size > HOURS_REMEMBERED && oldest !== undefined) sent.delete(oldest)
      }
      return { rows: changed, next: upto }
    },
  }
}

/** The key's values, one as it is, several as a JSON list. */
function outgoing(row: Row, key: readonly string[]): OutgoingRow {
  const values = key.map(name => row[name])
  const [only] = values
  return {
    key: values.length === 1 && typeof only === 'string' ? only : JSON.stringify(values),
    value: JSON.stringify(row),
  }
}
