import { z } from 'zod'
import { lists, type LakeReader, type ListName, type ListQuery } from '../../lake/read/index.ts'
import { REASONS } from '../../lake/load/scan/index.ts'
import { answerTagged } from '../answers.ts'
import { page } from '../contract/index.ts'
import { wrongParameters } from '../input.ts'
import { decodeCursor, encodeCursor, nextPath } from '../paging.ts'
import { callerSignal, route, type Call, type Route } from '../route.ts'

const REASON_CODES = Object.keys(REASONS)

const instant = (description: string) =>
  z.iso
    .datetime({
      offset: true,
      error: 'wants an ISO 8601 instant with its zone, e.g. 2026-01-31T08:00:00Z (a "+" is written %2B)',
    })
    .optional()
    .meta({ description, examples: ['2026-01-31T08:00:00Z'] })
const oneOf = (description: string) =>
  z
    .array(z.string().min(1).max(128))
    .max(200)
    .optional()
    .meta({ description: `${description}; may be repeated` })

/** Every parameter a list can have; each takes those its table knows. */
const parameters = {
  from: instant('From this instant on'),
  to: instant('Before this instant'),
  district: oneOf('Of this district'),
  intersection_id: oneOf('Of this intersection'),
  sensor_id: oneOf('Of this sensor'),
  source: oneOf('From this source, e.g. "http"'),
  reason: z
    .array(z.enum(REASON_CODES, { error: `wants one of ${REASON_CODES.join(', ')}` }))
    .max(200)
    .optional()
    .meta({ description: 'Broke this rule; may be repeated' }),
  limit: z
    .int({ error: 'wants a whole number from 1 to 10000' })
    .min(1, { error: 'wants a whole number from 1 to 10000' })
    .max(10_000, { error: 'wants a whole number from 1 to 10000' })
    .default(1_000)
    .meta({ description: 'Items a page' }),
  cursor: z
    .string()
    .min(1)
    .max(2_000)
    .optional()
    .meta({ description: 'Where the page before ended; take it from "next"' }),
  format: z
    .enum(['json', 'csv', 'parquet'], { error: 'wants json, csv or parquet' })
    .default('json')
    .meta({ description: 'csv and parquet carry the same page; its next is in the Link header' }),
}

const order = (standard: 'asc' | 'desc') =>
  z
    .enum(['asc', 'desc'], { error: 'wants asc or desc' })
    .default(standard)
    .meta({ description: 'Of the list’s key: oldest or newest first where it has a time' })

export interface ListSpec {
  readonly list: ListName
  readonly path: string
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description: string
  readonly item: z.ZodObject
  readonly order?: 'asc' | 'desc'
}

interface ListParameters {
  from?: string
  to?: string
  district?: string[]
  intersection_id?: string[]
  sensor_id?: string[]
  source?: string[]
  reason?: string[]
  limit: number
  cursor?: string
  format: 'json' | 'csv' | 'parquet'
  order: 'asc' | 'desc'
}

/** The route of one of the lake's lists: filters, keyset paging, and the three formats. */
export function listRoute(lake: LakeReader, spec: ListSpec): Route {
  const answer = page(spec.item)
  return route({
    ...spec,
    method: 'GET',
    access: 'read',
    readsLake: 'fresh',
    query: querySchema(spec),
    answers: {
      200: {
        description: 'A page of the list',
        content: { 'application/json': answer, 'text/csv': null, 'application/vnd.apache.parquet': null },
      },
      304: { description: 'The page is the one that If-None-Match names', content: {} },
    },
    problems: [400, 503],
    handle: async call => {
      // The schema is put together from the table's filters, so its type cannot be told from it.
      const given = call as unknown as Call<ListParameters, unknown>
      const query = listQuery(spec.list, given.query)
      return given.query.format === 'json'
        ? sendPage(lake, spec, given, query, answer)
        : sendFile(lake, spec, given, query, given.query.format)
    },
  })
}

function querySchema({ list, order: standard = 'asc' }: ListSpec): z.ZodObject {
  const { time, filters } = lists[list]
  const named = filters.map(filter => (filter === 'reasons' ? 'reason' : filter))
  const { from, to, limit, cursor, format } = parameters
  return z.strictObject({
    ...(time === null ? {} : { from, to }),
    ...Object.fromEntries(named.map(name => [name, parameters[name]])),
    limit,
    cursor,
    order: order(standard),
    format,
  })
}

function listQuery(list: ListName, given: ListParameters): ListQuery {
  const fromMs = given.from === undefined ? undefined : Date.parse(given.from)
  const toMs = given.to === undefined ? undefined : Date.parse(given.to)
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs) {
    throw wrongParameters([{ name: 'from', value: given.from, message: `is after to (${given.to ?? ''})` }])
  }
  const { district, intersection_id, sensor_id, source, reason } = given
  return {
    fromMs,
    toMs,
    where: Object.fromEntries(
      Object.entries({ district, intersection_id, sensor_id, source, reasons: reason }).filter(
        (entry): entry is [string, string[]] => entry[1] !== undefined,
      ),
    ),
    order: given.order,
    after:
      given.cursor === undefined
        ? undefined
        : decodeCursor(
            given.cursor,
            list,
            given.order,
            lists[list].key.map(({ type }) => type),
          ),
  }
}

async function sendPage(
  lake: LakeReader,
  { list }: ListSpec,
  { query: { limit, order: direction }, request, reply }: Call<ListParameters, unknown>,
  query: ListQuery,
  answer: z.ZodType,
): Promise<unknown> {
  const { rows, next } = await lake.page(list, query, limit, callerSignal(reply))
  const path = next === null ? null : nextPath(request.url, encodeCursor(list, direction, next))
  // A row that breaks our own contract is our bug: it throws, and the caller sees a 500.
  return answerTagged(request, reply, answer.parse({ items: rows, next: path }))
}

const MEDIA = {
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
} as const

async function sendFile(
  lake: LakeReader,
  { list, id }: ListSpec,
  { query: { limit, order: direction }, request, reply }: Call<ListParameters, unknown>,
  query: ListQuery,
  format: 'csv' | 'parquet',
): Promise<unknown> {
  const { body, next } = await lake.export(list, query, limit, format, callerSignal(reply))
  void reply
    .type(MEDIA[format])
    .header('cache-control', 'private, no-cache')
    .header('content-disposition', `attachment; filename="${id}.${format}"`)
  if (next !== null) {
    void reply.header('link', `<${nextPath(request.url, encodeCursor(list, direction, next))}>; rel="next"`)
  }
  return reply.send(body)
}
