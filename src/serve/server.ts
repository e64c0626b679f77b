import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { LakeReader, OutcomeReader } from '../lake/read/index.ts'
import { alertRoutes, incidentFeedRoutes, type AlertList, type IncidentFeeds } from './alerts/index.ts'
import { guard, securityHeaders, type Security } from './auth/index.ts'
import { calendarRoutes } from './calendars/index.ts'
import { cameraRoutes, CameraSilentError, type Snapshots } from './cameras/index.ts'
import type { Status } from './contract/index.ts'
import { breakOff, discardRest, isBrokenOff } from './body.ts'
import { closeWhenIdle, ControlDoors } from './control.ts'
import type { Live } from './live/index.ts'
import { incidentRecordRoutes, type IncidentRecordDeps } from './incident-record/index.ts'
import { recordOutcomeRoutes, type RecordOutcomeDeps } from './incident-record/outcome.ts'
import { requestLog, type LogOptions } from './logging/index.ts'
import { serverMetrics } from './metrics.ts'
import { problemOf, RequestError } from './problems.ts'
import { referenceRoutes } from './reference/index.ts'
import { routerPath, type Route } from './route.ts'
import { feedRoutes, type FeedList } from './routes/feeds.ts'
import { adminRoutes, type Admin } from './routes/admin.ts'
import { jobRoutes, type JobList } from './routes/jobs.ts'
import { listRoutes } from './routes/lists.ts'
import { outcomeRoutes, reachedBy } from './routes/outcome.ts'
import { lossRoutes, type LossList } from './routes/losses.ts'
import { readingRoutes, type Door } from './routes/readings.ts'
import { registerRoutes, type Register } from './routes/sensor-register.ts'
import { sqlRoutes } from './routes/sql.ts'
import { stateRoutes } from './routes/state.ts'
import type { RunSql } from './sql/index.ts'
import { servePage } from './static.ts'
import { streamRoutes, type StreamDeps } from './streams/index.ts'
import { workZoneFeedRoutes } from './workzones/index.ts'

/** All the server needs of the rest; app/ passes the real things, a test passes object literals. */
export interface ServerDeps extends Door, StreamDeps, Live, FeedList, RecordOutcomeDeps, IncidentRecordDeps {
  readonly lake: LakeReader
  /** Whose feeds go out, and by whose clock. */
  readonly city: { readonly name: string; readonly timeZone: string }
  readonly outcomes: OutcomeReader
  readonly status: () => Promise<Status> | Status
  /** Resolves when what had arrived can be read, or after a second. */
  readonly fresh: () => Promise<void>
  /** Where the loader's time went since the start, ms by stage. */
  readonly loaderStagesMs: () => Readonly<Record<string, number>>
  readonly sql: RunSql
  readonly admin: Admin
  readonly register: Register
  /** Pictures of the cameras in the register. */
  readonly snapshots: Snapshots
  readonly losses: LossList
  readonly jobs: JobList
  readonly alerts: AlertList
  readonly incidentFeeds: IncidentFeeds
  readonly security: Security
  /** The built page; null where there is none. */
  readonly pageDir: string | null
  readonly version: string
  /** Where requests and mistakes are logged; unset is silent. */
  readonly log?: LogOptions
}

/** A connection on which nothing moves for so long is dropped; an upload or a stream that moves may take as long as it likes. */
const IDLE_MS = 120_000
/** Room for some hundred repeated filters. */
const MAX_HEADER_BYTES = 64 * 1024

/** Builds the HTTP server; the caller listens. @throws {ConfigError} when it would be open to the network without tokens */
export function buildServer(deps: ServerDeps): FastifyInstance {
  const app = Fastify({
    ...requestLog(deps.log),
    connectionTimeout: IDLE_MS,
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    routerOptions: { maxParamLength: 2_048 },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply)
    },
    clientErrorHandler: refuseUnreadable,
  })
  const doors = new ControlDoors()
  app.decorate('controlDoors', doors)
  takeBodiesAsStreams(app)

  const headers = securityHeaders(deps.security.tileStyle ?? null)
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers)
    done()
  })
  guard(app, deps.security, request => doors.isControl(request.raw))
  const closing = new AbortController()
  refuseWhenClosing(app, closing.signal)
  app.addHook('preClose', async () => {
    closing.abort()
    if (app.server.listening) closeWhenIdle(app.server)
    deps.live.stop()
    deps.topics.stop()
    await doors.close()
  })

  const routes = routeTable(app, deps, closing.signal)
  for (const route of routes) register(app, route, deps.fresh)
  const page = servePage(app, deps.pageDir)
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(routes, request.url)
    if (allowed.length > 0) throw wrongMethod(request, allowed)
    return page(request, reply) ?? sendProblem(notFound(request), request, reply)
  })
  return app
}

function routeTable(app: FastifyInstance, deps: ServerDeps, closing: AbortSignal): readonly Route[] {
  const metrics = serverMetrics(app, {
    status: deps.status,
    quarantineReasons: () => deps.lake.quarantineReasons({}, AbortSignal.timeout(2_000)),
    liveClients: () => deps.live.clients + deps.topics.clients,
    loaderStagesMs: deps.loaderStagesMs,
    version: deps.version,
  })
  const routes = [
    ...readingRoutes(deps),
    ...outcomeRoutes(deps.outcomes, reachedBy(deps.status)),
    ...listRoutes(deps.lake, deps.streams),
    ...streamRoutes(deps, deps),
    ...recordOutcomeRoutes(deps, reachedBy(deps.status)),
    ...incidentRecordRoutes(deps),
    ...calendarRoutes(deps),
    ...workZoneFeedRoutes(deps),
    ...registerRoutes(deps.register, deps),
    ...cameraRoutes(deps.snapshots),
    ...stateRoutes({ ...deps, metrics }),
    ...feedRoutes(deps),
    ...jobRoutes(deps.jobs),
    ...lossRoutes(deps.losses),
    ...alertRoutes(deps.alerts),
    ...incidentFeedRoutes(deps.incidentFeeds, deps.city),
    ...sqlRoutes(deps.sql, deps.streams),
    ...adminRoutes(deps.admin, closing, error => app.log.error(error)),
  ]
  return [...routes, ...referenceRoutes(routes, deps.version)]
}

function register(
  app: FastifyInstance,
  { method, path, access, readsLake = 'no', handle }: Route,
  fresh: ServerDeps['fresh'],
): void {
  const preHandler = async () => {
    const ready = fresh()
    if (readsLake === 'fresh') await ready
  }
  const hooks = readsLake === 'no' ? {} : { preHandler }
  app.route({ method, url: routerPath(path), config: { access }, ...hooks, handler: handle })
}

/** A connection that stays open for the next request would keep the server from closing. */
function refuseWhenClosing(app: FastifyInstance, closing: AbortSignal): void {
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
function methodsOf(routes: readonly Route[], url: string): string[] {
  const parts = pathOf(url).split('/')
  const fits = ({ path }: Route) => {
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
