import type { Command } from 'commander'
import { z } from 'zod'
import { withServer } from '../connect.ts'
import type { ServerFlags } from '../connect.ts'
import { EXIT } from '../exit-codes.ts'
import { longOperation } from '../long-operation.ts'
import { command, withServerFlags } from '../options.ts'
import { facts, number, paint, table } from '../output.ts'
import type { Shell } from '../shell.ts'

/** What the server answers at last; the rest of it is figures and lists for people. */
const VerifyResult = z.looseObject({ equal: z.boolean() })
type VerifyResult = z.infer<typeof VerifyResult>

/** Differing windows shown to people; `--json` has all that the server tells. */
const SHOWN = 50

export function verifyCommand(shell: Shell): Command {
  const verify = command(
    'verify',
    'recompute everything from the log and compare: exit code 1 when it differs',
    ['verify', 'verify --json'],
  )
  return withServerFlags(verify).action((flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const result = await longOperation(shell, client, '/v1/admin/verify', 'verify', VerifyResult)
      shell.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${describe(result, shell)}\n`)
      if (!result.equal) shell.exitCode = EXIT.difference
    }),
  )
}

function describe(result: VerifyResult, shell: Shell): string {
  const { equal, ...rest } = result
  const verdict = equal
    ? paint(shell.stdout, 'green', 'equal: every layer is what the log says', shell.env)
    : paint(shell.stdout, 'red', 'NOT equal: the layers differ from the log', shell.env)
  const figures: [string, string][] = []
  const lists: string[] = []
  for (const [name, value] of Object.entries(rest)) {
    if (Array.isArray(value)) {
      if (value.length > 0) lists.push(`${words(name)}:\n${listText(value)}`)
    } else figures.push([words(name), typeof value === 'number' ? number(value) : text(value)])
  }
  return [verdict, ...(figures.length > 0 ? [facts(figures)] : []), ...lists].join('\n\n')
}

function listText(values: readonly unknown[]): string {
  const shown = values.slice(0, SHOWN)
  const more = values.length > SHOWN ? `\n… and ${values.length - SHOWN} more` : ''
  const records = shown.filter(value => typeof value === 'object' && value !== null) as Record<
    string,
    unknown
  >[]
  if (records.length < shown.length) return shown.map(value => `  ${text(value)}`).join('\n') + more
  const names = [...new Set(records.flatMap(record => Object.keys(record)))]
  return (
    table(
      names.map(name => ({ title: words(name), value: (row: Record<string, unknown>) => text(row[name]) })),
      records,
    ) + more
  )
}

function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : value === undefined || value === null
      ? '–'
      : JSON.stringify(value)
}

function words(name: string): string {
  return name
    .replace(/([A-Z])/g, ' $1')
    .replaceAll('_', ' ')
    .toLowerCase()
}
