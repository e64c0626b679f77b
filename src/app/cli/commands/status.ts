import type { Command } from 'commander'
import { formatSize } from '../../../core/config/index.ts'
import { Status } from '../../../serve/contract/status.ts'
import type { StreamStatus } from '../../../serve/contract/status.ts'
import { withServer } from '../client/connect.ts'
import type { ServerFlags } from '../client/connect.ts'
import { command, withServerFlags } from '../options.ts'
import { facts, number, paint, printable, table } from '../output.ts'
import type { Shell } from '../shell.ts'

export function statusCommand(shell: Shell): Command {
  const status = command('status', 'how the system is: layers, backlog, freshness, problems', [
    'status',
    'status --json',
    'status --url http://city.example:8080',
  ])
  return withServerFlags(status).action((flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const answer = await client.json(Status, 'GET', '/v1/status', { signal: shell.signal })
      shell.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : `${describe(answer, shell)}\n`)
    }),
  )
}

function describe(status: Status, shell: Shell): string {
  const { backlog, city, engine, freshnessMs, log, rates } = status
  const general = facts([
    ['city', `${printable(city.name)}${status.mode === 'simulated' ? ' (SIMULATED)' : ''}`],
    ['version', status.version],
    [
      'ready',
      status.ready
        ? paint(shell.stdout, 'green', 'yes', shell.env)
        : paint(shell.stdout, 'red', 'no', shell.env),
    ],
    ['engine', `${engine.state}, ${engine.restarts} restarts`],
    ['log', `${number(log.accepted)} lines of readings, ${formatSize(log.bytes)}`],
    ...unknown(status),
    ...copied(status),
    ['backlog', `${number(backlog.records)} lines, ${formatSize(backlog.bytes)}`],
    ['rates', `${number(rates.acceptedPerS)}/s accepted, ${number(rates.loadedPerS)}/s loaded`],
    ['freshness', `p50 ${span(freshnessMs.p50)}, p95 ${span(freshnessMs.p95)}, p99 ${span(freshnessMs.p99)}`],
    ['newest reading', status.newestAt ?? '–'],
    ['repeats', number(status.repeats)],
    ['conflicts', number(status.conflicts)],
    ...lost(status),
    ...onDisk(status),
  ])
  const layers = table(
    [
      { title: 'layer', value: ([name]) => name },
      { title: 'rows', value: ([, layer]) => number(layer.rows), align: 'right' },
      { title: 'on disk', value: ([, layer]) => formatSize(layer.bytes), align: 'right' },
    ],
    Object.entries(status.layers),
  )
  const open = status.losses.open.map(loss =>
    paint(shell.stdout, 'red', `! ${loss.id}: ${printable(loss.message)}`, shell.env),
  )
  const problems = status.problems.map(problem =>
    paint(
      shell.stdout,
      'red',
      `! ${printable(problem.message)} (${problem.code}, since ${problem.since})`,
      shell.env,
    ),
  )
  return [
    general,
    '',
    layers,
    ...streamLines(status),
    ...(problems.length > 0 ? ['', ...problems, ...open] : []),
  ].join('\n')
}

/** Of a copy: how far it is. */
function copied({ follow }: Status): [string, string][] {
  if (follow === undefined) return []
  const { position, published, message, live } = follow
  const of = published === null ? '' : ` of ${number(published)}`
  const rows: [string, string][] = [
    ['copy', `${number(position)}${of} lines${message === null ? '' : `, ${printable(message)}`}`],
  ]
  if (live.from === 'topics') rows.push(['live picture', 'from the topics'])
  else if (live.message !== null) rows.push(['live picture', `from the tables, ${printable(live.message)}`])
  return rows
}

/** Those of which something came. */
function streamLines({ streams }: Status): string[] {
  const some = streams.filter(({ records }) => records > 0)
  if (some.length === 0) return []
  const count = (title: string, of: (stream: StreamStatus) => number) => ({
    title,
    value: (stream: StreamStatus) => number(of(stream)),
    align: 'right' as const,
  })
  const rows = table<StreamStatus>(
    [
      { title: 'stream', value: ({ name }) => name },
      count('records', ({ records }) => records),
      count('rows', ({ rows: kept }) => kept),
      count('quarantined', ({ quarantined }) => quarantined),
      count('repeats', ({ repeats }) => repeats),
      count('conflicts', ({ conflicts }) => conflicts),
      { title: 'newest', value: ({ newestAt }) => newestAt ?? '–' },
    ],
    some,
  )
  return ['', rows]
}

/** Nothing is said while nothing was ever lost. */
function lost({ losses }: Status): [string, string][] {
  if (losses.count === 0) return []
  const open =
    losses.openCount === 0 ? 'all acknowledged' : `${number(losses.openRecords)} not acknowledged yet`
  return [['lost', `${number(losses.records)} records in ${number(losses.count)} losses, ${open}`]]
}

/** Nothing is said where every stream is known. */
function unknown({ log }: Status): [string, string][] {
  if (log.unknown === 0) return []
  return [
    ['unknown', `${number(log.unknown)} records of streams that only a newer program knows; they are kept`],
  ]
}

/** What the data folder takes, and the parts of it that take something. */
function onDisk({ folder, disk }: Status): [string, string][] {
  if (folder === null) return []
  const { segments, lake, oversize, setAside, rest } = folder.bytes
  const parts = (
    [
      ['log', segments],
      ['lake', lake],
      ['long lines', oversize],
      ['set aside', setAside],
      ['rest', rest],
    ] as const
  ).filter(([, bytes]) => bytes > 0)
  const named = parts.map(([name, bytes]) => `${name} ${formatSize(bytes)}`).join(', ')
  const free = disk.freeBytes === null ? '' : `; ${formatSize(disk.freeBytes)} free`
  return [['folder', `${formatSize(folder.totalBytes)} (${named})${free}`]]
}

function span(ms: number | null): string {
  return ms === null ? '–' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
