import { EngineQueryError } from '../../core/errors.ts'
import type { Engine } from '../../lake/engine/index.ts'
import type { RunSql, SqlFormat } from '../routes/sql.ts'
import { checkStatement } from './check.ts'
import { engineParser } from './parser.ts'
import { SqlBusyError, SqlLimitError, SqlMistakeError, SqlRefusedError } from './refused.ts'
import { lakeTables } from './tables.ts'

export interface SqlLimits {
  readonly timeoutS: number
  /** More rows are an error: a part of an answer would look like all of it. */
  readonly maxRows: number
  /** What one statement may hold in memory. */
  readonly maxMemoryBytes: number
}

const formats: Readonly<Record<SqlFormat, { readonly engine: string; readonly contentType: string }>> = {
  json: { engine: 'JSON', contentType: 'application/json; charset=utf-8' },
  ndjson: { engine: 'JSONEachRow', contentType: 'application/x-ndjson; charset=utf-8' },
  csv: { engine: 'CSVWithNames', contentType: 'text/csv; charset=utf-8; header=present' },
  parquet: { engine: 'Parquet', contentType: 'application/vnd.apache.parquet' },
}

/**
 * Runs users' statements: checked, read-only, one at a time on a session of their own, each within its limits, so
 * that none takes the loader's or the page's place. The answer begins when the statement is done, so a limit it
 * breaks is an error and never half an answer.
 *
 * @param tables `database.table` that may be read
 */
export function userSql(
  engine: Pick<Engine, 'query' | 'stream'>,
  limits: SqlLimits,
  tables: ReadonlySet<string> = lakeTables,
): RunSql {
  return async (statement, params, format, signal) => {
    checkParams(params)
    try {
      const { sql } = await checkStatement(statement, params, engineParser(engine, signal), tables)
      const { engine: engineFormat, contentType } = formats[format]
      const body = await engine.stream(sql, engineFormat, {
        params,
        session: 'user',
        database: homeOf(tables),
        settings: settingsFor(limits),
        signal,
      })
      return { contentType, body }
    } catch (error) {
      throw meaningOf(error, limits)
    }
  }
}

function settingsFor(limits: SqlLimits): Record<string, string | number> {
  return {
    max_execution_time: limits.timeoutS,
    max_memory_usage: limits.maxMemoryBytes,
    max_result_rows: limits.maxRows,
    result_overflow_mode: 'throw',
    max_threads: 1,
    // Nothing of it goes to the disk: too large is an error, not a slower answer.
    max_bytes_ratio_before_external_group_by: 0,
    max_bytes_ratio_before_external_sort: 0,
    output_format_json_quote_64bit_integers: 0,
    output_format_json_quote_denormals: 0,
    // The last one: behind it no setting may be changed.
    readonly: 1,
  }
}

/** Only a listed table or a WITH can be named without a database; still, the engine's own default one holds files. */
function homeOf(tables: ReadonlySet<string>): string {
  const databases = [...tables].map(table => table.split('.')[0] ?? '')
  return databases.find(database => database === 'gold') ?? databases[0] ?? 'default'
}

function checkParams(params: Readonly<Record<string, string>>): void {
  const names = Object.keys(params)
  const wrong = names.find(name => !/^[A-Za-z_]\w{0,63}$/.test(name))
  if (wrong !== undefined) {
    throw new SqlRefusedError(`the parameter name '${wrong}' may have letters, digits and _ only`)
  }
  if (names.length > 100) throw new SqlRefusedError(`${names.length} parameters are more than 100`)
}

/** Codes that tell of the engine or its disk, not of the statement. */
const engineTroubles = new Set([
  33, 40, 49, 74, 75, 76, 107, 173, 209, 210, 228, 243, 246, 271, 1000, 1001, 1002,
])

/** The engine's words about a limit, a prohibition or a mistake, in ours. */
function meaningOf(error: unknown, limits: SqlLimits): unknown {
  if (!(error instanceof EngineQueryError) || engineTroubles.has(error.engineCode)) return error
  const cause = { cause: error }
  const less = 'read a shorter time, fewer columns, or aggregate more'
  switch (error.engineCode) {
    case 159:
    case 160:
      return new SqlLimitError(`the statement takes longer than ${limits.timeoutS} s: ${less}`, cause)
    case 241:
      return new SqlLimitError(
        `the statement needs more than ${limits.maxMemoryBytes} bytes of memory: ${less}`,
        cause,
      )
    case 396:
      return new SqlLimitError(
        `the answer has more than ${limits.maxRows} rows: add a LIMIT, or aggregate more`,
        cause,
      )
    case 202:
      return new SqlBusyError('too many statements wait already: try again in a moment', cause)
    case 164:
      return new SqlRefusedError('the statement would do more than read', cause)
    default:
      return new SqlMistakeError(withoutScope(error.message), cause)
  }
}

/** A syntax error also tells where the parser was called; that is no part of the user's statement. */
function withoutScope(message: string): string {
  return message.replace(/: In scope SELECT formatQuery[^]*$/, '')
}
