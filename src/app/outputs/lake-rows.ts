import { linesOf } from '../../core/text/lines.ts'
import type { ReadingEngine } from '../../lake/engine/index.ts'
import type { OutputRow, OutputValue } from '../../outputs/index.ts'

/** A table of the lake, to be read from its first row to its last. */
export interface LakeTable {
  /** `database.table` */
  readonly from: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly key: readonly string[]
}

/** So many rows are asked for at a time: a table of any size is read within the bounds of one question. */
const PAGE_ROWS = 20_000
/** What one statement to the other database may carry; servers take at least four times as much. */
const BATCH_BYTES = 1024 * 1024
const BATCH_ROWS = 1000
/** Exact and long numbers as texts, instants as `2026-01-31 12:00:00.000` in UTC. */
const EXACT = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 0,
  date_time_output_format: 'simple',
}

const quoted = (name: string) => `\`${name}\``

/**
 * The rows of a table in order of its key, some at a time. What changes in it meanwhile may or may not be among them: the next run
 * has it.
 */
export async function* lakeRows(
  engine: ReadingEngine,
  table: LakeTable,
  signal: AbortSignal,
): AsyncGenerator<OutputRow[]> {
  const selected = table.columns.map(column => `${asValue(column)} AS ${quoted(column.name)}`).join(', ')
  const key = table.key.map(quoted).join(', ')
  const keyAt = table.key.map(name => table.columns.findIndex(column => column.name === name))
  const typed = keyAt.map((at, i) => `{k${i}:${bare(table.columns[at]?.type ?? 'String')}}`).join(', ')
  let last: OutputRow | null = null
  for (;;) {
    const after: string = last === null ? '' : `WHERE (${key}) > (${typed})`
    const from: OutputRow | null = last
    const params = from === null ? {} : Object.fromEntries(keyAt.map((at, i) => [`k${i}`, from[at]]))
    const sql: string = `SELECT ${selected} FROM ${table.from} ${after} ORDER BY ${key} LIMIT ${PAGE_ROWS}`
    const answer = await engine.stream(sql, 'JSONCompactEachRow', { params, settings: EXACT, signal })
    let count = 0
    for await (const batch of batches(linesOf(answer))) {
      count += batch.length
      last = batch.at(-1) ?? last
      yield batch
    }
    if (count < PAGE_ROWS) return
  }
}

async function* batches(lines: AsyncIterable<string>): AsyncGenerator<OutputRow[]> {
  let rows: OutputRow[] = []
  let bytes = 0
  for await (const line of lines) {
    if (rows.length > 0 && (rows.length >= BATCH_ROWS || bytes + line.length > BATCH_BYTES)) {
      yield rows
      rows = []
      bytes = 0
    }
    rows.push(JSON.parse(line) as OutputValue[])
    bytes += line.length
  }
  if (rows.length > 0) yield rows
}

/** Lists and maps go as their JSON text. */
function asValue({ name, type }: { readonly name: string; readonly type: string }): string {
  return /^(Array|Map|Tuple)\(/.test(type) ? `toJSONString(${quoted(name)})` : quoted(name)
}

/** A key's type without its wrapping, as a parameter wants it. */
function bare(type: string): string {
  return type.replace(/^LowCardinality\((.*)\)$/s, '$1')
}
