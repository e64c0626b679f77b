import { EngineQueryError } from '../../core/errors.ts'
import { SqlBusyError, SqlLimitError, SqlRefusedError } from './refused.ts'

export interface SqlLimits {
  readonly timeoutS: number
  /** No more rows are answered; whether there were more is told. */
  readonly maxRows: number
  /** What one statement may hold in memory. */
  readonly maxMemoryBytes: number
}

export const less = 'read a shorter time, fewer columns, or aggregate more'
/** The engine repeats the statement, or the value it stumbled over, in what it says. */
const maxMessageLength = 2_000

export function takesTooLong(limits: SqlLimits, cause: unknown): SqlLimitError {
  return new SqlLimitError(`the statement takes longer than ${limits.timeoutS} s: ${less}`, { cause })
}

/** The engine's words about a limit or a prohibition, in ours; a mistake in its own. */
export function meaningOf(error: unknown, limits: SqlLimits, maxResultBytes: number): unknown {
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
      if (/max rows/i.test(error.message))
        return new SqlLimitError(`the answer has more than ${limits.maxRows} rows: ${less}`, cause)
      return new SqlLimitError(`the answer is larger than ${maxResultBytes} bytes: ${less}`, cause)
    case 202: // TOO_MANY_SIMULTANEOUS_QUERIES
      return new SqlBusyError('too many statements wait already: try again in a moment', 2, cause)
    case 164: // READONLY
      return new SqlRefusedError('the statement would do more than read', cause)
    case 497: // ACCESS_DENIED
      return new SqlRefusedError('the statement reads what is not on the list of tables', cause)
    default:
      return new EngineQueryError(shortened(remedied(withoutScope(error.message))), error.engineCode, cause)
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
  const at = message.indexOf(': In scope SELECT formatQuery')
  return at < 0 ? message : message.slice(0, at)
}

/** The middle of a long message says least. */
function shortened(message: string): string {
  if (message.length <= maxMessageLength) return message
  return `${message.slice(0, maxMessageLength / 2)} … ${message.slice(-maxMessageLength / 2)}`
}
