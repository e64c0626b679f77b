import type { Readable } from 'node:stream'
import { EngineQueryError } from '../../core/errors.ts'
import { linesOf } from '../../core/lines.ts'
import type { Engine } from '../../lake/engine/index.ts'
import type { RunSql } from '../routes/sql.ts'
import { checkStatement, type SqlParams } from './check.ts'
import { EngineParser } from './parser.ts'
import { SqlBusyError, SqlLimitError, SqlRefusedError } from './refused.ts'
import { readableLake, type ReadableLake } from './tables.ts'

type Rows = Awaited<ReturnType<RunSql>>

export interface SqlLimits {
  readonly timeoutS: number
  /** No more rows are answered; whether there were more is told. */
  readonly maxRows: number
  /** What one statement may hold in memory. */
  readonly maxMemoryBytes: number
}

/** What an answer may measure in the engine's columns: it is held whole, as objects, before it is sent. */
const maxResultBytes = 64 * 2 ** 20
/** What a row may: one is read in one go, and everybody else waits meanwhile. */
const maxRowBytes = 4 * 2 ** 20
const maxParamBytes = 256 * 1024
/** A statement that the engine has not ended itself by then is ended with force. */
const graceS = 10

/**
 * Runs users' statements: checked, read-only, one at a time on a session of their own, each within its limits, so
 * that none takes the loader's or the page's place.
 *
 * @returns the function for the SQL route; it throws SqlRefusedError, SqlLimitError, SqlBusyError, or
 *   EngineQueryError for what the engine finds wrong in the statement
 */
export function userSql(
  engine: Pick<Engine, 'query' | 'stream'>,
  limits: SqlLimits,
  lake: ReadableLake = readableLake,
): RunSql {
  const parser = new EngineParser(engine, lake.home)
  return async (statement, params, caller) => {
    checkParams(params)
    const limit = AbortSignal.timeout((limits.timeoutS + graceS) * 1000)
    const signal = AbortSignal.any([caller, limit])
    try {
      const { sql, kind } = await checkStatement(statement, params, parser.for(signal), lake.tables)
      const lines = await engine.stream(sql, 'JSONCompactEachRowWithNamesAndTypes', {
        params,
        session: 'user',
        database: lake.home,
        settings: { ...(kind === 'select' && { limit: limits.maxRows + 1 }), ...settingsFor(limits) },
        signal,
      })
      return await readRows(lines, limits.maxRows)
    } catch (error) {
      throw limit.aborted && !caller.aborted ? waitedTooLong(limits, error) : meaningOf(error, limits)
    }
  }
}

async function readRows(lines: Readable, maxRows: number): Promise<Rows> {
  const head: string[][] = []
  const rows: unknown[][] = []
  const tooLarge = () =>
    new SqlLimitError(
      `the answer is larger than ${maxResultBytes} bytes, or a row than ${maxRowBytes}: ${less}`,
    )
  for await (const line of linesOf(lines, { total: maxResultBytes, line: maxRowBytes, tooLarge })) {
    if (head.length < 2) head.push(JSON.parse(line) as string[])
    else rows.push(parseRow(line))
  }
  const [names = [], types = []] = head
  const truncated = rows.length > maxRows
  if (truncated) rows.length = maxRows
  return { columns: names.map((name, i) => ({ name, type: types[i] ?? '' })), rows, truncated }
}

const textOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g

/** Integers that a number cannot hold stay as the text they were. */
function parseRow(line: string): unknown[] {
  if (!/\d{16}/.test(line)) return JSON.parse(line) as unknown[]
  const exact = (token: string) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token
  return JSON.parse(line.replace(textOrNumber, exact)) as unknown[]
}

function settingsFor(limits: SqlLimits): Record<string, string | number> {
  return {
    max_execution_time: limits.timeoutS,
    max_memory_usage: limits.maxMemoryBytes,
    max_result_bytes: maxResultBytes,
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

function checkParams(params: SqlParams): void {
  const names = Object.keys(params)
  const wrong = names.find(name => !/^[A-Za-z_]\w{0,63}$/.test(name))
  if (wrong !== undefined) {
    throw new SqlRefusedError(`the parameter name '${wrong}' may have letters, digits and _ only`)
  }
  if (names.length > 100) throw new SqlRefusedError(`${names.length} parameters are more than 100`)
  const bytes = Object.values(params).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(String(value)),
    0,
  )
  if (bytes > maxParamBytes) {
    throw new SqlRefusedError(`the parameters have ${bytes} bytes, more than ${maxParamBytes}`)
  }
}

const less = 'read a shorter time, fewer columns, or aggregate more'

/** The engine ends what runs too long by itself; what is ended here has mostly waited for others. */
function waitedTooLong({ timeoutS }: SqlLimits, cause: unknown): SqlBusyError {
  return new SqlBusyError(`no answer within ${timeoutS + graceS} s, waiting for others: try again`, { cause })
}

function takesTooLong(limits: SqlLimits, cause: unknown): SqlLimitError {
  return new SqlLimitError(`the statement takes longer than ${limits.timeoutS} s: ${less}`, { cause })
}

/** The engine's words about a limit or a prohibition, in ours; a mistake in its own. */
function meaningOf(error: unknown, limits: SqlLimits): unknown {
  if (!(error instanceof EngineQueryError)) return error
  const cause = { cause: error }
  switch (error.engineCode) {
    case 159: // TIMEOUT_EXCEEDED
    case 160: // TOO_SLOW
      return takesTooLong(limits, error)
    case 241: // MEMORY_LIMIT_EXCEEDED
      return new SqlLimitError(
        `the statement needs more than ${limits.maxMemoryBytes} bytes of memory: ${less}`,
        cause,
      )
    case 396: // TOO_MANY_ROWS_OR_BYTES
      return new SqlLimitError(`the answer is larger than ${maxResultBytes} bytes: ${less}`, cause)
    case 202: // TOO_MANY_SIMULTANEOUS_QUERIES
      return new SqlBusyError('too many statements wait already: try again in a moment', cause)
    case 164: // READONLY
      return new SqlRefusedError('the statement would do more than read', cause)
    default:
      return new EngineQueryError(remedied(withoutScope(error.message)), error.engineCode, cause)
  }
}

/** What the engine's words leave out about the lake's own columns: measures are Decimal, times DateTime64. */
function remedied(message: string): string {
  const [begin, end] = [message.slice(0, 200), message.slice(-200)]
  if (begin.startsWith('Illegal type') && begin.includes('Decimal'))
    return `${message} Measures of silver are Decimal: write toFloat64(…) around them.`
  if (
    begin.startsWith("Cannot convert string '") &&
    begin.includes('T') &&
    end.includes("' to type DateTime")
  )
    return `${message} Write '2026-01-31 08:00:00' (UTC), or parseDateTime64BestEffort('2026-01-31T08:00:00Z', 3).`
  return message
}

/** A syntax error also tells where the parser was called; that is no part of the user's statement. */
function withoutScope(message: string): string {
  return message.replace(/: In scope SELECT formatQuery[^]*$/, '')
}
