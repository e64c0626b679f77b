import { Command } from 'commander'
import { z } from 'zod'
import { CatalogDetail, CatalogEntry } from '../../../../serve/contract/intake/catalog.ts'
import { withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { command, withServerFlags } from '../../options.ts'
import type { Shell } from '../../shell.ts'
import { describeDetail, describeEntries } from './describe.ts'

const Entries = z.object({ items: z.array(CatalogEntry) })

export function catalogCommand(shell: Shell): Command {
  return new Command('catalog')
    .description('datasets and tables: columns, versions, quality, lineage')
    .addCommand(listCommand(shell))
    .addCommand(showCommand(shell))
}

function listCommand(shell: Shell): Command {
  const list = command('list', 'what there is: rows, freshness, quality', [
    'catalog list',
    'catalog list --json',
  ])
  return withServerFlags(list).action((flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const { items } = await client.json(Entries, 'GET', '/v1/catalog', { signal: shell.signal })
      shell.stdout.write(flags.json ? `${JSON.stringify({ items })}\n` : `${describeEntries(items)}\n`)
    }),
  )
}

function showCommand(shell: Shell): Command {
  const show = command('show', 'one dataset or table: columns, versions, quality, lineage', [
    'catalog show calgary-incidents',
    'catalog show silver.events --json',
  ]).argument('<dataset>', 'as `catalog list` shows it')
  return withServerFlags(show).action((name: string, flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const path = `/v1/catalog/${encodeURIComponent(name)}`
      const detail = await client.json(CatalogDetail, 'GET', path, { signal: shell.signal })
      shell.stdout.write(flags.json ? `${JSON.stringify(detail)}\n` : `${describeDetail(detail)}\n`)
    }),
  )
}
