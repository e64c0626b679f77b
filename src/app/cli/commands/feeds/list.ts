import type { Command } from 'commander'
import { z } from 'zod'
import { Feed } from '../../../../serve/contract/intake/feeds.ts'
import { withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { command, withServerFlags } from '../../options.ts'
import { number, printable, table } from '../../output.ts'
import type { Shell } from '../../shell.ts'

const Feeds = z.object({ items: z.array(Feed) })

export function feedsCommand(shell: Shell): Command {
  const feeds = command('feeds', 'addresses that the running system asks for data, and how that goes', [
    'feeds',
    'feeds --json',
  ])
  return withServerFlags(feeds).action((flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const { items } = await client.json(Feeds, 'GET', '/v1/feeds', { signal: shell.signal })
      shell.stdout.write(flags.json ? `${JSON.stringify({ items })}\n` : `${describe(items)}\n`)
    }),
  )
}

function describe(feeds: readonly Feed[]): string {
  if (feeds.length === 0) return 'No feed is asked; polling.feeds in arterial.yaml names them.'
  const rows = table<Feed>(
    [
      { title: 'feed', value: feed => feed.name },
      { title: 'stream', value: feed => feed.stream },
      { title: 'state', value: feed => (feed.asking ? 'asking' : feed.state) },
      { title: 'asked', value: feed => feed.schedule },
      { title: 'last success', value: feed => feed.last_success_at ?? '–' },
      { title: 'newest', value: feed => feed.newest_at ?? '–' },
      { title: 'next', value: feed => feed.next_at ?? '–' },
      { title: 'records', value: feed => number(feed.lines_sent), align: 'right' },
    ],
    feeds,
  )
  const words = feeds.flatMap(({ name, error, notice }) => [
    ...(error === null
      ? []
      : [`${name}: ${printable(error.message)} (${error.code}, since ${error.since ?? '–'})`]),
    ...(notice === null ? [] : [`${name}: ${printable(notice)}`]),
  ])
  return [rows, ...(words.length > 0 ? ['', ...words] : [])].join('\n')
}
