import { z } from 'zod'
import type { FastifyReply } from 'fastify'
import { EngineQueryError } from '../../core/errors.ts'
import type { Stream } from '../../core/stream/index.ts'
import { senderOf } from '../auth/index.ts'
import { mediaType, readBytes } from '../body.ts'
import { wrongParameters } from '../input.ts'
import { RequestError } from '../problems.ts'
import { callerSignal, route, type Route } from '../route.ts'
import { sqlTables, SqlBody, type RunSql, type SqlAnswer } from '../sql/index.ts'

/** A statement and its parameters, each within its own bound, with room for what JSON escapes. */
const MAX_BYTES = 512 * 1024
const PREFIX = 'param_'

const SqlRows = z.strictObject({
  columns: z.array(
    z.strictObject({ name: z.string(), type: z.string().meta({ description: 'ClickHouse’s own' }) }),
  ),
  rows: z
    .array(z.array(z.unknown()))
    .meta({ description: 'Values in the order of the columns; integers beyond 2^53 are strings' }),
  truncated: z.boolean().meta({ description: 'There were more rows than the limit; these are the first' }),
})

const Tables = z.strictObject({
  items: z.array(z.strictObject({ table: z.string(), says: z.string() })),
})

function tablesRoute(streams: readonly Stream[]): Route {
  return route({
    method: 'GET',
    path: '/v1/sql/tables',
    id: 'sql-tables',
    tag: 'SQL',
    summary: 'The tables and views that SQL may read',
    description: '`DESCRIBE TABLE` tells the columns of one.',
    access: 'read',
    answers: { 200: { description: 'Each with what it holds', content: { 'application/json': Tables } } },
    problems: [],
    handle: async ({ reply }) =>
      reply.header('cache-control', 'private, no-cache').send({ items: sqlTables(streams) }),
  })
}

export function sqlRoutes(run: RunSql, streams: readonly Stream[]): Route[] {
  return [
    tablesRoute(streams),
    route({
      method: 'POST',
      path: '/v1/sql',
      id: 'sql',
      tag: 'SQL',
      summary: 'Ask the lake in SQL',
      description:
        'One read-only statement (SELECT, WITH, SHOW, DESCRIBE, EXISTS, EXPLAIN) over the listed tables and views, within limits of time, rows and memory. ' +
        'Parameters are written {x:Type} in the statement and given as param_x, or in `params` of a JSON body. ' +
        'The header x-truncated tells whether there were more rows than the limit; where memory is short, it comes as a trailer behind the rows. ' +
        'An answer that breaks off has no end: the connection is closed before it. ' +
        'Statements wait in line; one too many is answered 429 with Retry-After.',
      access: 'read',
      query: z.strictObject({
        format: z.enum(['json', 'ndjson', 'csv'], { error: 'wants json, ndjson or csv' }).default('json'),
      }),
      openQuery: PREFIX,
      body: {
        description: 'The statement, as text or with its parameters as JSON',
        required: true,
        content: { 'text/plain': z.string().regex(/\S/), 'application/json': SqlBody },
      },
      answers: {
        200: {
          description: 'The rows',
          content: { 'application/json': SqlRows, 'application/x-ndjson': null, 'text/csv': null },
        },
      },
      problems: [400, 413, 415, 429, 503],
      handle: async ({ query, request, reply }) => {
        const json = isJson(request.headers['content-type'])
        const params = queryParameters(request.query as Record<string, unknown>)
        const read = async () => ({ body: await readBytes(request.raw, MAX_BYTES), json, params })
        return send(
          await run(read, query.format, callerSignal(reply), senderOf(request.raw)).catch(asMistake),
          reply,
        )
      },
    }),
  ]
}

/** Whether rows are missing is told before them where it is known by then, else behind them. */
function send(answer: SqlAnswer, reply: FastifyReply): FastifyReply {
  void reply.header('cache-control', 'private, no-store').type(answer.contentType)
  const truncated = answer.truncated()
  if (truncated !== null) void reply.header('x-truncated', String(truncated))
  else reply.trailer('x-truncated', () => Promise.resolve(String(answer.truncated() ?? true)))
  return reply.send(answer.body)
}

/** What the engine finds wrong here is the caller's statement, not ours. */
function asMistake(error: unknown): never {
  if (!(error instanceof EngineQueryError)) throw error
  throw new RequestError('ART_SQL_MISTAKE', error.message, {
    more: { engineCode: error.engineCode },
    cause: error,
  })
}

function isJson(contentType: string | undefined): boolean {
  const type = mediaType(contentType)
  if (type === 'application/json') return true
  // curl calls every body a form unless told otherwise; this one is meant as text.
  if (['text/plain', 'application/x-www-form-urlencoded', ''].includes(type)) return false
  throw new RequestError(
    'ART_MEDIA_TYPE',
    `${JSON.stringify(type)} is not taken here; send text/plain or application/json.`,
  )
}

function queryParameters(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(query).filter(([name]) => name.startsWith(PREFIX))
  const wrong = given.filter(
    ([name, value]) => typeof value !== 'string' || !/^param_[A-Za-z_]\w{0,63}$/.test(name),
  )
  if (wrong.length > 0) {
    throw wrongParameters(
      wrong.map(([name, value]) => ({
        name,
        value,
        message: 'wants one value, and a name of letters and digits',
      })),
    )
  }
  return Object.fromEntries(given.map(([name, value]) => [name.slice(PREFIX.length), value]))
}
