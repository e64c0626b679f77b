import { version } from '../../src/app/cli/version.ts'
import { buildServer } from '../../src/serve/index.ts'
import type { ServerDeps } from '../../src/serve/index.ts'
import { streams } from '../../src/streams/index.ts'
import { markdownTable } from './table.ts'

interface Schema {
  readonly type?: string | readonly string[]
  readonly $ref?: string
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly unit?: string
  readonly format?: string
  readonly default?: unknown
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description?: string
  readonly schema: Schema
}

type Content = Readonly<Record<string, { schema: Schema }>>

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly description: string; readonly content: Content }
  readonly responses: Readonly<Record<string, { description: string; content?: Content }>>
}

interface OpenApi {
  readonly tags: readonly { name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** docs/reference/api.md, from the OpenAPI document that the server itself answers. */
export async function apiReference(): Promise<string> {
  const { tags, paths, components } = await openApi()
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      title: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
  const sections = tags.map(({ name }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name))
    return `## ${name}\n\n${own.map(({ title, operation }) => section(title, operation)).join('\n\n')}`
  })
  // By name: the order in which a module lists its exports depends on who loads it.
  const named = Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1))
  const schemas = named.map(([name, schema]) => `### ${name}\n\n${fields(schema)}`)
  return `# HTTP API

<!-- Written by \`npm run docs\` from the server's own OpenAPI document; do not edit. -->

The running server shows the same at \`/docs\` and, for programs, at \`/openapi.json\`. Lists answer \`{"items": […], "next": "<path>" | null}\`: follow \`next\` until it is
null. Errors are problem documents (RFC 9457) with a stable code, see [errors](errors.md). Where the server has access tokens, send \`Authorization: Bearer <token>\`.

${sections.join('\n\n')}

## Schemas

${schemas.join('\n\n')}
`
}

/** The routes describe themselves without anything behind them. */
async function openApi(): Promise<OpenApi> {
  const nothing = {
    version: version(),
    pageDir: null,
    mode: 'real',
    security: { host: '127.0.0.1', tokens: [], adminSecret: '' },
    live: { clients: 0, stop: () => undefined },
    topics: { clients: 0, stop: () => undefined },
    lake: {},
    streams,
    incidentFeeds: { access: 'open' },
  } as unknown as ServerDeps
  const app = buildServer(nothing)
  const answer = await app.inject('/openapi.json')
  await app.close()
  return answer.json<OpenApi>()
}

function section(title: string, operation: Operation): string {
  const { summary, description, parameters, requestBody, responses } = operation
  const answers = Object.entries(responses)
  const good = answers.filter(([status]) => Number(status) < 400)
  const problems = answers.filter(([status]) => Number(status) >= 400).map(([status]) => status)
  return [
    `### ${title}`,
    `${summary}.${description ? ` ${description}` : ''}`,
    parameters.length === 0
      ? ''
      : markdownTable(
          ['parameter', 'type', 'meaning'],
          parameters.map(one => [
            `\`${one.name}\`${one.required ? ' (required)' : ''}`,
            typeText(one.schema),
            `${one.description ?? ''}${one.schema.default === undefined ? '' : ` (default \`${JSON.stringify(one.schema.default)}\`)`}`,
          ]),
        ),
    requestBody ? `Body: ${requestBody.description} (${mediaList(requestBody.content)}).` : '',
    good
      .map(([status, answer]) => `Answers ${status}: ${answer.description}${carried(answer.content)}.`)
      .join(' '),
    problems.length === 0 ? '' : `Problems: ${problems.join(', ')}.`,
  ]
    .filter(Boolean)
    .join('\n\n')
}

function fields(schema: Schema): string {
  if (!schema.properties) return `${schema.description ? `${schema.description}. ` : ''}${typeText(schema)}`
  const rows = Object.entries(schema.properties).map(([name, field]) => [
    `\`${name}\``,
    typeText(field),
    field.unit ?? '',
    field.description ?? '',
  ])
  return markdownTable(['field', 'type', 'unit', 'meaning'], rows)
}

function carried(content: Content | undefined): string {
  return content && Object.keys(content).length > 0 ? ` (${mediaList(content)})` : ''
}

function mediaList(content: Content): string {
  return Object.entries(content)
    .map(([media, { schema }]) => `\`${media}\`${schema.$ref ? ` ${typeText(schema)}` : ''}`)
    .join(', ')
}

function typeText(schema: Schema): string {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return `[${name}](#${name.toLowerCase()})`
  }
  if (schema.enum) return schema.enum.map(value => `\`${String(value)}\``).join(', ')
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ')
  if (schema.items) return `list of ${typeText(schema.items)}`
  const type = typeof schema.type === 'string' ? schema.type : (schema.type ?? ['any']).join(' or ')
  return schema.format ? `${type} (${schema.format})` : type
}
