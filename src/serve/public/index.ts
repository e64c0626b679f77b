import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { incidentFeedRoutes, type IncidentFeeds } from '../alerts/index.ts'
import { isKnownTag } from '../answers.ts'
import { networkOf, securityHeaders } from '../auth/index.ts'
import type { City } from '../contract/index.ts'
import { closeWhenIdle } from '../control.ts'
import { incidentRecordRoutes, type IncidentRecordDeps } from '../incident-record/index.ts'
import type { LogOptions } from '../logging/index.ts'
import { RequestError } from '../problems.ts'
import { referenceRoutes } from '../reference/index.ts'
import type { RequestTimes } from '../request-times.ts'
import { routerPath, type Route } from '../route.ts'
import { answerTheRest, httpShell, refuseWhenClosing } from '../shell/index.ts'
import { AnswerCache, type Answer } from './answer-cache.ts'
import { PAGE_PATHS, servePublicPage } from './page.ts'
import { RateLimit } from './rate-limit.ts'

export interface PublicDeps extends IncidentRecordDeps {
  readonly incidentFeeds: IncidentFeeds
  readonly city: City
  /** The built page; null where there is none. */
  readonly pageDir: string | null
  readonly requestsPerMinute: number
  readonly cacheS: number
  readonly cacheBytes: number
  /** Addresses and networks whose X-Forwarded-For counts. */
  readonly trustedProxies: readonly string[]
  /** Connections at a time; whoever asks nothing takes one all the same. @default 1_000 */
  readonly mostConnections?: number
  /** Monotonic, ms. */
  readonly now: () => number
  readonly version: string
  /** Counts the requests, those of the cache's own server left out. */
  readonly requests?: RequestTimes
  readonly log?: LogOptions
}

/** Each is an open file of the process, of which the log and the lake need theirs. */
const MOST_CONNECTIONS = 1_000
/** A longer question is no link of the page. */
const MAX_QUERY_CHARS = 4_000

/**
 * Builds the server of the public address: the page's reading of the incident record, the routes that are marked for it and their
 * reference, without tokens, from a cache; whatever else there is in the table stands at the other address alone.
 */
export function buildPublicServer(deps: PublicDeps): FastifyInstance {
  const app = httpShell({
    headers: securityHeaders(deps.city.tileStyle),
    log: deps.log,
    trustProxy: deps.trustedProxies.length > 0 && [...deps.trustedProxies],
  })
  app.server.maxConnections = deps.mostConnections ?? MOST_CONNECTIONS
  deps.requests?.observe(app, 'public')
  limit(app, deps)
  const closing = new AbortController()
  refuseWhenClosing(app, closing.signal)
  const routes = publicRoutes(deps)
  const inner = innerServer(routes, deps.log)
  app.addHook('preClose', async () => {
    closing.abort()
    if (app.server.listening) closeWhenIdle(app.server)
    await inner.close()
  })
  serveCached(app, routes, inner, deps)
  servePublicPage(app, deps)
  const pages = PAGE_PATHS.map(path => ({ method: 'GET', path }) as const)
  answerTheRest(app, [...routes, ...pages], () => null)
  return app
}

function publicRoutes(deps: PublicDeps): Route[] {
  const all = [...incidentRecordRoutes(deps), ...incidentFeedRoutes(deps.incidentFeeds, deps.city)]
  const routes = all
    .filter(({ isPublic }) => isPublic === true)
    .map(route => ({ ...route, access: 'open' as const }))
  // What problem documents link to.
  return [...routes, ...referenceRoutes(routes, deps.version, { access: 'open', namedSchemas: 'used' })]
}

/** Nobody asks without end; what is refused costs nothing. */
function limit(app: FastifyInstance, { requestsPerMinute, now }: PublicDeps): void {
  const rate = new RateLimit(requestsPerMinute, now)
  app.addHook('onRequest', (request, _reply, done) => {
    const waitS = rate.take(networkOf(request.ip))
    done(
      waitS === 0
        ? undefined
        : new RequestError(
            'ART_RATE',
            `This address asked more than ${requestsPerMinute} times a minute; ask again in ${waitS} s.`,
            {
              headers: { 'retry-after': String(waitS) },
            },
          ),
    )
  })
}

/** Answers for the cache are made by a server of their own, which no caller reaches: none of them can break one off that others wait for. */
function innerServer(routes: readonly Route[], log: LogOptions | undefined): FastifyInstance {
  const app = httpShell({ headers: {}, log })
  for (const { method, path, handle } of routes) app.route({ method, url: routerPath(path), handler: handle })
  answerTheRest(app, routes, () => null)
  return app
}

function serveCached(
  app: FastifyInstance,
  routes: readonly Route[],
  inner: FastifyInstance,
  { cacheBytes, cacheS, now }: PublicDeps,
): void {
  const cache = new AnswerCache({ maxBytes: cacheBytes, keepMs: cacheS * 1000, now })
  for (const { method, path } of routes)
    app.route({
      method,
      url: routerPath(path),
      handler: async (request, reply) => {
        const url = canonicalUrl(path, request)
        const { status, type, body, tag, lasts, retryAfter } = await cache.get(url, () => made(inner, url))
        if (retryAfter !== null) void reply.header('retry-after', retryAfter)
        void reply.code(status).type(type)
        if (status !== 200 || !lasts) return reply.header('cache-control', 'no-store').send(body)
        return tagged(request, reply.header('cache-control', `public, max-age=${cacheS}`), tag, body)
      },
    })
}

function tagged(request: FastifyRequest, reply: FastifyReply, tag: string, body: Buffer): FastifyReply {
  void reply.header('etag', tag)
  return isKnownTag(request.headers['if-none-match'], tag) ? reply.code(304).send() : reply.send(body)
}

/** The same for every way to write the same question. @throws {RequestError} when it is too long to be one */
function canonicalUrl(path: string, request: FastifyRequest): string {
  const [, query = ''] = request.url.split('?', 2)
  if (query.length > MAX_QUERY_CHARS)
    throw new RequestError('ART_PARAMETER', `The query has more than ${MAX_QUERY_CHARS} characters.`)
  const params = request.params as Readonly<Record<string, string>>
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const pairs = new Set(
    [...new URLSearchParams(query)].map(([name, value]) => String(new URLSearchParams([[name, value]]))),
  )
  return pairs.size === 0 ? filled : `${filled}?${[...pairs].sort().join('&')}`
}

async function made(inner: FastifyInstance, url: string): Promise<Answer> {
  const { statusCode, headers, rawPayload } = await inner.inject({ method: 'GET', url })
  const type = headers['content-type']
  const after = headers['retry-after']
  return {
    status: statusCode,
    type: typeof type === 'string' ? type : 'application/octet-stream',
    body: rawPayload,
    lasts: headers['cache-control'] !== 'no-store',
    retryAfter: typeof after === 'string' ? after : null,
  }
}
