import type { IncomingMessage } from 'node:http'
import { Option } from 'commander'
import type { Command } from 'commander'
import { textOf } from '../client.ts'
import { withServer } from '../connect.ts'
import type { ServerFlags } from '../connect.ts'
import { command, pair, withServerFlags } from '../options.ts'
import { table } from '../output.ts'
import type { Shell } from '../shell.ts'

interface QueryFlags extends ServerFlags {
  readonly param?: Readonly<Record<string, string>>
  readonly format: 'table' | 'json' | 'csv'
}

type Row = Readonly<Record<string, unknown>>

export function queryCommand(shell: Shell): Command {
  const query = command('query', 'ask the lake in SQL (one read-only statement)', [
    'query "SELECT district, sum(vehicles) FROM gold.hourly_summary GROUP BY district"',
    'query "SELECT * FROM silver.readings WHERE sensor_id = {id:String} LIMIT 10" --param id=INT-0305-SENSOR-01',
    'query "SHOW TABLES FROM gold" --format csv',
  ])
  return withServerFlags(query)
    .argument('<sql>', 'the statement; parameters are written {name:Type}')
    .option('--param <name=value>', 'a parameter; may be given several times', pair)
    .addOption(
      new Option('--format <format>', 'how rows are printed')
        .choices(['table', 'json', 'csv'])
        .default('table'),
    )
    .action((sql: string, flags: QueryFlags) =>
      withServer(shell, flags, 'read', async ({ client }) => {
        const format = flags.json ? 'json' : flags.format
        const answer = await client.send('POST', `/v1/sql?format=${format === 'table' ? 'ndjson' : format}`, {
          body: JSON.stringify({ sql, params: flags.param ?? {} }),
          headers: { 'content-type': 'application/json', accept: '*/*' },
          signal: shell.signal,
        })
        if (format === 'table') shell.stdout.write(`${asTable(await textOf(answer))}\n`)
        else await passOn(answer, shell)
      }),
    )
}

function asTable(ndjson: string): string {
  const rows = ndjson
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Row)
  const first = rows[0]
  if (!first) return 'No rows.'
  const columns = Object.keys(first).map(title => ({
    title,
    value: (row: Row) => cell(row[title]),
    ...(rows.every(row => row[title] === null || typeof row[title] === 'number')
      ? { align: 'right' as const }
      : {}),
  }))
  return `${table(columns, rows)}\n${rows.length === 1 ? '1 row' : `${rows.length} rows`}`
}

function cell(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return value
  return JSON.stringify(value)
}

/** As it comes, so that a large answer is never held whole; ends in a newline. */
async function passOn(answer: IncomingMessage, shell: Shell): Promise<void> {
  let last = ''
  answer.setEncoding('utf8')
  for await (const chunk of answer as AsyncIterable<string>) {
    shell.stdout.write(chunk)
    last = chunk
  }
  if (!last.endsWith('\n')) shell.stdout.write('\n')
}
