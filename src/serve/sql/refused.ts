import { AppError } from '../../core/errors.ts'

/** A user's statement that may not run; the message says what of it is not allowed and what to do instead. */
export class SqlRefusedError extends AppError {
  readonly code = 'ART_SQL_REFUSED'
  readonly status = 400
}

/** A user's statement went over its time, memory or rows. */
export class SqlLimitError extends AppError {
  readonly code = 'ART_SQL_LIMIT'
  readonly status = 400
}

/** Too many users' statements wait already. */
export class SqlBusyError extends AppError {
  readonly code = 'ART_SQL_BUSY'
  readonly status = 429
  override readonly retryable = true
  /** When it is worth trying again. */
  readonly retryAfterS: number

  constructor(message: string, retryAfterS: number, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterS = retryAfterS
  }
}
