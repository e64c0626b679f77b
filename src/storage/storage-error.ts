import { AppError } from '../core/errors.ts'

/** A bucket could not be reached, or refused; the message says which and the remedy. */
export class StorageError extends AppError {
  readonly code = 'ART_STORAGE'
  override readonly retryable: boolean

  /** @param where bucket and service, for people */
  constructor(where: string, why: string, { retryable, cause }: { retryable: boolean; cause: unknown }) {
    super(`${where}: ${why}`, { cause })
    this.retryable = retryable
  }
}

/** What services answer, and what somebody can do about it; anything else may pass by itself. */
const REFUSALS: Readonly<Record<number, string>> = {
  301: 'is in another region; set landing.region or landing.endpoint to where it is',
  400: 'does not understand what it is asked',
  401: 'does not know who asks; are landing.keyId and landing.key right?',
  403: 'does not let us in; may this key list, read and write there?',
  404: 'is not there; make it, or set landing.bucket to the one that is',
}

/** @param status what the service answered; undefined where it did not */
export function storageError(where: string, status: number | undefined, cause: unknown): StorageError {
  const why = status === undefined ? undefined : REFUSALS[status]
  if (why !== undefined)
    return new StorageError(where, `${why} (${status ?? ''})`, { retryable: false, cause })
  const said = cause instanceof Error && cause.message !== '' ? cause.message : String(cause)
  const answered = status === undefined ? "can't be reached" : `has a fault (${status})`
  return new StorageError(where, `${answered}: ${said}`, { retryable: true, cause })
}
