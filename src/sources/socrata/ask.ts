import { AppError } from '../../core/errors.ts'
import type { SocrataDataset, SodaFormat } from './dataset.ts'
import { SocrataError } from './socrata-error.ts'

/** What came back. The shape of `fetchGuarded`. */
export interface SodaAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Unpacked. */
  readonly body: Buffer
  readonly etag: string | null
  readonly retryAfterS: number | null
}

export interface SodaDeps {
  readonly fetch: (
    address: string,
    options: {
      readonly headers: Readonly<Record<string, string>>
      readonly etag: string | null
      readonly wholeMs: number
      readonly maxBytes: number
      readonly signal: AbortSignal
    },
  ) => Promise<SodaAnswer>
  /** Resolves after so long; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** In [0, 1). */
  readonly random: () => number
}

export interface Asking {
  readonly address: string
  readonly format: SodaFormat
  readonly etag: string | null
  /** For messages. */
  readonly shown: string
  readonly signal: AbortSignal
}

/** Faults that may pass are met by asking again, so often within one run; the job asks again later. */
const ATTEMPTS = 5
const FIRST_WAIT_MS = 1_000
/** A portal that wants more patience than this is left alone until the job's next attempt. */
const MAX_WAIT_MS = 60_000
/** 202 says that the answer is being made: it is asked for again this often. */
const MAX_PENDING = 20

/**
 * Asks a portal, in its manner: 202 is asked again until the answer is made, 429 and faults that may pass after a while that
 * doubles, never before Retry-After.
 *
 * @param read what is made of a good answer; a retryable fault of it counts as one of the portal
 * @returns null for 304
 * @throws {SocrataError | OutboundError}
 */
export async function ask<T>(
  dataset: SocrataDataset,
  asking: Asking,
  deps: SodaDeps,
  read: (answer: SodaAnswer) => T,
): Promise<{ answer: SodaAnswer; value: T } | null> {
  let pending = 0
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await once(dataset, asking, deps)
      if (answer.status === 202 && ++pending <= MAX_PENDING) {
        await deps.sleep(waitMs(pending, answer.retryAfterS, deps.random()), asking.signal)
        attempt--
        continue
      }
      if (answer.status === 304 && asking.etag !== null) return null
      refuse(answer, asking)
      return { answer, value: read(answer) }
    } catch (error) {
      asking.signal.throwIfAborted()
      if (!(error instanceof AppError) || !error.retryable || attempt >= ATTEMPTS) throw error
      const asked = error instanceof SocrataError ? error.retryAfterS : null
      if ((asked ?? 0) * 1000 > MAX_WAIT_MS) throw error
      await deps.sleep(waitMs(attempt, asked, deps.random()), asking.signal)
    }
  }
}

function once(
  { appToken, timeoutS, maxBytes }: SocrataDataset,
  { address, format, etag, signal }: Asking,
  { fetch }: SodaDeps,
): Promise<SodaAnswer> {
  return fetch(address, {
    headers: {
      accept: format === 'csv' ? 'text/csv' : 'application/json',
      ...(appToken === null ? {} : { 'X-App-Token': appToken.reveal() }),
    },
    etag,
    wholeMs: timeoutS * 1000,
    maxBytes,
    signal,
  })
}

/** Doubling, spread by a half either way so that callers throttled together do not come back together. */
function waitMs(n: number, retryAfterS: number | null, random: number): number {
  const doubled = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (n - 1)) * (0.5 + random)
  return Math.max(Math.round(doubled), (retryAfterS ?? 0) * 1000)
}

const MEANINGS: Readonly<Record<number, string>> = {
  202: 'is still making the answer',
  304: 'says unchanged, although it was not asked whether it is',
  400: 'does not understand the question; has the dataset moved?',
  401: 'wants a key',
  403: 'does not let us in; is the app token right, the dataset public?',
  404: 'has no such dataset; it may have been moved or withdrawn',
  429: 'was asked too often; an app token raises the limit',
}

/** @throws {SocrataError} for what is no answer of rows */
function refuse({ status, body, headers, retryAfterS }: SodaAnswer, { shown, format }: Asking): void {
  if (status !== 200) {
    const meaning = MEANINGS[status] ?? (status >= 500 ? 'has a fault' : 'refuses')
    const retryable = status >= 500 || status === 429 || status === 408 || status === 202
    throw new SocrataError(`${shown}: the portal ${meaning} (${status})${saidOf(body)}`, {
      retryable,
      retryAfterS,
    })
  }
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isPage = /^\s*<(?:!doctype|html|head|body)/i.test(body.subarray(0, 512).toString('latin1'))
  // A page with status 200 is how portals under repair answer.
  if (isPage || type === 'text/html')
    throw new SocrataError(`${shown}: the answer is a web page, not data; the portal may be under repair`, {
      retryable: true,
    })
  if (!TYPES[format].includes(type))
    throw new SocrataError(`${shown}: the answer is ${type || 'of no type'}, not ${TYPES[format][0]}`, {
      retryable: true,
    })
}

/** As portals and mirrors of files name them. */
const TYPES: Readonly<Record<SodaFormat, readonly string[]>> = {
  json: ['application/json', 'text/json', 'application/vnd.api+json'],
  csv: ['text/csv', 'application/csv', 'text/plain', 'application/octet-stream'],
}

/** What the portal itself says, in its error document. */
function saidOf(body: Buffer): string {
  try {
    const value = JSON.parse(body.toString('utf8')) as { message?: unknown }
    return typeof value.message === 'string' ? `: ${value.message.slice(0, 200)}` : ''
  } catch {
    return ''
  }
}
