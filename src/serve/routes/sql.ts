import type { Readable } from 'node:stream'
import { z } from 'zod'
import { mediaType, parseBody, parseJson, readText } from '../body.ts'
import { wrongParameters } from '../input.ts'
import { RequestError } from '../problems.ts'
import { callerSignal, route, type Route } from '../route.ts'

export const SqlFormat = z.enum(['json', 'ndjson', 'csv', 'parquet'], {
  error: 'wants json, ndjson, csv or parquet',
})
export type SqlFormat = z.infer<typeof SqlFormat>

export interface SqlAnswer {
  readonly contentType: string
  readonly body: Readable | string
}

/**
 * Runs one read-only statement over the lake's tables. `params` are bound as `{name:Type}`.
 * @throws {AppError} with `status` 400 when the statement is refused or wrong
 */
export type RunSql = (
  statement: string,
  params: Readonly<Record<string, string>>,
  format: SqlFormat,
  signal: AbortSignal,
) => Promise<SqlAnswer>

const MAX_BYTES = 1024 * 1024
const PREFIX = 'param_'

const SqlBody = z.strictObject({
  sql: z.string().min(1).meta({ description: 'One statement' }),
  params: z
    .record(z.string().regex(/^\w{1,64}$/), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .meta({ description: 'Values of {name:Type} in the statement' }),
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
        'Parameters are written {x:Type} in the statement and given as param_x, or in `params` of a JSON body.',
      access: 'read',
      query: z.strictObject({ format: SqlFormat.default('json') }),
      openQuery: PREFIX,
      body: {
        description: 'The statement, as text or with its parameters as JSON',
        required: true,
        content: { 'text/plain': null, 'application/json': SqlBody },
      },
      answers: {
        200: {
          description: 'The rows',
          content: {
            'application/json': null,
            'application/x-ndjson': null,
            'text/csv': null,
            'application/vnd.apache.parquet': null,
          },
        },
      },
      problems: [400, 413, 415, 503],
      handle: async ({ query, request, reply }) => {
        const { sql, params } = await readStatement(request.headers['content-type'], request.raw)
        const bound = { ...params, ...queryParameters(request.query as Record<string, unknown>) }
        const answer = await run(sql, bound, query.format, callerSignal(reply))
        return reply.type(answer.contentType).header('cache-control', 'private, no-store').send(answer.body)
      },
    }),
  ]
}

async function readStatement(
  contentType: string | undefined,
  body: Readable,
): Promise<{ sql: string; params: Record<string, string> }> {
  const type = mediaType(contentType)
  if (type !== 'application/json' && type !== 'text/plain' && type !== '') {
    throw new RequestError(
      'ART_MEDIA_TYPE',
      `${JSON.stringify(type)} is not taken here; send text/plain or application/json.`,
    )
  }
  const text = await readText(body, MAX_BYTES)
  if (type === 'application/json') {
    const { sql, params } = parseBody(SqlBody, parseJson(text))
    return {
      sql,
      params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
    }
  }
  if (text.trim() === '') throw new RequestError('ART_BODY', 'The body is empty; send one statement.')
  return { sql: text, params: {} }
}

function queryParameters(query: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(query).filter(([name]) => name.startsWith(PREFIX))
  const wrong = given.filter(([name, value]) => typeof value !== 'string' || !/^param_\w{1,64}$/.test(name))
  if (wrong.length > 0) {
    throw wrongParameters(
      wrong.map(([name, value]) => ({
        name,
        value,
        message: 'wants one value, and a name of letters and digits',
      })),
    )
  }
  return Object.fromEntries(given.map(([name, value]) => [name.slice(PREFIX.length), String(value)]))
}
