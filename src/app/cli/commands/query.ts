import type { IncomingMessage } from 'node:http'
import { Option } from 'commander'
import type { Command } from 'commander'
import { z } from 'zod'
import { printableLines } from '../../../core/text/printable.ts'
import { UsageError } from '../../../core/errors.ts'
import { chunksOf, textOf } from '../client/index.ts'
import { note, withServer } from '../client/connect.ts'
import type { ServerFlags } from '../client/connect.ts'
import { EXIT } from '../exit-codes.ts'
import { command, pair, withServerFlags } from '../options.ts'
import { table } from '../output.ts'
import type { Shell } from '../shell.ts'

interface QueryFlags extends ServerFlags {
  readonly param?: Readonly<Record<string, string>>
  readonly format: 'table' | 'json' | 'csv'
}

export function queryCommand(shell: Shell): Command {
  const query = command('query', 'ask the lake in SQL (one read-only statement)', [
    'query "SELECT district, sum(vehicles) FROM gold.hourly_summary GROUP BY district"',
    'query "SELECT * FROM silver.readings WHERE sensor_id = {id:String} LIMIT 10" --param id=INT-0305-SENSOR-01',
    'query "SHOW TABLES FROM gold" --format csv',
    'query - --json < statement.sql',
  ])
  return withServerFlags(query)
    .argument('<sql>', 'the statement, or - for that on standard input; parameters are written {name:Type}')
    .option('--param <name=value>', 'a parameter; may be given several times', pair)
    .addOption(
      new Option('--format <format>', 'how rows are printed')
        .choices(['table', 'json', 'csv'])
        .default('table'),
    )
    .action(async (argument: string, flags: QueryFlags) => {
      const sql = await statementOf(argument, shell)
      await withServer(shell, flags, 'read', async ({ client }) => {
        const format = flags.json ? 'json' : flags.format
        const answer = await client.send('POST', `/v1/sql?format=${format === 'csv' ? 'csv' : 'json'}`, {
          body: JSON.stringify({ sql, params: flags.param ?? {} }),
          headers: { 'content-type': 'application/json', accept: '*/*' },
          signal: shell.signal,
        })
        if (format === 'table') shell.stdout.write(`${asTable(await textOf(answer))}\n`)
        else if (flags.json) shell.stdout.write(`${(await textOf(answer)).trimEnd()}\n`)
        else await passOn(answer, shell)
        // Of a large answer it comes behind the rows.
        if ((answer.headers['x-truncated'] ?? answer.trailers['x-truncated']) === 'true') {
          note(shell, 'There are more rows than limits.sqlMaxRows; these are the first.')
          shell.exitCode = EXIT.cut
        }
      })
    })
}

/** @throws {UsageError} when it is to come on standard input and nothing does */
async function statementOf(argument: string, shell: Shell): Promise<string> {
  if (argument !== '-') return argument
  const sql = await shell.stdin()
  if (sql.trim() === '')
    throw new UsageError('Standard input is empty; `query -` reads the statement from it.')
  return sql
}

const Rows = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())),
})
type Row = readonly unknown[]

function asTable(json: string): string {
  const { columns, rows } = Rows.parse(JSON.parse(json))
  const shown = columns.map(({ name, type }, i) => ({
    title: name,
    value: (row: Row) => cell(row[i]),
    ...(/^(Nullable\()?(U?Int|Float|Decimal)/.test(type) ? { align: 'right' as const } : {}),
  }))
  return `${table<Row>(shown, rows)}\n${rows.length === 1 ? '1 row' : `${rows.length} rows`}`
}

function cell(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value)
}

/** As it comes, so that a large answer is never held whole; ends in a newline. */
async function passOn(answer: IncomingMessage, shell: Shell): Promise<void> {
  let last = ''
  for await (const chunk of chunksOf(answer)) {
    // A file or another program gets every byte as it is.
    shell.stdout.write(shell.stdout.isTTY ? printableLines(chunk) : chunk)
    last = chunk
  }
  if (!last.endsWith('\n')) shell.stdout.write('\n')
}
