import { z } from 'zod'
import { tableOf, type LakeReader, type List, type ListQuery, type ListTable } from '../../lake/read/index.ts'
import { answerTagged } from '../answers.ts'
import { page } from '../contract/index.ts'
import { wrongParameters } from '../input.ts'
import { decodeCursor, encodeCursor, nextPath } from '../paging.ts'
import { callerSignal, route, type Call, type Route } from '../route.ts'

/** An instant in an address. */
export const instantAsked = z.iso.datetime({
  offset: true,
  error: 'wants an ISO 8601 instant with its zone, e.g. 2026-01-31T08:00:00Z (a "+" is written %2B)',
})
const instant = (description: string) =>
  instantAsked.optional().meta({ description, examples: ['2026-01-31T08:00:00Z'] })

/** A parameter that may be given several times: any of its values is enough. */
export const anyOf = (value: z.ZodType, description: string) =>
  z
    .array(value)
    .max(200)
    .optional()
    .meta({ description: `${description}; may be repeated` })
const oneOf = (description: string) => anyOf(z.string().min(1).max(128), description)

/** What every list takes. */
const parameters = {
  from: instant('From this instant on'),
  to: instant('Before this instant'),
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

/** What is asked of a column that several lists have. */
const ofColumn: Readonly<Record<string, z.ZodType>> = {
  district: oneOf('Of this district'),
  intersection_id: oneOf('Of this intersection'),
  sensor_id: oneOf('Of this sensor'),
  source: oneOf('From this source, e.g. "http"'),
}

const order = (standard: 'asc' | 'desc') =>
  z
    .enum(['asc', 'desc'], { error: 'wants asc or desc' })
    .default(standard)
    .meta({ description: 'Of the list’s key: oldest or newest first where it has a time' })

export interface ListSpec {
  readonly list: List
  readonly path: string
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description: string
  readonly item: z.ZodObject
  readonly order?: 'asc' | 'desc'
  /** Instead of what a column's parameter would take: the values it can have, or other words. */
  readonly parameters?: Readonly<Record<string, z.ZodType>>
  /** Parameters of the path, each of which is a column's one value. */
  readonly params?: z.ZodObject
}

interface Given extends Readonly<Record<string, unknown>> {
  readonly from?: string
  readonly to?: string
  readonly limit: number
  readonly cursor?: string
  readonly format: 'json' | 'csv' | 'parquet'
  readonly order: 'asc' | 'desc'
}
type ListCall = Call<Given, Readonly<Record<string, string>>>

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
      const given = call as unknown as ListCall
      const query = listQuery(spec, given)
      return given.query.format === 'json'
        ? sendPage(lake, spec, given, query, answer)
        : sendFile(lake, spec, given, query, given.query.format)
    },
  })
}

function querySchema(spec: ListSpec): z.ZodObject {
  const table = tableOf(spec.list)
  const { from, to, limit, cursor, format } = parameters
  const byValue = askedFilters(spec).map(name => [
    wireName(name),
    spec.parameters?.[name] ?? ofColumn[name] ?? oneOf(`Of this ${name}`),
  ])
  const byRange = askedRanges(spec).flatMap(name => [
    [`${name}_from`, instant(`${name} from this instant on`)],
    [`${name}_to`, instant(`${name} before this instant`)],
  ])
  const time = table.time === null ? {} : { from, to }
  return z.strictObject({
    ...time,
    ...(Object.fromEntries([...byValue, ...byRange]) as Record<string, z.ZodType>),
    // Whatever the columns are called.
    ...time,
    limit,
    cursor,
    order: order(spec.order ?? 'asc'),
    format,
  })
}

/** What a path names is asked for already. */
function askedFilters({ list, params }: ListSpec): string[] {
  return tableOf(list).filters.filter(name => !(name in (params?.shape ?? {})))
}

function askedRanges({ list, params }: ListSpec): string[] {
  return (tableOf(list).ranges ?? []).filter(name => !(name in (params?.shape ?? {})))
}

/** The rows that a path's parameters name. Instants are kept to the millisecond: one is the range that it fills. */
export function askedByPath(
  table: ListTable,
  params: Readonly<Record<string, string>>,
): Required<Pick<ListQuery, 'where' | 'ranges'>> {
  const isRange = (name: string) => table.ranges?.includes(name) === true
  const named = Object.entries(params)
  const where = named
    .filter(([name]) => !isRange(name))
    .map(([name, value]) => [name, valuesOf(table, name, [value])] as const)
  const ranges = named
    .filter(([name]) => isRange(name))
    .map(([name, value]) => [name, { fromMs: Date.parse(value), toMs: Date.parse(value) + 1 }] as const)
  return { where: Object.fromEntries(where), ranges: Object.fromEntries(ranges) }
}

const wireName = (filter: string) => (filter === 'reasons' ? 'reason' : filter)

function listQuery(spec: ListSpec, { query: given, params }: ListCall): ListQuery {
  const table = tableOf(spec.list)
  const where: Record<string, Values> = {}
  for (const name of askedFilters(spec)) {
    const values = given[wireName(name)] as readonly string[] | undefined
    if (values !== undefined) where[name] = valuesOf(table, name, values)
  }
  const named = askedByPath(table, params)
  const ranges = {
    ...Object.fromEntries(askedRanges(spec).map(name => [name, range(given, `${name}_from`, `${name}_to`)])),
    ...named.ranges,
  }
  return {
    ...range(given, 'from', 'to'),
    where: { ...where, ...named.where },
    ...(Object.keys(ranges).length === 0 ? {} : { ranges }),
    order: given.order,
    after:
      given.cursor === undefined
        ? undefined
        : decodeCursor(
            given.cursor,
            nameOf(spec),
            given.order,
            table.key.map(({ type }) => type),
          ),
  }
}

type Values = readonly (string | number | boolean)[]

function valuesOf(table: ListTable, name: string, values: readonly string[]): Values {
  const type = table.filterTypes?.[name] ?? 'text'
  if (type === 'number') return values.map(Number)
  return type === 'flag' ? values.map(value => value === 'true') : values
}

function range(given: Given, from: string, to: string): { fromMs?: number; toMs?: number } {
  const ms = (name: string) => (given[name] === undefined ? undefined : Date.parse(given[name] as string))
  const [fromMs, toMs] = [ms(from), ms(to)]
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs) {
    const message = `is after ${to} (${String(given[to])})`
    throw wrongParameters([{ name: from, value: given[from], message }])
  }
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) }
}

/** What its cursors are bound to. */
const nameOf = ({ list, id }: ListSpec) => (typeof list === 'string' ? list : id)

async function sendPage(
  lake: LakeReader,
  spec: ListSpec,
  { query: { limit, order: direction }, request, reply }: ListCall,
  query: ListQuery,
  answer: z.ZodType,
): Promise<unknown> {
  const { rows, next } = await lake.page(spec.list, query, limit, callerSignal(reply))
  const path = next === null ? null : nextPath(request.url, encodeCursor(nameOf(spec), direction, next))
  // A row that breaks our own contract is our bug: it throws, and the caller sees a 500.
  return answerTagged(request, reply, answer.parse({ items: rows, next: path }))
}

const MEDIA = {
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
} as const

async function sendFile(
  lake: LakeReader,
  spec: ListSpec,
  { query: { limit, order: direction }, request, reply }: ListCall,
  query: ListQuery,
  format: 'csv' | 'parquet',
): Promise<unknown> {
  const { body, next } = await lake.export(spec.list, query, limit, format, callerSignal(reply))
  void reply
    .type(MEDIA[format])
    .header('cache-control', 'private, no-cache')
    .header('content-disposition', `attachment; filename="${spec.id}.${format}"`)
  if (next !== null) {
    void reply.header(
      'link',
      `<${nextPath(request.url, encodeCursor(nameOf(spec), direction, next))}>; rel="next"`,
    )
  }
  return reply.send(body)
}
