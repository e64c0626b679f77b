import { FeedError } from '../../core/feed-error.ts'
import type { FeedAbout, FeedReading } from '../../core/feed-format.ts'
import type { PolledAnswer, PolledFeed } from './feed.ts'

/** The answer is none that could be read: another status than 200. */
export class FeedStatusError extends FeedError {
  override readonly retryable: boolean
  readonly retryAfterS: number | null

  constructor({ status, retryAfterS }: Pick<PolledAnswer, 'status' | 'retryAfterS'>) {
    const wait = retryAfterS === null ? '' : `; it asks for ${retryAfterS} s of patience`
    super(`the provider answers ${status} (${MEANINGS[status] ?? meaningOf(status)})${wait}`)
    this.retryable = status >= 500 || status === 429 || status === 408
    this.retryAfterS = retryAfterS
  }
}

const MEANINGS: Readonly<Record<number, string>> = {
  204: 'nothing to say',
  304: 'unchanged, although it was not asked whether it is',
  400: 'the address or its parameters are wrong',
  401: 'it wants a key, or another one',
  403: 'it does not let us in; a key or a User-Agent may be missing',
  404: 'there is nothing at this address',
  408: 'it waited too long for us',
  410: 'it is gone for good',
  429: 'it was asked too often',
  500: 'it has a fault',
  502: 'what stands behind it is away',
  503: 'it is overloaded or under repair',
  504: 'what stands behind it does not answer',
}

function meaningOf(status: number): string {
  return status >= 500 ? 'it has a fault' : status >= 400 ? 'it refuses' : 'no answer that could be read'
}

/** No stream has a record near it. */
const MAX_LINE_CHARS = 1 << 20

export interface ReadAnswer {
  /** NDJSON lines, without line ends. */
  readonly lines: readonly string[]
  /** Newest of the instants that must not lie ahead; null when there is none. */
  readonly newestMs: number | null
  /** Records with such an instant more than `maxFutureMs` ahead of their arrival. */
  readonly ahead: number
  /** Of formats whose answers are the whole: all that it says; null of others. */
  readonly all: readonly object[] | null
  /** What of it could not be taken, in words. */
  readonly notice: string | null
}

/**
 * The lines of an answer.
 * @throws {FeedError} in words, when it is not what the feed should be: then nothing of it is taken
 */
export function readAnswer(
  answer: PolledAnswer,
  feed: PolledFeed,
  arrivedAtMs: number,
  maxFutureMs: number,
  previous: readonly object[],
): ReadAnswer {
  if (answer.status !== 200) throw new FeedStatusError(answer)
  refusePage(answer)
  const { zone, constants } = feed
  const about: FeedAbout = { arrivedAtMs, zone, constants }
  const reading: FeedReading | undefined = feed.format.since?.(answer.body, about, previous)
  const records = reading?.records ?? feed.format.read(answer.body, about)
  let newestMs: number | null = null
  let ahead = 0
  for (const record of records) {
    const ms = Math.max(
      ...feed.instants.map(name => instantOf((record as Readonly<Record<string, unknown>>)[name])),
    )
    if (ms > arrivedAtMs + maxFutureMs) ahead++
    if (ms > (newestMs ?? -Infinity)) newestMs = ms
  }
  const lines = records.map(record => JSON.stringify(record))
  const long = lines.findIndex(line => line.length > MAX_LINE_CHARS)
  if (long !== -1)
    throw new FeedError(`record ${long + 1} of the answer is longer than ${MAX_LINE_CHARS} characters`)
  return { lines, newestMs, ahead, all: reading?.all ?? null, notice: reading?.notice ?? null }
}

/** A page with status 200 is how portals, captive networks and expired keys answer. */
function refusePage({ body, headers }: PolledAnswer): void {
  if (body.length === 0) throw new FeedError('the answer is empty')
  const start = body
    .subarray(0, 2048)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  if (start === '') throw new FeedError('the answer is empty but for blanks')
  if (
    !/^<(?:!doctype html|html|head|body)/i.test(start) &&
    !/^text\/html\b/i.test(headers['content-type'] ?? '')
  )
    return
  if (!start.startsWith('<')) return
  const title = /<title[^>]*>([^<]{1,80})/i.exec(start)?.[1]?.trim()
  throw new FeedError(`the answer is a web page${title === undefined ? '' : ` ("${title}")`}, not data`)
}

function instantOf(value: unknown): number {
  const ms = typeof value === 'string' && /(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? Date.parse(value) : NaN
  return Number.isNaN(ms) ? -Infinity : ms
}
