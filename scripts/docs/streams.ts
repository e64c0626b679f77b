import { columnOf, reasonsOf } from '../../src/core/stream/index.ts'
import type { Field, Stream } from '../../src/core/stream/index.ts'
import { streamTable } from '../../src/lake/read/index.ts'
import { describedTables } from '../../src/lake/streams/described.ts'
import { onceMeans } from '../../src/serve/streams/index.ts'
import { exampleRecord } from './example-record.ts'
import { markdownTable } from './table.ts'

const WRITTEN = '<!-- Written by `npm run docs` from src/streams; do not edit. -->'

/** Pages of docs/reference by name: one for each stream, and a list of them. */
export function streamReference(streams: readonly Stream[]): Record<string, string> {
  const pages = streams.map(stream => [`streams/${stream.name}.md`, page(stream)] as const)
  const rows = streams.map(({ name, title, says }) => [`[${title}](${name}.md)`, `\`${name}\``, says])
  const list = `# Streams

${WRITTEN}

Every kind of record beside [readings](../../readings.md) and [sensors](../../sensors.md): each is one declaration in \`src/streams/\`, from which its page here is made.
[How to add one](../../streams.md).

${markdownTable(['stream', 'name', 'a record'], rows)}
`
  return { 'streams/README.md': list, ...Object.fromEntries(pages) }
}

function page(stream: Stream): string {
  const { name, title, says } = stream
  const rules = stream.rules ?? []
  return `# ${title}

${WRITTEN}

${says.replace(/\.?$/, '.')} ${onceMeans(stream)}

## A record

\`\`\`sh
curl http://localhost:8080/v1/${name} -H 'content-type: application/x-ndjson' --data-binary '${JSON.stringify(exampleRecord(stream))}'
\`\`\`

${markdownTable(
  ['field', 'what', 'type', 'in silver'],
  Object.entries(stream.fields).map(([field, declared]) => [
    `\`${field}\`${declared.required === true ? ' *' : ''}`,
    declared.says,
    typeOf(declared),
    silverOf(field, declared),
  ]),
)}

\\* required. Other fields are kept as they came, and named in [drift](../api.md#get-v1drift). A CSV header names these fields${csvOf(stream)}.

## Addresses

${addresses(stream)}

## Tables

${markdownTable(
  ['table', 'holds'],
  describedTables(stream).map(({ table, says: holds }) => [`\`${table}\``, holds]),
)}

Every row also has \`position\` (of its line in the log), \`arrived_at\` and \`source\`.

## Why a line is in quarantine

${markdownTable(
  ['code', 'meaning'],
  Object.entries(reasonsOf(stream)).map(([code, meaning]) => [`\`${code}\``, meaning]),
)}
${rules.length === 0 ? '' : `\nRules over several fields: ${rules.map(({ reason }) => `\`${reason}\``).join(', ')}.\n`}`
}

function addresses(stream: Stream): string {
  const path = `/v1/${stream.name}`
  const thing = `${path}/${streamTable(stream)
    .key.map(({ name }) => `{${name}}`)
    .join('/')}`
  const isThing = stream.once.how === 'latest'
  const rows = [
    [`POST ${path}`, 'deliver records: NDJSON, JSON or CSV'],
    [`POST ${path}/outcome`, 'what became of them'],
    [`GET ${path}`, `list: ${filtersOf(stream)}; JSON, CSV or Parquet`],
    ...(isThing
      ? [
          [`GET ${thing}`, 'one'],
          [`PUT ${thing}`, 'change or add one, with If-Match or If-None-Match'],
          [`DELETE ${thing}`, 'withdraw one'],
          [`GET ${thing}/versions`, 'its history'],
        ]
      : []),
    [`GET /v1/live?streams=${stream.name}`, 'rows as they are loaded'],
  ]
  return markdownTable(
    ['address', 'for'],
    rows.map(([address = '', use = '']) => [`\`${address}\``, use]),
  )
}

function filtersOf(stream: Stream): string {
  const { filters, ranges = [], time } = streamTable(stream)
  const byRange = ranges.flatMap(name => [`${name}_from`, `${name}_to`])
  const named = [...filters, ...byRange].map(name => `\`${name}\``).join(', ')
  return `\`from\` and \`to\` of \`${time ?? ''}\`, ${named}`
}

function typeOf(field: Field): string {
  const many = (value: number) => value.toLocaleString('en-US')
  switch (field.type) {
    case 'number':
      return `${field.whole === true ? 'whole number' : 'number'}, ${many(field.min)} to ${many(field.max)}${field.unit === null ? '' : ` ${field.unit}`}`
    case 'text':
      return `text of ${many(field.maxChars)} characters at most${field.long === true ? ', on several lines' : ''}`
    case 'choice':
      return field.values.map(value => `\`${value}\``).join(', ')
    case 'flag':
      return '`true` or `false`'
    case 'instant':
      return `ISO 8601${field.ahead === true ? ', may lie ahead' : ''}`
    case 'texts':
      return `list of ${many(field.maxItems)} texts at most`
    case 'counts':
      return `${field.names.map(part => `\`${part}\``).join(', ')}: whole numbers to ${many(field.max)}`
    case 'json':
      return 'JSON'
  }
}

function silverOf(name: string, field: Field): string {
  return columnOf(name, field)
    .map(({ name: column, unit }) => `\`${column}\`${unit === null ? '' : ` ${unit}`}`)
    .join(', ')
}

function csvOf({ fields }: Stream): string {
  const types = new Set(Object.values(fields).map(({ type }) => type))
  const counts = Object.entries(fields).find(([, field]) => field.type === 'counts')
  const parts =
    counts?.[1].type === 'counts'
      ? `; parts of counts are \`${counts[0]}.${counts[1].names[0] ?? ''}\` and so on`
      : ''
  const texts = types.has('texts') ? '; lists are separated by `;`' : ''
  return `${parts}${texts}${types.has('json') ? '; JSON stands in one cell' : ''}`
}
