import { AppError } from '../../core/errors.ts'

/** A published table can't be read or continued; the message names it and says why. */
export class DeltaError extends AppError {
  readonly code = 'ART_DELTA'
  /** Of an answer: the table is otherwise than this program left it. */
  readonly status = 409

  constructor(table: string, why: string, options?: ErrorOptions) {
    super(`table ${table}: ${why}`, options)
  }
}
