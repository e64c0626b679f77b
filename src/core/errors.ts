/** Base of every error this program raises on purpose. Anything else that is thrown is a bug. */
export abstract class AppError extends Error {
  /** Stable, greppable, listed in docs/reference/errors.md. Never reworded once released. */
  abstract readonly code: `ART_${string}`
  /** May the same call succeed later, unchanged? Runners retry only then. */
  readonly retryable: boolean = false

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** The configuration has mistakes; the message names every one with its path, value and what is allowed. */
export class ConfigError extends AppError {
  readonly code = 'ART_CONFIG'
}

/** The log could not make a batch durable; nothing of it may be acknowledged upstream. */
export class AppendError extends AppError {
  readonly code = 'ART_LOG_APPEND'
  override readonly retryable = true
}

/** Another process holds the data folder. */
export class DataFolderInUseError extends AppError {
  readonly code = 'ART_DATA_IN_USE'
}

/** The data folder holds what this program (or this mode of it) must not touch. */
export class DataFolderError extends AppError {
  readonly code = 'ART_DATA_FOLDER'
}

/** The data were written by a newer program, which this one must not touch. The message names both versions. */
export class NewerDataError extends AppError {
  readonly code = 'ART_DATA_NEWER'
}

/** The disk has too little left for readings to be taken; they may be sent again once there is room. */
export class DiskNearlyFullError extends AppError {
  readonly code = 'ART_DISK_NEARLY_FULL'
  override readonly retryable = true
}

/** The disk has too little left for the lake to be opened or written to. */
export class DiskFullError extends AppError {
  readonly code = 'ART_DISK_FULL'
  override readonly retryable = true
}

/** The engine is away (starting, crashed, hung); the supervisor brings it back. */
export class EngineUnavailableError extends AppError {
  readonly code = 'ART_ENGINE_UNAVAILABLE'
  override readonly retryable = true
}

/** The engine refused a statement. `engineCode` is ClickHouse's own number. */
export class EngineQueryError extends AppError {
  readonly code = 'ART_ENGINE_QUERY'
  readonly engineCode: number

  constructor(message: string, engineCode: number, options?: ErrorOptions) {
    super(message, options)
    this.engineCode = engineCode
  }
}

/** What the user typed or sent can't be used; the message names the value and the remedy. */
export class UsageError extends AppError {
  readonly code = 'ART_USAGE'
}
