import { AppError } from '../core/errors.ts'

/** What it was that a bucket did not do. */
export type StorageFault =
  | 'key'
  | 'denied'
  | 'missing'
  | 'clock'
  | 'region'
  | 'request'
  | 'busy'
  | 'unreachable'
  | 'fault'

/** A bucket could not be reached, or refused; the message says which and the remedy. */
export class StorageError extends AppError {
  readonly code = 'ART_STORAGE'
  override readonly retryable: boolean
  readonly fault: StorageFault
  /** So long the service wants to be left alone; null where it did not say. */
  readonly retryAfterS: number | null

  /** @param where bucket and service, for people */
  constructor(
    where: string,
    why: string,
    { fault, retryAfterS, cause }: { fault: StorageFault; retryAfterS: number | null; cause: unknown },
  ) {
    super(`${where}: ${why}`, { cause })
    this.fault = fault
    this.retryAfterS = retryAfterS
    this.retryable = MAY_PASS.has(fault)
  }
}

/** The client of S3 sets its clock right after the first refusal. */
const MAY_PASS: ReadonlySet<StorageFault> = new Set(['clock', 'busy', 'unreachable', 'fault'])

/** What a service answered, or did not. */
export interface Refusal {
  /** Undefined where it did not answer. */
  readonly status: number | undefined
  /** Its own word for it: `NoSuchBucket`, `AuthenticationFailed`. */
  readonly code: string
  /** All that it said, as text. */
  readonly said: string
  /** Its clock, ms; null where it did not tell. */
  readonly serverMs: number | null
  /** Of its header `Retry-After`; null where it has none, or a date. */
  readonly retryAfterS: number | null
}

/** What headers of an answer say of clock and patience. */
export function timesOf(
  header: (name: string) => string | undefined,
): Pick<Refusal, 'serverMs' | 'retryAfterS'> {
  const serverMs = Date.parse(header('date') ?? '')
  const after = header('retry-after') ?? ''
  return {
    serverMs: Number.isNaN(serverMs) ? null : serverMs,
    retryAfterS: /^\d{1,6}$/.test(after) ? Number(after) : null,
  }
}

const KEYS = new Set([
  ...['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidSecurity', 'ExpiredToken', 'InvalidToken'],
  ...['AuthenticationFailed', 'InvalidAuthenticationInfo', 'NoAuthenticationInformation'],
])
/** Nothing says who we are; S3's client calls it so. */
export const NO_KEY = 'CredentialsProviderError'
const REGIONS = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
])
const BUSY = new Set(['SlowDown', 'ServerBusy', 'TooManyRequests', 'Throttling', 'ThrottlingException'])
/** Services take no request whose time is further from their own: S3 and Azure 15 minutes. */
const SKEW_MS = 15 * 60_000

/** @param setting the section of the settings that names the bucket */
export function storageError(
  where: string,
  setting: string,
  refusal: Refusal,
  cause: unknown,
  nowMs: number = Date.now(),
): StorageError {
  const fault = faultOf(refusal, nowMs)
  const status = refusal.status === undefined ? '' : ` (${refusal.status})`
  const said = refusal.said === '' ? '' : `: ${refusal.said.slice(0, 500)}`
  const words: Readonly<Record<StorageFault, string>> = {
    key:
      refusal.code === NO_KEY
        ? `there is no key for it; set ${setting}.keyId and ${setting}.key, or what its environment wants`
        : `does not know this key; are ${setting}.keyId and ${setting}.key right, and still valid?${status}`,
    denied: `does not let us in; may this key list, read, write and delete there?${status}`,
    missing: `is not there; make it, or set ${setting}.bucket to the one that is${status}`,
    clock: `its clock and the one of this machine differ by ${skewOf(refusal, nowMs)}; set the clock of this machine right (NTP)${status}`,
    region: `is in another region; set ${setting}.region or ${setting}.endpoint to where it is${status}`,
    request: `does not understand what it is asked${status}${said}`,
    busy: `has too many requests just now${status}`,
    unreachable: `can't be reached${said}`,
    fault: `has a fault${status}${said}`,
  }
  return new StorageError(where, words[fault], { fault, retryAfterS: refusal.retryAfterS, cause })
}

function faultOf({ status, code, said, serverMs }: Refusal, nowMs: number): StorageFault {
  if (code === NO_KEY) return 'key'
  if (status === undefined) return 'unreachable'
  const refuses = status === 401 || status === 403
  if (code === 'RequestTimeTooSkewed') return 'clock'
  if (refuses && (/date header/i.test(said) || (serverMs !== null && Math.abs(serverMs - nowMs) > SKEW_MS)))
    return 'clock'
  if (KEYS.has(code) || status === 401) return 'key'
  if (status === 403) return 'denied'
  if (status === 404) return 'missing'
  if (status === 301 || REGIONS.has(code)) return 'region'
  if (BUSY.has(code) || status === 429 || status === 503) return 'busy'
  // A rival's request at the same time, and one that was cut short.
  if (status === 408 || status === 409 || code === 'RequestTimeout') return 'fault'
  return status >= 400 && status < 500 ? 'request' : 'fault'
}

function skewOf({ serverMs }: Refusal, nowMs: number): string {
  if (serverMs === null) return 'more than 15 minutes'
  const minutes = Math.round(Math.abs(serverMs - nowMs) / 60_000)
  return minutes <= 15 ? 'more than 15 minutes' : `${minutes} minutes`
}
