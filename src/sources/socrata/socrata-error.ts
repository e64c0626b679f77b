import { AppError } from '../../core/errors.ts'

/** A portal did not give what was asked for; the message names the dataset, what came and the remedy. */
export class SocrataError extends AppError {
  readonly code = 'ART_SOCRATA'
  override readonly retryable: boolean
  /** How long the portal wants to be left alone, s. */
  readonly retryAfterS: number | null

  constructor(message: string, { retryable = false, retryAfterS = null, cause }: SocrataFault = {}) {
    super(message, cause === undefined ? {} : { cause })
    this.retryable = retryable
    this.retryAfterS = retryAfterS
  }
}

interface SocrataFault {
  readonly retryable?: boolean
  readonly retryAfterS?: number | null
  readonly cause?: unknown
}
