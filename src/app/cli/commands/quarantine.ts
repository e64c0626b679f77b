import { Command } from 'commander'
import { QuarantinedLine } from '../../../serve/contract/silver.ts'
import { withServer } from '../client/connect.ts'
import type { ServerFlags } from '../client/connect.ts'
import { EXIT } from '../exit-codes.ts'
import { command, instant, positive, withServerFlags } from '../options.ts'
import { printable, table } from '../output.ts'
import type { Shell } from '../shell.ts'

interface ListFlags extends ServerFlags {
  readonly limit: number
  readonly stream?: string
  readonly from?: string
  readonly to?: string
}

/** Characters of a line shown in the table; `--json` has all that is kept. */
const SHOWN = 80

export function quarantineCommand(shell: Shell): Command {
  const list = command('list', 'the lines that were not valid, newest first, with every reason', [
    'quarantine list',
    'quarantine list --stream weather',
    'quarantine list --from 2026-03-01 --limit 500 --json',
  ])
  withServerFlags(list)
    .option('--limit <n>', 'at most so many lines', positive, 50)
    .option('--stream <name>', 'only lines of this stream, e.g. weather; readings are one too')
    .option('--from <instant>', 'arrived at or after', instant)
    .option('--to <instant>', 'arrived before', instant)
    .action((flags: ListFlags) =>
      withServer(shell, flags, 'read', async ({ client }) => {
        const query = new URLSearchParams({ limit: String(Math.min(flags.limit, 1000)) })
        if (flags.stream) query.set('stream', flags.stream)
        if (flags.from) query.set('from', flags.from)
        if (flags.to) query.set('to', flags.to)
        const { items, more } = await client.items(
          QuarantinedLine,
          `/v1/quarantine?${query.toString()}`,
          flags.limit,
          shell.signal,
        )
        if (more) shell.exitCode = EXIT.cut
        if (flags.json) shell.stdout.write(`${JSON.stringify({ items, more })}\n`)
        else shell.stdout.write(`${describe(items, more)}\n`)
      }),
    )
  return new Command('quarantine').description('lines that were set aside').addCommand(list)
}

function describe(items: readonly QuarantinedLine[], more: boolean): string {
  if (items.length === 0) return 'Nothing is in quarantine.'
  const rows = table<QuarantinedLine>(
    [
      { title: 'position', value: line => line.position, align: 'right' },
      { title: 'arrived', value: line => line.arrived_at },
      { title: 'source', value: line => line.source },
      { title: 'stream', value: line => line.stream },
      { title: 'reasons', value: line => line.reasons.join(', ') },
      { title: 'bytes', value: line => line.bytes, align: 'right' },
      { title: 'line', value: line => shorten(line) },
    ],
    items,
  )
  return more ? `${rows}\nThere are more; --limit shows them.` : rows
}

function shorten(line: QuarantinedLine): string {
  if (line.file !== null) return `in ${line.file}`
  const text = printable(line.line.slice(0, SHOWN * 4))
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}
