import type { Command } from 'commander'
import { z } from 'zod'
import { Loss } from '../../../serve/contract/loss.ts'
import { withServer } from '../client/connect.ts'
import type { ServerFlags } from '../client/connect.ts'
import { EXIT } from '../exit-codes.ts'
import { longOperation } from '../client/long-operation.ts'
import { command, withServerFlags } from '../options.ts'
import { facts, number, paint, printable, table } from '../output.ts'
import type { Shell } from '../shell.ts'

/** What the server answers at last; the rest of it is figures and lists for people. */
const VerifyResult = z.looseObject({
  equal: z.boolean(),
  losses: z.array(Loss).optional(),
  damagedParts: z.array(z.object({ table: z.string(), part: z.string(), reason: z.string() })).optional(),
})
type VerifyResult = z.infer<typeof VerifyResult>

/** Differing windows shown to people; `--json` has all that the server tells. */
const SHOWN = 50

export function verifyCommand(shell: Shell): Command {
  const verify = command(
    'verify',
    'recompute everything from the log and compare: exit code 1 when it differs, 7 when records are lost that nobody has acknowledged',
    ['verify', 'verify --json'],
  )
  return withServerFlags(verify).action((flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const result = await longOperation(shell, client, '/v1/admin/verify', 'verify', VerifyResult)
      shell.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${describe(result, shell)}\n`)
      if (!result.equal) shell.exitCode = EXIT.difference
      else if (result.losses?.some(({ acknowledged }) => acknowledged === null)) shell.exitCode = EXIT.lost
    }),
  )
}

function describe(result: VerifyResult, shell: Shell): string {
  const { equal, losses = [], damagedParts = [], ...rest } = result
  const isSound = losses.every(({ acknowledged }) => acknowledged !== null)
  const verdict = [
    paint(shell.stdout, !equal ? 'red' : isSound ? 'green' : 'yellow', verdictOf(equal, losses), shell.env),
    ...losses.map(loss => `  ${lossText(loss)}`),
    ...damagedParts.map(part => `  ${damageText(part)}`),
  ].join('\n')
  const figures: [string, string][] = []
  const lists: string[] = []
  for (const [name, value] of Object.entries(rest)) {
    if (Array.isArray(value)) {
      if (value.length > 0) lists.push(`${words(name)}:\n${listText(value)}`)
    } else figures.push([words(name), typeof value === 'number' ? number(value) : text(value)])
  }
  return [verdict, ...(figures.length > 0 ? [facts(figures)] : []), ...lists].join('\n\n')
}

function verdictOf(equal: boolean, losses: readonly Loss[]): string {
  const but = losses.length === 0 ? '' : ', except for what was lost:'
  return equal
    ? `equal: every layer is what the log says${but}`
    : `NOT equal: the layers differ from the log${but}`
}

/** "341 acknowledged records lost on 2026-11-27, positions 20–360 (log-20); 12 of them still in the lake; not acknowledged yet". */
function lossText(loss: Loss): string {
  const { id, records, exact, found_at: foundAt, in_lake: inLake, acknowledged } = loss
  const what = `${exact ? '' : 'up to '}${number(records)} acknowledged ${records === 1 ? 'record' : 'records'}`
  const where = `positions ${loss.from_position}–${loss.to_position - 1} (${id})`
  const lake = inLake === null || loss.layer !== 'log' ? '' : `; ${number(inLake)} of them still in the lake`
  const seen = acknowledged === null ? 'nobody has taken note yet' : `noted by ${printable(acknowledged.by)}`
  return `${what} lost on ${foundAt.slice(0, 10)}, ${where}${lake}; ${seen}`
}

function damageText({ table: name, part, reason }: { table: string; part: string; reason: string }): string {
  return `part ${part} of ${name} had damaged files (${printable(reason)}): its rows were made anew from the log before this was compared`
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
