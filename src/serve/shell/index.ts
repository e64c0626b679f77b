import type { Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { FastifyHttpsOptions, FastifyServerOptions } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { CameraSilentError } from '../cameras/index.ts'
import { breakOff, discardRest, isBrokenOff } from '../body.ts'
import { requestLog, type LogOptions } from '../logging/index.ts'
import { problemOf, RequestError } from '../problems.ts'
import type { Route } from '../route.ts'

export interface ShellOptions {
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Where requests and mistakes are logged; unset is silent. */
  readonly log?: LogOptions | undefined
  /** Whose word counts on who calls. @default nobody's */
  readonly trustProxy?: Exclude<FastifyServerOptions['trustProxy'], undefined>
  /** Certificate and key in PEM. @default in clear */
  readonly tls?: { readonly cert: string; readonly key: string } | null
}

/** A connection on which nothing moves for so long is dropped; an upload or a stream that moves may take as long as it likes. */
const IDLE_MS = 120_000
/** Room for some hundred repeated filters. */
const MAX_HEADER_BYTES = 64 * 1024

/** A server without a path yet: how it treats connections, bodies and mistakes, whatever it serves. */
export function httpShell({ headers, log, trustProxy = false, tls = null }: ShellOptions): FastifyInstance {
  const options: FastifyServerOptions = {
    ...requestLog(log),
    trustProxy,
    connectionTimeout: IDLE_MS,
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2_048 },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply)
    },
    clientErrorHandler: refuseUnreadable,
  }
  const app = (tls === null
    ? Fastify({ ...options, http: { maxHeaderSize: MAX_HEADER_BYTES } })
    : Fastify({
        ...options,
        https: { ...tls, maxHeaderSize: MAX_HEADER_BYTES },
      } as unknown as FastifyHttpsOptions<SecureServer>)) as unknown as FastifyInstance
  takeBodiesAsStreams(app)
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers)
    done()
  })
  app.setErrorHandler(sendProblem)
  return app
}

/**
 * What is in no table is answered in words: a path that takes another method says which, any other that it is not there.
 * @param page answers what a browser opens; null where it does not
 */
export function answerTheRest(
  app: FastifyInstance,
  routes: readonly Pick<Route, 'method' | 'path'>[],
  page: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null,
): void {
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(routes, request.url)
    if (allowed.length > 0) throw wrongMethod(request, allowed)
    return page(request, reply) ?? sendProblem(notFound(request), request, reply)
  })
}

/** A connection that stays open for the next request would keep the server from closing. */
export function refuseWhenClosing(app: FastifyInstance, closing: AbortSignal): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    done(closing.aborted ? new RequestError('ART_NOT_READY', 'The server is shutting down.') : undefined)
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (closing.aborted) void reply.header('connection', 'close')
    done(null, payload)
  })
}

/** Every path reads its own body, within its own bound. */
function takeBodiesAsStreams(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, body, done) => done(null, body))
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (isBrokenOff(request.raw)) void reply.header('connection', 'close')
    done()
  })
}

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem, headers } = problemOf(error)
  discardRest(request.raw)
  if (isGone(reply) && followsLeaving(error))
    request.log.debug({ path: pathOf(request.url) }, 'the caller went away')
  // What is told elsewhere, once, when it begins.
  else if (error instanceof CameraSilentError) request.log.debug({ path: pathOf(request.url) }, error.message)
  // Every sender is told while it lasts; where it comes from in the program helps nobody.
  else if (problem.status === 503)
    request.log.warn({ path: pathOf(request.url) }, `${problem.code}: ${problem.detail}`)
  else if (problem.status >= 500) request.log.error({ err: error, path: pathOf(request.url) }, problem.code)
  return reply
    .code(problem.status)
    .headers({ ...headers, 'cache-control': 'no-store' })
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem))
}

/** The connection ended before the answer did. */
function isGone({ raw }: FastifyReply): boolean {
  return raw.destroyed && !raw.writableFinished
}

/** What ends when its caller goes away is no mistake; any other error is one, whoever is there to be told. */
function followsLeaving(error: unknown): boolean {
  if (error instanceof AppError) return true
  if (!(error instanceof Error)) return false
  const { name, code } = error as NodeJS.ErrnoException
  return name === 'AbortError' || BROKEN.includes(code ?? '')
}

const BROKEN = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR']

function notFound({ method, url }: FastifyRequest): RequestError {
  return new RequestError(
    'ART_NOT_FOUND',
    `${method} ${pathOf(url)}: there is no such path; /docs lists them.`,
  )
}

function wrongMethod({ method, url }: FastifyRequest, allowed: readonly string[]): RequestError {
  const allow = allowed.join(', ')
  return new RequestError('ART_METHOD', `${pathOf(url)} does not take ${method}, but ${allow}.`, {
    headers: { allow },
  })
}

/** Methods the table has for a path; none where it does not know the path. */
function methodsOf(routes: readonly Pick<Route, 'method' | 'path'>[], url: string): string[] {
  const parts = pathOf(url).split('/')
  const fits = ({ path }: Pick<Route, 'path'>) => {
    const pattern = path.split('/')
    return (
      pattern.length === parts.length && pattern.every((part, i) => part.startsWith('{') || part === parts[i])
    )
  }
  const methods = routes.filter(fits).map(({ method }) => method)
  return methods.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

const pathOf = (url: string) => url.split('?', 1)[0] ?? ''

/** What is not HTTP gets the plainest of answers; the socket is of no further use. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  if (breakOff(socket, error)) return
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const { problem } = problemOf(
    new RequestError(
      'ART_REQUEST',
      `The request is not HTTP this server understands (${error.code ?? error.message}).`,
    ),
  )
  const body = JSON.stringify({ ...problem, status: Number(status.slice(0, 3)) })
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
