import type { Readable } from 'node:stream'
import { z } from 'zod'
import { EngineQueryError } from '../../core/errors.ts'
import { mediaType, parseBody, parseJson, readText } from '../body.ts'
import { wrongParameters } from '../input.ts'
import { RequestError } from '../problems.ts'
import { callerSignal, route, type Route } from '../route.ts'
import { formatRows, type Rows } from './sql-formats.ts'

/**
 * Runs one read-only statement over the lake's tables, `params` bound as `{name:Type}`.
 * @throws {AppError} when the statement is refused, wrong, or over its limits
 */
export type RunSql = (
  statement: string,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<Rows>

const MAX_BYTES = 1024 * 1024
const PREFIX = 'param_'

const Scalar = z.union([z.string(), z.number(), z.boolean()])
const PARAM_WORDS = 'wants a text, a number, true or false, or a list of them'

const SqlBody = z.strictObject({
  sql: z.string().regex(/\S/).meta({ description: 'One statement' }),
  params: z
    .record(
      z.string().regex(/^[A-Za-z_]\w{0,63}$/),
      z.union([Scalar, z.array(Scalar)], { error: PARAM_WORDS }),
    )
    .default({})
    .meta({ description: 'Values of {name:Type} in the statement' }),
})

const SqlRows = z.strictObject({
  columns: z.array(
    z.strictObject({ name: z.string(), type: z.string().meta({ description: 'ClickHouse’s own' }) }),
  ),
  rows: z
    .array(z.array(z.unknown()))
    .meta({ description: 'Values in the order of the columns; integers beyond 2^53 are strings' }),
  truncated: z.boolean().meta({ description: 'There were more rows than the limit; these are the first' }),
})

export function sqlRoutes(run: RunSql): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/sql',
      id: 'sql',
      tag: 'SQL',
      summary: 'Ask the lake in SQL',
      description:
        'One read-only statement (SELECT, WITH, SHOW, DESCRIBE, EXISTS, EXPLAIN) over the listed tables and views, within limits of time, rows and memory. ' +
        'Parameters are written {x:Type} in the statement and given as param_x, or in `params` of a JSON body. ' +
        'NDJSON and CSV tell in the header x-truncated whether there were more rows than the limit.',
      access: 'read',
      readsLake: 'fresh',
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
      problems: [400, 413, 415, 503],
      handle: async ({ query, request, reply }) => {
        const { sql, params } = await readStatement(request.headers['content-type'], request.raw)
        const bound = { ...params, ...queryParameters(request.query as Record<string, unknown>) }
        const rows = await run(sql, bound, callerSignal(reply)).catch(asMistake)
        const { contentType, body } = formatRows(rows, query.format)
        return reply
          .headers({ 'cache-control': 'private, no-store', 'x-truncated': String(rows.truncated) })
          .type(contentType)
          .send(body)
      },
    }),
  ]
}

/** What the engine finds wrong here is the caller's statement, not ours. */
function asMistake(error: unknown): never {
  if (!(error instanceof EngineQueryError)) throw error
  throw new RequestError('ART_SQL_MISTAKE', error.message, {
    more: { engineCode: error.engineCode },
    cause: error,
  })
}

async function readStatement(
  contentType: string | undefined,
  body: Readable,
): Promise<{ sql: string; params: Readonly<Record<string, unknown>> }> {
  const type = mediaType(contentType)
  // curl calls every body a form unless told otherwise; this one is meant as text.
  if (
    type !== 'application/json' &&
    !['text/plain', 'application/x-www-form-urlencoded', ''].includes(type)
  ) {
    throw new RequestError(
      'ART_MEDIA_TYPE',
      `${JSON.stringify(type)} is not taken here; send text/plain or application/json.`,
    )
  }
  const text = await readText(body, MAX_BYTES)
  if (type === 'application/json') return parseBody(SqlBody, parseJson(text))
  if (text.trim() === '') throw new RequestError('ART_BODY', 'The body is empty; send one statement.')
  return { sql: text, params: {} }
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
