import { AppError } from '../core/errors.ts'

/** A table could not be delivered to another database. Nothing of the run is to be seen there. */
export abstract class OutputError extends AppError {
  /** @param output its name in the settings */
  constructor(output: string, why: string, options?: ErrorOptions) {
    super(`output ${output}: ${why}`, options)
  }
}

/** The database can't be reached, or the connection broke; the next run delivers what is missing. */
export class OutputConnectError extends OutputError {
  readonly code = 'ART_OUTPUT_CONNECT'
  override readonly retryable = true
}

/** Another run delivers to the same table just now. */
export class OutputBusyError extends OutputError {
  readonly code = 'ART_OUTPUT_BUSY'
  override readonly retryable = true
}

/** The table over there was not made by Arterial, or its columns are others; it is left as it is. */
export class OutputTableError extends OutputError {
  readonly code = 'ART_OUTPUT_TABLE'
}

/** The lake's table has no rows where the other database has some: more likely a mistake than the wish to empty it. */
export class OutputEmptyError extends OutputError {
  readonly code = 'ART_OUTPUT_EMPTY'
}

/** The database refused a statement: missing rights, a value it can't hold, two rows with one key. */
export class OutputRefusedError extends OutputError {
  readonly code = 'ART_OUTPUT_REFUSED'
}
