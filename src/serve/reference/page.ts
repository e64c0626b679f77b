import { problemKinds } from '../problems.ts'
import { STYLE } from './style.ts'
import type { Json, OpenApi, Operation, Parameter } from './openapi.ts'

/** The reference as one page of HTML that needs nothing else: every path, every schema, every problem code. */
export function referencePage(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const byTag = document.tags.map(({ name }) => ({
    name,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }))
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Arterial API</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        ${navigation(byTag)}
        <main id="top">
          <h1>Arterial API <small>${word(document.info['version'])}</small></h1>
          <p>
            ${word(document.info['description'])} Lists answer
            <code>{"items": […], "next": "…" | null}</code>: follow <code>next</code> until it is null. Errors
            are <a href="#problems">problem documents</a> (RFC 9457) with a stable <code>code</code>. Where
            the server has access tokens, send <code>Authorization: Bearer &lt;token&gt;</code>.
          </p>
          ${byTag.flatMap(tag => tag.operations.map(section))}
          <h2 id="schemas">Schemas</h2>
          ${Object.entries(document.components.schemas).map(
            ([name, schema]) =>
              html`<section id="schema-${name}">
                <h3>${name}</h3>
                ${schemaBody(schema)}
              </section>`,
          )}
          <h2 id="problems">Problem codes</h2>
          ${problemTable()}
        </main>
      </body>
    </html> `.text
}

interface Entry {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

function navigation(byTag: readonly { name: string; operations: readonly Entry[] }[]): Html {
  return html`<nav aria-label="Reference">
    <a href="#top"><strong>Arterial API</strong></a>
    ${byTag.map(
      tag =>
        html`<h2>${tag.name}</h2>
          <ul>
            ${tag.operations.map(
              ({ method, path, operation }) =>
                html`<li>
                  <a href="#${operation.operationId}"><b>${method}</b> ${path}</a>
                </li>`,
            )}
          </ul>`,
    )}
    <h2>More</h2>
    <ul>
      <li><a href="#schemas">Schemas</a></li>
      <li><a href="#problems">Problem codes</a></li>
      <li><a href="/openapi.json">openapi.json</a></li>
    </ul>
  </nav>`
}

function problemTable(): Html {
  return table(
    ['Code', 'Status', 'Meaning'],
    Object.entries(problemKinds).map(
      ([code, { status, title }]) =>
        html`<tr id="${code}">
          <td><code>${code}</code></td>
          <td>${status}</td>
          <td>${title}</td>
        </tr>`,
    ),
  )
}

function table(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<table>
    <thead>
      <tr>
        ${heads.map(head => html`<th>${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}

function section(one: Entry): Html {
  const { path, method, operation } = one
  const { summary, description = '', parameters, requestBody, responses } = operation
  return html`<section id="${operation.operationId}">
    <h3><b class="${method.toLowerCase()}">${method}</b> <code>${path}</code></h3>
    <p><strong>${summary}.</strong> ${description}</p>
    ${parameters.length === 0 ? '' : parameterTable(parameters)}
    ${
      requestBody === undefined
        ? ''
        : html`<h4>Body</h4>
            <p>${requestBody.description}</p>
            <ul>
              ${Object.entries(requestBody.content).map(([media, { schema }]) => medium(media, schema))}
            </ul>`
    }
    <h4>Answers</h4>
    <dl>
      ${Object.entries(responses)
        .filter(([status]) => Number(status) < 400)
        .map(
          ([status, answer]) =>
            html`<dt><code>${status}</code> ${answer.description}</dt>
              <dd>
                <ul>
                  ${Object.entries(answer.content ?? {}).map(([media, { schema }]) => medium(media, schema))}
                </ul>
              </dd>`,
        )}
      <dt>
        <a href="#problems">Problems</a>:
        ${Object.keys(responses)
          .filter(status => Number(status) >= 400)
          .join(', ')}
      </dt>
    </dl>
    <pre><code>${example(one)}</code></pre>
  </section>`
}

function parameterTable(parameters: readonly Parameter[]): Html {
  return table(
    ['Parameter', 'Type', 'Meaning'],
    parameters.map(
      ({ name, required, description = '', schema }) =>
        html`<tr>
          <td><code>${name}</code>${required ? ' (required)' : ''}</td>
          <td>${typeText(schema)}</td>
          <td>
            ${description}${schema['default'] === undefined ? '' : `. Default ${word(schema['default'])}`}
          </td>
        </tr>`,
    ),
  )
}

const medium = (media: string, schema: Json) => html`<li><code>${media}</code> ${typeText(schema)}</li>`

function schemaBody(schema: Json): Html {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>)
  if (properties.length === 0) return html`<p>${typeText(schema)}</p>`
  return table(
    ['Field', 'Type', 'Meaning'],
    properties.map(
      ([name, field]) =>
        html`<tr>
          <td><code>${name}</code></td>
          <td>${typeText(field)}${field['unit'] === undefined ? '' : `, ${word(field['unit'])}`}</td>
          <td>${word(field['description'])}</td>
        </tr>`,
    ),
  )
}

/** A schema in a few words; a named one as a link. */
function typeText(schema: Json): Html {
  const ref = schema['$ref']
  if (typeof ref === 'string') {
    const name = ref.slice(ref.lastIndexOf('/') + 1)
    return html`<a href="#schema-${name}">${name}</a>`
  }
  const choices = schema['enum']
  if (Array.isArray(choices)) return html`${choices.map(choice => JSON.stringify(choice)).join(' | ')}`
  const union = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined
  if (union !== undefined) return joined(union.map(typeText), ' or ')
  if (schema['type'] === 'array') return html`list of ${typeText((schema['items'] ?? {}) as Json)}`
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Json>)
  if (fields.length > 0) {
    return html`{
    ${joined(
      fields.map(([name, field]) => html`${name}: ${typeText(field)}`),
      ', ',
    )}
    }`
  }
  const { type, format, minimum, maximum } = schema
  // Zod bounds every integer by what a double holds exactly; that says nothing here.
  const bounds = [minimum, maximum].filter(
    bound => typeof bound === 'number' && Math.abs(bound) < 2 ** 53 - 1,
  )
  return html`${typeName(format ?? type)}${bounds.length === 0 ? '' : ` ${word(minimum)}–${word(maximum)}`}`
}

function example({ path, method, operation }: Entry): string {
  const [media] = Object.keys(operation.requestBody?.content ?? {})
  const verb = method === 'GET' ? '' : ` -X ${method}`
  const body = media === undefined ? '' : ` -H 'content-type: ${media}' --data-binary @file`
  return `curl${operation.operationId === 'live' ? ' -N' : ''}${verb}${body} http://localhost:8080${path}`
}

const typeName = (type: unknown) => (Array.isArray(type) ? type.map(word).join(' or ') : word(type))

/** A value of JSON in words; nothing for none. */
function word(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}

/** Text that is HTML already. */
class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const raw = (text: string) => new Html(text)

function joined(parts: readonly Html[], separator: string): Html {
  return new Html(parts.map(part => part.text).join(separator))
}

function html(
  strings: TemplateStringsArray,
  ...values: readonly (Html | string | number | readonly Html[])[]
): Html {
  const text = (value: Html | string | number | readonly Html[] | undefined): string => {
    if (value === undefined) return ''
    if (value instanceof Html) return value.text
    return typeof value === 'object' ? value.map(text).join('') : escaped(String(value))
  }
  return new Html(strings.map((string, i) => string + text(values[i])).join(''))
}

function escaped(text: string): string {
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' } as const
  return text.replaceAll(/[&<>"]/g, character => entities[character as keyof typeof entities])
}
