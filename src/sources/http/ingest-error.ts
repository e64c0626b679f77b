import { AppError } from '../../core/errors.ts'

/** A body that could not be taken as a whole; says what the HTTP answer is, and how much of it was kept. */
export class IngestError extends AppError {
  readonly code: `ART_${string}`
  /** HTTP status of the answer. */
  readonly status: number
  /** Lines of the body that are on disk nevertheless. */
  readonly durable: number
  override readonly retryable: boolean
  /** When it may be tried again, s; null leaves it to the sender. */
  readonly retryAfterS: number | null

  constructor(fault: BodyFault, durable: number) {
    super(
      durable > 0
        ? `${fault.message} (the first ${durable} lines are durable: send the rest, or all again, repeats count once)`
        : `${fault.message} (no line of it was kept)`,
      { cause: fault },
    )
    this.retryAfterS = fault.retryAfterS
    this.code = fault.code
    this.status = fault.status
    this.durable = durable
    this.retryable = fault.retryable
  }
}

/** Why a body can't be taken (any further). */
export abstract class BodyFault extends AppError {
  abstract readonly status: number
  readonly retryAfterS: number | null = null
}

export class BodyEmptyError extends BodyFault {
  readonly code = 'ART_BODY_EMPTY'
  readonly status = 400

  constructor(record = 'reading') {
    super(`the body has no ${record}; send at least one`)
  }
}

/** The body can't be unpacked or cut into records. */
export class BodyBrokenError extends BodyFault {
  readonly code = 'ART_BODY_BROKEN'
  readonly status = 400
}

/** The sender went away before the end. */
export class BodyAbortedError extends BodyFault {
  readonly code = 'ART_BODY_ABORTED'
  readonly status = 400
  override readonly retryable = true
}

export class BodyTooLargeError extends BodyFault {
  readonly code = 'ART_BODY_TOO_LARGE'
  readonly status = 413
}

export class MediaTypeError extends BodyFault {
  readonly code = 'ART_MEDIA_TYPE'
  readonly status = 415
}

export class ContentEncodingError extends BodyFault {
  readonly code = 'ART_CONTENT_ENCODING'
  readonly status = 415
}

/** The first line of a CSV body doesn't name what a reading needs. */
export class CsvHeaderError extends BodyFault {
  readonly code = 'ART_CSV_HEADER'
  readonly status = 422
}

/** The lines could not be made durable; nothing is wrong with the body. */
export class BodyNotDurableError extends BodyFault {
  readonly code = 'ART_LOG_APPEND'
  readonly status = 503
  override readonly retryable = true
}

/** The body unpacks to far more than readings could be packed into what was sent. */
export class BodyRatioError extends BodyFault {
  readonly code = 'ART_BODY_RATIO'
  readonly status = 413
}

/** More of this sender's records, or of all, wait to be loaded than may. */
export class SenderBehindError extends BodyFault {
  readonly code = 'ART_BACKLOG'
  readonly status = 429
  override readonly retryable = true
  override readonly retryAfterS = 2
}

/** So many of this sender's lines were refused that it has to wait. */
export class RefusedLinesError extends BodyFault {
  readonly code = 'ART_REFUSED_LINES'
  readonly status = 429
  override readonly retryable = true
  override readonly retryAfterS: number

  constructor(message: string, retryAfterS = 1) {
    super(message)
    this.retryAfterS = retryAfterS
  }
}

/** Too many bodies are on their way at once. */
export class DoorBusyError extends BodyFault {
  readonly code = 'ART_DOOR_BUSY'
  readonly status = 429
  override readonly retryable = true
  override readonly retryAfterS = 1
}

/** The body brought nothing for a while, and others needed its place. */
export class BodySlowError extends BodyFault {
  readonly code = 'ART_BODY_SLOW'
  readonly status = 408
  override readonly retryable = true
}
