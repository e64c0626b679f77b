import { join } from 'node:path'
import { Command } from 'commander'
import { loadConfig } from '../../../../core/config/index.ts'
import type { CheckStep } from '../../../storage/index.ts'
import { FOLDER } from '../../client/cities.ts'
import { configSources } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { EXIT } from '../../exit-codes.ts'
import { command, withFolderFlags } from '../../options.ts'
import { paint, printable, table } from '../../output.ts'
import type { Shell } from '../../shell.ts'

type Flags = Pick<ServerFlags, 'data' | 'config' | 'simulate' | 'json'> & { readonly create?: boolean }

interface Checked {
  readonly location: string
  readonly where: string
  readonly ok: boolean
  readonly steps: readonly CheckStep[]
}

export function storageCommand(shell: Shell): Command {
  const check = command(
    'check',
    'try all that is wanted of every bucket, container and folder of the settings: exit code 1 where one fails',
    ['storage check', 'storage check --create --json'],
  )
  withFolderFlags(check)
    .option('--create', 'make the bucket, container or folder that is missing')
    .option('--json', 'one JSON document on stdout')
    .action((flags: Flags) => checkStorage(shell, flags))
  return new Command('storage').description('buckets and folders where objects are kept').addCommand(check)
}

async function checkStorage(shell: Shell, flags: Flags): Promise<void> {
  const config = loadConfig(configSources(shell, flags))
  const { checkStore, locationsOf } = await import('../../../storage/index.ts')
  const folder = join(config.data.dir, FOLDER[config.simulation.mode])
  const locations = await locationsOf(config, folder)
  const checked = await Promise.all(
    locations.map(async (location): Promise<Checked> => {
      const steps = await checkStore(location, flags.create ?? false)
      const ok = steps.every(({ outcome }) => outcome === 'ok' || outcome === 'made')
      return { location: location.name, where: location.store.where, ok, steps }
    }),
  )
  if (checked.some(({ ok }) => !ok)) shell.exitCode = EXIT.difference
  shell.stdout.write(
    flags.json ? `${JSON.stringify({ locations: checked })}\n` : `${describe(checked, shell)}\n`,
  )
}

function describe(checked: readonly Checked[], shell: Shell): string {
  const steps = checked[0]?.steps.map(({ step }) => step) ?? []
  const rows = table<Checked>(
    [
      { title: 'location', value: row => row.location },
      { title: 'where', value: row => row.where },
      ...steps.map((step, i) => ({ title: step, value: (row: Checked) => row.steps[i]?.outcome })),
    ],
    checked,
  )
  const problems = checked.flatMap(({ location, steps: done }) =>
    done
      .filter(({ problem }) => problem !== null)
      .map(({ problem }) =>
        paint(shell.stdout, 'red', `${location}: ${printable(problem ?? '')}`, shell.env),
      ),
  )
  return [rows, ...(problems.length > 0 ? ['', ...problems] : [])].join('\n')
}
