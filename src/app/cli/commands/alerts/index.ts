import { Command, Option } from 'commander'
import { z } from 'zod'
import { AlertDelivery, AlertRule } from '../../../../serve/alerts/index.ts'
import { withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { EXIT } from '../../exit-codes.ts'
import { command, positive, withServerFlags } from '../../options.ts'
import { number, printable, table } from '../../output.ts'
import type { Shell } from '../../shell.ts'

interface DeliveryFlags extends ServerFlags {
  readonly rule?: string
  readonly state?: string
  readonly limit: number
}

const Rules = z.object({ items: z.array(AlertRule) })
const Deliveries = z.object({ items: z.array(AlertDelivery) })
const STATES = AlertDelivery.shape.state.options
const MOST = 10_000

export function alertsCommand(shell: Shell): Command {
  return new Command('alerts')
    .description('who is told of new incidents and of problems')
    .addCommand(listCommand(shell))
    .addCommand(deliveriesCommand(shell))
    .addCommand(testCommand(shell))
}

function listCommand(shell: Shell): Command {
  const list = command('list', 'the rules, and how many of their alerts were delivered', [
    'alerts list',
    'alerts list --json',
  ])
  return withServerFlags(list).action((flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const { items } = await client.json(Rules, 'GET', '/v1/alerts', { signal: shell.signal })
      shell.stdout.write(flags.json ? `${JSON.stringify({ items })}\n` : `${describeRules(items)}\n`)
    }),
  )
}

function deliveriesCommand(shell: Shell): Command {
  const deliveries = command('deliveries', 'what was told to whom and what waits, newest first', [
    'alerts deliveries',
    'alerts deliveries --state "given up" --json',
  ])
  return withServerFlags(deliveries)
    .option('--rule <name>', 'only those of a rule')
    .addOption(new Option('--state <state>', 'only those').choices(STATES))
    .option('--limit <n>', 'at most so many', positive, 20)
    .action((flags: DeliveryFlags) =>
      withServer(shell, flags, 'read', async ({ client }) => {
        const query = new URLSearchParams({ limit: String(Math.min(flags.limit, MOST)) })
        if (flags.rule !== undefined) query.set('rule', flags.rule)
        if (flags.state !== undefined) query.set('state', flags.state)
        const path = `/v1/alerts/deliveries?${query.toString()}`
        const { items } = await client.json(Deliveries, 'GET', path, { signal: shell.signal })
        shell.stdout.write(flags.json ? `${JSON.stringify({ items })}\n` : `${describe(items)}\n`)
      }),
    )
}

function testCommand(shell: Shell): Command {
  const test = command('test', 'send a test to each target of a rule, and say how it went', [
    'alerts test crashes-downtown',
  ]).argument('<rule>', 'as `alerts list` shows it')
  return withServerFlags(test).action((rule: string, flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const path = `/v1/alerts/${encodeURIComponent(rule)}/test`
      const { items } = await client.json(Deliveries, 'POST', path, { signal: shell.signal })
      if (items.some(({ state }) => state !== 'delivered')) shell.exitCode = EXIT.refused
      shell.stdout.write(flags.json ? `${JSON.stringify({ items })}\n` : `${describeTest(items)}\n`)
    }),
  )
}

function describeRules(rules: readonly AlertRule[]): string {
  if (rules.length === 0) return 'Nobody is told of anything; alerts.rules in arterial.yaml says who is.'
  return table<AlertRule>(
    [
      { title: 'rule', value: rule => rule.name },
      { title: 'about', value: rule => printable(rule.says) },
      { title: 'targets', value: rule => rule.targets.join(', ') },
      { title: 'delivered', value: rule => number(rule.delivered), align: 'right' },
      { title: 'waiting', value: rule => number(rule.waiting), align: 'right' },
      { title: 'given up', value: rule => number(rule.given_up), align: 'right' },
    ],
    rules,
  )
}

function describe(deliveries: readonly AlertDelivery[]): string {
  if (deliveries.length === 0) return 'There are no deliveries.'
  return table<AlertDelivery>(
    [
      { title: 'at', value: one => one.created_at },
      { title: 'rule', value: one => one.rule },
      { title: 'to', value: toText },
      { title: 'state', value: one => one.state },
      { title: 'tries', value: one => number(one.attempts), align: 'right' },
      { title: 'next', value: one => one.next_at ?? '–' },
      { title: 'about', value: one => printable(one.headline) },
      { title: 'answer', value: one => printable(one.reason ?? one.tries.at(-1)?.says ?? '–') },
    ],
    deliveries,
  )
}

function describeTest(deliveries: readonly AlertDelivery[]): string {
  return deliveries
    .map(one => {
      const says = printable(one.tries.at(-1)?.says ?? one.reason ?? '')
      return `${toText(one)}: ${one.state === 'delivered' ? 'delivered' : 'NOT delivered'} (${says})`
    })
    .join('\n')
}

function toText({ target, recipient }: AlertDelivery): string {
  return recipient === null ? target : `${target} (${recipient})`
}
