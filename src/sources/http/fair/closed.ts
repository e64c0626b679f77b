import { BodyFault } from '../ingest-error.ts'

/** Why nobody's lines are taken for now, e.g. a disk that is nearly full. */
export interface Closed {
  readonly status: number
  readonly code: `ART_${string}`
  readonly detail: string
  readonly retryAfterS: number
}

/** The doors were closed for all while the body came. */
export class DoorClosedError extends BodyFault {
  readonly code: `ART_${string}`
  readonly status: number
  override readonly retryable = true
  override readonly retryAfterS: number

  constructor(closed: Closed) {
    super(closed.detail)
    this.code = closed.code
    this.status = closed.status
    this.retryAfterS = closed.retryAfterS
  }
}
