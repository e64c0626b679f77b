import { Command } from 'commander'
import { z } from 'zod'
import { UsageError } from '../../../../core/errors.ts'
import { OpenTable } from '../../../../serve/contract/outlet/tables.ts'
import { withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { longOperation } from '../../client/long-operation.ts'
import { EXIT } from '../../exit-codes.ts'
import type { ExitCode } from '../../exit-codes.ts'
import { command, withServerFlags } from '../../options.ts'
import { number } from '../../output.ts'
import type { Shell } from '../../shell.ts'
import { tablesText, verdictsText, Verified } from './texts.ts'

const Listed = z.object({ items: z.array(OpenTable) })
const Published = z.object({ where: z.string(), tables: z.array(OpenTable) })
const Optimised = z.object({ filesBefore: z.number(), filesAfter: z.number() })
const Vacuumed = z.object({ removed: z.number() })

/** A long operation on tables, and what is told of its result. */
interface Operation<T> {
  readonly name: string
  readonly says: string
  readonly result: z.ZodType<T>
  readonly text: (result: NoInfer<T>, shell: Shell) => string
  readonly exitCode?: (result: NoInfer<T>) => ExitCode
}

export function tablesCommand(shell: Shell): Command {
  const failing = ({ tables }: z.infer<typeof Published>) =>
    tables.some(({ problem }) => problem !== null) ? EXIT.difference : EXIT.ok
  return new Command('tables')
    .description('the lake as open tables (Delta Lake), which other programs read')
    .addCommand(listCommand(shell))
    .addCommand(
      operation(shell, {
        name: 'publish',
        says: 'bring tables level with the lake now',
        result: Published,
        text: ({ tables }) => tablesText(tables),
        exitCode: failing,
      }),
    )
    .addCommand(
      operation(shell, {
        name: 'verify',
        says: 'bring tables level, read every file and compare with the lake: exit code 1 when it differs',
        result: Verified,
        text: verdictsText,
        exitCode: ({ equal }) => (equal ? EXIT.ok : EXIT.difference),
      }),
    )
    .addCommand(
      operation(shell, {
        name: 'optimise',
        says: 'put small files together',
        result: Optimised,
        text: ({ filesBefore, filesAfter }) =>
          filesBefore === 0
            ? 'No small files lie beside each other.'
            : `${number(filesBefore)} files are ${number(filesAfter)} now.`,
      }),
    )
    .addCommand(
      operation(shell, {
        name: 'vacuum',
        says: 'remove files that no version of the last 7 days has',
        result: Vacuumed,
        text: ({ removed }) => `${number(removed)} files removed.`,
      }),
    )
    .addCommand(
      operation(shell, {
        name: 'rebuild',
        says: 'publish the tables that are named anew from all that the lake has, whoever changed them',
        result: Published,
        text: ({ tables }) => tablesText(tables),
        exitCode: failing,
      }),
    )
}

function listCommand(shell: Shell): Command {
  const list = command('list', 'open tables, and how far they are', ['tables list', 'tables list --json'])
  return withServerFlags(list).action((flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const { items } = await client.json(Listed, 'GET', '/v1/tables', { signal: shell.signal })
      shell.stdout.write(flags.json ? `${JSON.stringify({ items })}\n` : `${tablesText(items)}\n`)
    }),
  )
}

function operation<T>(shell: Shell, { name, says, result: schema, text, exitCode }: Operation<T>): Command {
  const needsNames = name === 'rebuild'
  const one = command(name, says, [
    ...(needsNames ? [] : [`tables ${name}`]),
    `tables ${name} silver/readings gold/hourly_summary`,
    ...(needsNames ? [`tables ${name} --all`] : []),
  ]).argument('[table...]', 'as `tables list` names them')
  if (needsNames) one.option('--all', 'every table')
  return withServerFlags(one).action((named: readonly string[], flags: ServerFlags & { all?: boolean }) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      if (needsNames && (named.length === 0) !== (flags.all === true))
        throw new UsageError(`Name the tables, as \`tables list\` does, or say --all.`)
      const list = () => client.json(Listed, 'GET', '/v1/tables', { signal: shell.signal })
      const tables = flags.all === true ? (await list()).items.map(({ path }) => path) : named
      const query = new URLSearchParams(tables.map((table): [string, string] => ['table', table]))
      const path = `/v1/admin/tables/${name}?${query.toString()}`
      const result = await longOperation(shell, client, path, `tables ${name}`, schema)
      shell.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${text(result, shell)}\n`)
      const code = exitCode?.(result) ?? EXIT.ok
      if (code !== EXIT.ok) shell.exitCode = code
    }),
  )
}
