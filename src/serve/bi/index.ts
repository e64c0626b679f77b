import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { isOwnHost, recognise, senderOf, type AccessToken } from '../auth/index.ts'
import { closeWhenIdle } from '../control.ts'
import type { LogOptions } from '../logging/index.ts'
import { callerSignal } from '../route.ts'
import type { RequestTimes } from '../request-times.ts'
import { httpShell } from '../shell/index.ts'
import type { RunSql } from '../sql/index.ts'
import type { SqlLimits } from '../sql/meaning.ts'
import { BiError, exceptionOf } from './exceptions.ts'
import { packed } from './packing.ts'
import { summaryOf } from './summary.ts'
import { questionOf } from './question.ts'

export interface BiDeps {
  readonly run: RunSql
  /** Without any, whoever reaches it may read: it listens on loopback then. */
  readonly tokens: readonly AccessToken[]
  /** Names by which it is called beside its own address. */
  readonly ownNames: readonly string[]
  readonly limitsOf: (tokenName: string | null) => SqlLimits
  /** Of the engine, as tools want to know it. */
  readonly version: string
  /** PEM; null: in clear. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly log?: LogOptions | undefined
  /** Counts the requests. */
  readonly requests?: RequestTimes
}

/** Of every answer, so that a browser makes nothing of it. */
const HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' } as const

/**
 * Builds the server for BI tools: it speaks as ClickHouse does over HTTP, reads only, and every statement goes through the guard
 * of users' SQL.
 */
export function buildBiServer(deps: BiDeps): FastifyInstance {
  const app = httpShell({ headers: HEADERS, log: deps.log, tls: deps.tls })
  deps.requests?.observe(app, 'bi')
  for (const path of ['/ping', '/replicas_status'])
    app.get(path, async (_request, reply) => reply.type('text/plain').send('Ok.\n'))
  app.get('/', async (request, reply) => {
    // A probe without a question.
    if (Object.keys(request.query as object).length === 0) return reply.type('text/plain').send('Ok.\n')
    return answer(deps, request, reply)
  })
  app.post('/', async (request, reply) => answer(deps, request, reply))
  app.addHook('preClose', (done: () => void) => {
    if (app.server.listening) closeWhenIdle(app.server)
    done()
  })
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type('text/plain; charset=UTF-8')
      .send(`There is no ${request.method} ${request.url.split('?', 1)[0] ?? ''} here; statements go to /\n`),
  )
  return app
}

async function answer(deps: BiDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  try {
    const user = entered(deps, request)
    const question = await questionOf(request, { version: deps.version, user: user ?? 'default' })
    const { format } = question
    const caller = user === null ? senderOf(request.raw) : `token ${user}`
    const read = () => Promise.resolve(question.request)
    const rows = await deps.run(read, format, callerSignal(reply), caller, deps.limitsOf(user))
    const { packing } = question
    return await reply
      .headers({
        ...about(question.queryId),
        ...(OF_CLICKHOUSE.has(packing) ? {} : { 'content-encoding': packing, vary: 'accept-encoding' }),
        'x-clickhouse-format': format.engine,
        'x-clickhouse-summary': await summaryOf(rows.body, format.engine),
      })
      .type(rows.contentType)
      .send(packed(rows.body, packing))
  } catch (error) {
    const { code, status, message, headers } = exceptionOf(error)
    if (status >= 500 && !(error instanceof AppError)) request.log.error({ err: error }, 'bi')
    return reply
      .code(status)
      .headers({ ...about(null), ...headers, 'x-clickhouse-exception-code': String(code) })
      .type('text/plain; charset=UTF-8')
      .send(message)
  }
}

/** What HTTP knows nothing of. */
const OF_CLICKHOUSE: ReadonlySet<string> = new Set(['none', 'blocks'])

const about = (queryId: string | null) => ({
  'x-clickhouse-query-id': queryId !== null && /^[\w-]{1,64}$/.test(queryId) ? queryId : randomUUID(),
  'x-clickhouse-timezone': 'UTC',
  'x-clickhouse-server-display-name': 'arterial',
})

/** Who asks. @returns the name of the token; null where there are none */
function entered({ tokens, ownNames }: BiDeps, request: FastifyRequest): string | null {
  const { host, origin } = request.headers
  if (!isOwnHost(host, ownNames))
    throw new BiError(
      497,
      `This server is not known as ${JSON.stringify(host ?? '')}; add the name to server.allowedHosts`,
    )
  if (origin !== undefined) throw new BiError(497, 'The page of a site may not ask here; a program may')
  if (tokens.length === 0) return null
  const identity = recognise(credentialOf(request), tokens, '')
  if (identity === null)
    throw new BiError(
      516,
      'Authentication failed: the password is an access token of server.tokens, the user any name',
    )
  if (!identity.covers('read')) throw new BiError(497, `The token "${identity.name}" does not cover "read"`)
  return identity.name
}

/** In a header of HTTP, in those of ClickHouse, or in the address. */
function credentialOf({ headers, query }: FastifyRequest): string | undefined {
  if (headers.authorization !== undefined) return headers.authorization
  const key = headers['x-clickhouse-key'] ?? (query as Record<string, unknown>)['password']
  return typeof key === 'string' && /^\S+$/.test(key) ? `Bearer ${key}` : undefined
}
