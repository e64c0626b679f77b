import { userInfo } from 'node:os'
import { Command } from 'commander'
import { Loss } from '../../../serve/contract/loss.ts'
import { withServer } from '../client/connect.ts'
import type { ServerFlags } from '../client/connect.ts'
import { command, positive, withServerFlags } from '../options.ts'
import { number, printable, table } from '../output.ts'
import type { Shell } from '../shell.ts'

interface ListFlags extends ServerFlags {
  readonly limit: number
  readonly open?: boolean
}

interface AcknowledgeFlags extends ServerFlags {
  readonly note?: string
}

export function lossesCommand(shell: Shell): Command {
  return new Command('losses')
    .description('acknowledged records that were lost')
    .addCommand(listCommand(shell))
    .addCommand(acknowledgeCommand(shell))
}

function listCommand(shell: Shell): Command {
  const list = command(
    'list',
    'what was lost of acknowledged records, newest first; it stays in the list for ever',
    ['losses list', 'losses list --open --json'],
  )
  return withServerFlags(list)
    .option('--limit <n>', 'at most so many', positive, 100)
    .option('--open', 'only those that nobody has acknowledged')
    .action((flags: ListFlags) =>
      withServer(shell, flags, 'read', async ({ client }) => {
        const query = new URLSearchParams({ limit: String(Math.min(flags.limit, 1000)) })
        if (flags.open) query.set('acknowledged', 'no')
        const path = `/v1/losses?${query.toString()}`
        const { items, more } = await client.items(Loss, path, flags.limit, shell.signal)
        if (flags.json) shell.stdout.write(`${JSON.stringify({ items, more })}\n`)
        else shell.stdout.write(`${describe(items, more)}\n`)
      }),
    )
}

function acknowledgeCommand(shell: Shell): Command {
  const acknowledge = command('acknowledge', 'take note of a loss: it is no problem any more', [
    'losses acknowledge log-1200 --note "disk of rack 4 replaced"',
  ]).argument('<id>', 'its name, as `losses list` and `status` show it')
  return withServerFlags(acknowledge)
    .option('--note <text>', 'what was found or done')
    .action((id: string, flags: AcknowledgeFlags) =>
      withServer(shell, flags, 'read', async ({ client }) => {
        const loss = await client.json(Loss, 'POST', `/v1/losses/${encodeURIComponent(id)}/acknowledge`, {
          body: JSON.stringify({ by: userInfo().username, ...(flags.note ? { note: flags.note } : {}) }),
          headers: { 'content-type': 'application/json' },
          signal: shell.signal,
        })
        if (flags.json) shell.stdout.write(`${JSON.stringify(loss)}\n`)
        else
          shell.stdout.write(
            `${loss.id}: acknowledged at ${loss.acknowledged?.at ?? '–'} by ${loss.acknowledged?.by ?? '–'}\n`,
          )
      }),
    )
}

function describe(losses: readonly Loss[], more: boolean): string {
  if (losses.length === 0) return 'Nothing was lost.'
  const rows = table<Loss>(
    [
      { title: 'id', value: loss => loss.id },
      { title: 'found', value: loss => loss.found_at },
      { title: 'records', value: loss => `${loss.exact ? '' : '≤ '}${number(loss.records)}`, align: 'right' },
      {
        title: 'in lake',
        value: loss => (loss.in_lake === null ? '–' : number(loss.in_lake)),
        align: 'right',
      },
      { title: 'gone', value: loss => (loss.gone === null ? '–' : number(loss.gone)), align: 'right' },
      { title: 'positions', value: loss => `${loss.from_position}–${loss.to_position - 1}` },
      { title: 'arrived', value: arrived },
      { title: 'acknowledged', value: loss => (loss.acknowledged === null ? 'no' : printable(by(loss))) },
    ],
    losses,
  )
  const messages = losses.map(loss => `${loss.id}: ${printable(loss.message)}${noteOf(loss)}`)
  return [rows, '', ...messages, ...(more ? ['There are more; --limit shows them.'] : [])].join('\n')
}

function arrived({ arrived_from: from, arrived_to: to }: Loss): string {
  if (from === null && to === null) return '–'
  return from === to ? (from ?? '–') : `${from ?? '…'} to ${to ?? '…'}`
}

function by({ acknowledged }: Loss): string {
  return acknowledged === null ? '' : `${acknowledged.at} by ${acknowledged.by}`
}

function noteOf({ acknowledged }: Loss): string {
  return acknowledged?.note == null ? '' : ` (${printable(acknowledged.note)})`
}
