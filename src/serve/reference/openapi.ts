import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import { Sensor } from '../../core/schema/sensor.ts'
import { WireReading } from '../../core/schema/reading.ts'
import * as contract from '../contract/index.ts'
import type { Documented, Route } from '../route.ts'

export type Json = Readonly<Record<string, unknown>>

export interface OpenApi {
  readonly openapi: '3.1.1'
  readonly info: Json
  readonly tags: readonly { name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>>; readonly securitySchemes: Json }
}

export interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly security: readonly Json[]
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { description: string; required: boolean; content: Content }
  readonly responses: Readonly<Record<string, { description: string; headers?: Json; content?: Content }>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'path'
  readonly required: boolean
  readonly description?: string
  readonly schema: Json
  readonly style?: string
  readonly explode?: boolean
}

type Content = Readonly<Record<string, { schema: Json }>>

/** Schemas that have a name in the document; all others stand where they are used. */
const named: Readonly<Record<string, z.ZodType>> = { ...schemasOf(contract), Sensor, WireReading }

/**
 * The OpenAPI 3.1 document of the route table: what the server registers is what it says.
 * @param namedSchemas `all` describes every schema of the contract, events of live streams too; `used` those that a path refers to
 */
export function openApiDocument(
  routes: readonly Route[],
  version: string,
  namedSchemas: 'all' | 'used' = 'all',
): OpenApi {
  const schemas = new Schemas(routes)
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, schemas) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Arterial',
      version,
      description: 'City traffic: readings in, a lakehouse of bronze, silver and gold, a live map out.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [...new Set(routes.map(({ tag }) => tag))].map(name => ({ name })),
    paths,
    components: {
      schemas: namedSchemas === 'all' ? schemas.components : used(schemas.components, paths),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token of server.tokens, or the administrator’s secret',
        },
      },
    },
  }
}

function operation(route: Route, schemas: Schemas): Operation {
  const { id, tag, summary, description, access, body } = route
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    // An empty requirement: open where the server has no tokens.
    security: access === 'open' ? [] : access === 'admin' ? [{ token: [] }] : [{ token: [] }, {}],
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            description: body.description,
            required: body.required,
            content: content(body, (media, schema) => schemas.body(route, media, schema)),
          },
        }),
    responses: responses(route, schemas),
  }
}

function responses(route: Route, schemas: Schemas): Operation['responses'] {
  const own = Object.entries(route.answers).map(([status, answer]) => [
    status,
    {
      description: answer.description,
      ...(Object.keys(answer.content).length === 0
        ? {}
        : { content: content(answer, (media, schema) => schemas.answer(route, media, schema)) }),
    },
  ])
  const guarded = route.access === 'open' ? [] : [401, 403, 421]
  // A parameter nobody named is a 400 on every path.
  const problems = [...new Set([400, ...route.problems, ...guarded, 500])].sort((a, b) => a - b)
  const content400 = { 'application/problem+json': { schema: { $ref: refOf('ProblemDocument') } } }
  return Object.fromEntries([
    ...own,
    ...problems.map(status => [
      String(status),
      { description: STATUS_CODES[status] ?? 'Problem', content: content400 },
    ]),
  ]) as Operation['responses']
}

function content(
  { content: media }: Documented,
  schemaOf: (media: string, schema: z.ZodType) => Json,
): Content {
  return Object.fromEntries(
    Object.entries(media).map(([type, schema]) => [
      type,
      { schema: schema === null ? plain(type) : schemaOf(type, schema) },
    ]),
  )
}

/** Text is a string; of JSON that the statement shapes, and of bytes, nothing more can be said. */
const plain = (media: string): Json => (media.startsWith('text/') ? { type: 'string' } : {})

function parameters(schema: z.ZodObject, where: 'query' | 'path'): Parameter[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema: property,
    ...(property['type'] === 'array' ? { style: 'form', explode: true } : {}),
  }))
}

/** The schemas that something refers to, directly or through one of them. */
function used(all: Readonly<Record<string, Json>>, by: unknown): Readonly<Record<string, Json>> {
  const found = new Set<string>()
  const follow = (one: unknown) => {
    for (const [, name = ''] of JSON.stringify(one).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (found.has(name)) continue
      found.add(name)
      follow(all[name])
    }
  }
  follow(by)
  return Object.fromEntries(Object.entries(all).filter(([name]) => found.has(name)))
}

const refOf = (name: string) => `#/components/schemas/${name}`
const bodyId = (route: Route, media: string) => `body ${route.id} ${media}`
const answerId = (route: Route, media: string) => `answer ${route.id} ${media}`

/** Converts every schema of the table at once, so that a named one is referred to wherever it occurs. */
class Schemas {
  readonly components: Readonly<Record<string, Json>>
  readonly #inputs: Readonly<Record<string, Json>>
  readonly #outputs: Readonly<Record<string, Json>>

  constructor(routes: readonly Route[]) {
    const bodies = routes.flatMap(route => entries(route, route.body, bodyId))
    const answers = routes.flatMap(route =>
      Object.values(route.answers).flatMap(answer => entries(route, answer, answerId)),
    )
    this.#inputs = convert(bodies, 'input')
    this.#outputs = convert(answers, 'output')
    this.components = Object.fromEntries(Object.keys(named).map(name => [name, this.#outputs[name] ?? {}]))
  }

  body(route: Route, media: string, schema: z.ZodType): Json {
    return nameOf(schema) ?? this.#inputs[bodyId(route, media)] ?? {}
  }

  answer(route: Route, media: string, schema: z.ZodType): Json {
    return nameOf(schema) ?? this.#outputs[answerId(route, media)] ?? {}
  }
}

function entries(
  route: Route,
  documented: Documented | undefined,
  idOf: (route: Route, media: string) => string,
): [string, z.ZodType][] {
  return Object.entries(documented?.content ?? {}).flatMap(([media, schema]) =>
    schema === null || nameOf(schema) !== null ? [] : [[idOf(route, media), schema] as [string, z.ZodType]],
  )
}

function convert(schemas: readonly [string, z.ZodType][], io: 'input' | 'output'): Record<string, Json> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of [...Object.entries(named), ...schemas]) registry.add(schema, { id })
  const converted = z.toJSONSchema(registry, { io, uri: refOf, unrepresentable: 'any' }).schemas
  // $id would change what the references inside are relative to.
  return Object.fromEntries(
    Object.entries(converted).map(([id, { $id: _id, $schema: _dialect, ...schema }]) => [id, schema as Json]),
  )
}

function nameOf(schema: z.ZodType): Json | null {
  const name = Object.keys(named).find(key => named[key] === schema)
  return name === undefined ? null : { $ref: refOf(name) }
}

function schemasOf(exports: Readonly<Record<string, unknown>>): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(exports).filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType),
  )
}
