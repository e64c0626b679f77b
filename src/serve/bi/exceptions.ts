import { AppError, EngineQueryError } from '../../core/errors.ts'
import { RequestError } from '../problems.ts'
import { SqlBusyError, SqlLimitError, SqlRefusedError } from '../sql/index.ts'

/** What went wrong as ClickHouse says it: drivers look at the code. */
export interface Exception {
  readonly code: number
  readonly status: number
  readonly message: string
  /** Told with it. */
  readonly headers?: Readonly<Record<string, string>>
}

const NAMES: Readonly<Record<number, string>> = {
  36: 'BAD_ARGUMENTS',
  46: 'UNKNOWN_FUNCTION',
  47: 'UNKNOWN_IDENTIFIER',
  60: 'UNKNOWN_TABLE',
  62: 'SYNTAX_ERROR',
  73: 'UNKNOWN_FORMAT',
  81: 'UNKNOWN_DATABASE',
  115: 'UNKNOWN_SETTING',
  159: 'TIMEOUT_EXCEEDED',
  164: 'READONLY',
  202: 'TOO_MANY_SIMULTANEOUS_QUERIES',
  241: 'MEMORY_LIMIT_EXCEEDED',
  396: 'TOO_MANY_ROWS_OR_BYTES',
  497: 'ACCESS_DENIED',
  516: 'AUTHENTICATION_FAILED',
  1002: 'UNKNOWN_EXCEPTION',
}
const STATUS: Readonly<Record<number, number>> = { 60: 404, 81: 404, 164: 403, 497: 403, 516: 403, 1002: 500 }

/** A mistake of the caller in the protocol's words. */
export class BiError extends AppError {
  readonly code = 'ART_BI'
  readonly engineCode: number

  constructor(engineCode: number, message: string) {
    super(message)
    this.engineCode = engineCode
  }
}

export function exceptionOf(error: unknown): Exception {
  const [code, said] = codeOf(error)
  const message = `Code: ${code}. DB::Exception: ${said.replace(/\.?$/, '.')} (${NAMES[code] ?? 'ERROR'})\n`
  if (error instanceof SqlBusyError)
    return { code, status: 429, message, headers: { 'retry-after': String(error.retryAfterS) } }
  return { code, status: STATUS[code] ?? 400, message }
}

function codeOf(error: unknown): readonly [number, string] {
  if (error instanceof BiError) return [error.engineCode, error.message]
  if (error instanceof SqlRefusedError) return [497, error.message]
  if (error instanceof SqlBusyError) return [202, error.message]
  if (error instanceof SqlLimitError)
    return [error.cause instanceof EngineQueryError ? error.cause.engineCode : 396, error.message]
  if (error instanceof EngineQueryError) return [error.engineCode, error.message]
  if (error instanceof RequestError) return [36, error.message]
  if (error instanceof AppError) return [1002, error.message]
  return [1002, 'a mistake in Arterial itself; its log says more']
}
