import { STATUS_CODES } from 'node:http'
import { AppError } from '../core/errors.ts'
import { printableLines } from '../core/text/printable.ts'
import type { ProblemDocument } from './contract/page.ts'

/**
 * Every code the API answers with, its status and what it means; the reference page lists them. An AppError that has
 * its own `status` (those of the readings door and of the SQL guard) goes by that, so that a new one needs no line here.
 */
export const problemKinds = {
  ART_PARAMETER: { status: 400, title: 'A parameter is wrong or unknown' },
  ART_BODY: { status: 400, title: 'The body is not what this path takes' },
  ART_REQUEST: { status: 400, title: 'The request cannot be understood' },
  ART_USAGE: { status: 400, title: 'The request asks for something that cannot be done' },
  ART_BODY_EMPTY: { status: 400, title: 'The body has no record' },
  ART_BODY_BROKEN: { status: 400, title: 'The body cannot be unpacked or cut into lines' },
  ART_BODY_ABORTED: { status: 400, title: 'The body broke off' },
  ART_SQL_MISTAKE: { status: 400, title: 'The statement has a mistake' },
  ART_SQL_REFUSED: { status: 400, title: 'The statement may not run here' },
  ART_SQL_LIMIT: { status: 400, title: 'The statement went over its limits' },
  ART_BODY_SLOW: { status: 408, title: 'The body brought nothing for too long' },
  ART_UNAUTHORIZED: { status: 401, title: 'An access token is needed' },
  ART_FORBIDDEN: { status: 403, title: 'The access token does not cover this' },
  ART_CROSS_SITE: { status: 403, title: 'Another site may not do this from its page' },
  ART_CAMERA_HIDDEN: { status: 403, title: 'The picture of the camera is not shown' },
  ART_NOT_FOUND: { status: 404, title: 'There is nothing here' },
  ART_METHOD: { status: 405, title: 'The path does not take this method' },
  ART_SIMULATED: { status: 409, title: 'The running city is simulated' },
  ART_FOLLOWS: { status: 409, title: 'The server is a copy of another one' },
  ART_JOB_RUNS: { status: 409, title: 'The job runs already' },
  ART_JOB_IDLE: { status: 409, title: 'The job does not run' },
  ART_OLD_VERSION: { status: 409, title: 'There is a newer version already' },
  ART_CHANGED: { status: 412, title: 'It is another version than the caller knows' },
  ART_BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  ART_BODY_RATIO: { status: 413, title: 'The body unpacks to more than records could' },
  ART_MEDIA_TYPE: { status: 415, title: 'The media type is not taken here' },
  ART_CONTENT_ENCODING: { status: 415, title: 'The content encoding is not taken here' },
  ART_HOST: { status: 421, title: 'The server is not known by this host name' },
  ART_CSV_HEADER: { status: 422, title: 'The CSV header lacks what a record needs' },
  ART_RULE: { status: 422, title: 'A rule of the stream refused the record' },
  ART_BACKLOG: { status: 429, title: 'The lake is too far behind to take more' },
  ART_REFUSED_LINES: { status: 429, title: 'Too many lines of this sender were refused' },
  ART_DOOR_BUSY: { status: 429, title: 'Too many bodies are on their way at once' },
  ART_INTERNAL: { status: 500, title: 'The server made a mistake' },
  ART_ENGINE_QUERY: { status: 500, title: 'The engine refused a statement of ours' },
  ART_CAMERA_SILENT: { status: 502, title: 'The camera gives no picture now' },
  ART_CAMERAS_BUSY: { status: 503, title: 'Too many cameras are being asked at once' },
  ART_ENGINE_UNAVAILABLE: { status: 503, title: 'The engine is away; it comes back by itself' },
  ART_LOG_APPEND: { status: 503, title: 'The log could not make the lines durable' },
  ART_BROKERS_AWAY: { status: 503, title: 'The brokers can’t be reached' },
  ART_RATE: { status: 429, title: 'Too many requests of this address' },
  ART_PUBLIC_BUSY: { status: 503, title: 'Too many questions wait at the public address' },
  ART_SQL_BUSY: { status: 429, title: 'Too many statements wait already' },
  ART_JOB_UNWRITTEN: { status: 503, title: 'What was said of a job could not be written down' },
  ART_DISK_FULL: { status: 503, title: 'The disk is full' },
  ART_DISK_NEARLY_FULL: { status: 503, title: 'The disk is nearly full' },
  ART_NOT_READY: { status: 503, title: 'The server is not ready yet' },
  ART_LIVE_FULL: { status: 503, title: 'Too many live connections' },
} as const satisfies Record<string, { status: number; title: string }>
export type ProblemCode = keyof typeof problemKinds

/** A request that cannot be served, in words the caller can act on. `more` joins the problem document. */
export class RequestError extends AppError {
  readonly code: ProblemCode
  readonly more: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: ProblemCode,
    detail: string,
    options: {
      more?: Readonly<Record<string, unknown>>
      headers?: Readonly<Record<string, string>>
      cause?: unknown
    } = {},
  ) {
    super(detail, { cause: options.cause })
    this.code = code
    this.more = options.more ?? {}
    this.headers = options.headers ?? {}
  }
}

export interface Answer {
  readonly problem: ProblemDocument
  readonly headers: Readonly<Record<string, string>>
}

/** What a caller is told of an error. A bug tells nothing but that it was one: no stack, no secret, no statement. */
export function problemOf(error: unknown): Answer {
  if (error instanceof AppError) return answer(error, statusOf(error))
  const status = foreignStatus(error)
  if (status === null) {
    return document(
      'ART_INTERNAL',
      500,
      'The server made a mistake; its log says more. Try again, or report it.',
    )
  }
  return document(codeForStatus(status), status, error instanceof Error ? error.message : String(error))
}

function answer(error: AppError, status: number): Answer {
  if (status === 500) {
    return document(
      error.code,
      status,
      'The server made a mistake; its log says more. Try again, or report it.',
    )
  }
  const own = error instanceof RequestError ? error : { more: {}, headers: {} }
  const durable = numberOf(error, 'durable')
  const retryAfterS = numberOf(error, 'retryAfterS') ?? (error.retryable ? 2 : null)
  return document(
    error.code,
    status,
    error.message,
    { ...(durable === null ? {} : { durable }), ...own.more },
    { ...(retryAfterS === null ? {} : { 'retry-after': String(Math.ceil(retryAfterS)) }), ...own.headers },
  )
}

function document(
  code: string,
  status: number,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const kind = code in problemKinds ? problemKinds[code as ProblemCode] : null
  const title = kind?.title ?? STATUS_CODES[status] ?? 'Problem'
  return {
    problem: { type: `/docs#${code}`, title, status, detail: printableLines(detail), code, ...more },
    headers,
  }
}

function statusOf(error: AppError): number {
  const own = numberOf(error, 'status')
  if (own !== null && own >= 400 && own <= 599) return own
  return error.code in problemKinds ? problemKinds[error.code as ProblemCode].status : 500
}

/** Status of an error that Fastify or a plugin of it raised because of the request; null for a bug. */
function foreignStatus(error: unknown): number | null {
  const status = numberOf(error, 'statusCode')
  return status !== null && status >= 400 && status < 500 ? status : null
}

function codeForStatus(status: number): ProblemCode {
  const known = {
    403: 'ART_FORBIDDEN',
    404: 'ART_NOT_FOUND',
    413: 'ART_BODY_TOO_LARGE',
    415: 'ART_MEDIA_TYPE',
  } as const
  return status in known ? known[status as keyof typeof known] : 'ART_REQUEST'
}

function numberOf(error: unknown, key: string): number | null {
  if (typeof error !== 'object' || error === null) return null
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
