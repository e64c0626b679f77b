import { Command } from 'commander'
import { z } from 'zod'
import { withServer } from '../client/connect.ts'
import type { ServerFlags } from '../client/connect.ts'
import { longOperation } from '../client/long-operation.ts'
import { command, instant, withServerFlags } from '../options.ts'
import { facts, number } from '../output.ts'
import type { Shell } from '../shell.ts'

interface RebuildFlags extends ServerFlags {
  readonly from?: string
  readonly to?: string
  readonly stream?: readonly string[]
}

/** What the server answers at last: figures for people. */
const Result = z.record(z.string(), z.unknown())

export function lakeCommand(shell: Shell): Command {
  const rebuild = command(
    'rebuild',
    "run the log through today's rules and register again: everything, readings of some days, or some streams",
    [
      'lake rebuild',
      'lake rebuild --from 2026-03-01 --to 2026-03-08',
      'lake rebuild --stream weather --stream events',
    ],
  )
  withServerFlags(rebuild)
    .option(
      '--from <instant>',
      'readings measured from this day (UTC) or instant on, and no streams',
      instant,
    )
    .option('--to <instant>', 'readings measured before it, and no streams', instant)
    .option(
      '--stream <name...>',
      'these streams whole, without readings; without it and without days: everything',
    )
    .action((flags: RebuildFlags) =>
      withServer(shell, flags, 'read', async ({ client }) => {
        const query = new URLSearchParams()
        if (flags.from) query.set('from', flags.from)
        if (flags.to) query.set('to', flags.to)
        for (const stream of flags.stream ?? []) query.append('stream', stream)
        const path = `/v1/admin/rebuild?${query.toString()}`
        const result = await longOperation(shell, client, path, 'rebuild', Result)
        shell.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${describe(result)}\n`)
      }),
    )
  return new Command('lake').description('maintenance of the lake').addCommand(rebuild)
}

function describe(result: Readonly<Record<string, unknown>>): string {
  return facts(
    Object.entries(result).map(([name, value]) => [
      name.replace(/([A-Z])/g, ' $1').toLowerCase(),
      typeof value === 'number' ? number(value) : typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}
