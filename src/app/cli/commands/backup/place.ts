import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadConfig } from '../../../../core/config/index.ts'
import type { Config } from '../../../../core/config/index.ts'
import { UsageError } from '../../../../core/errors.ts'
import { folderStore } from '../../../../storage/index.ts'
import type { ObjectStore } from '../../../../storage/index.ts'
import { FOLDER } from '../../client/cities.ts'
import type { Mode } from '../../client/cities.ts'
import { configSources } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import type { Shell } from '../../shell.ts'

export type BackupFlags = Pick<ServerFlags, 'data' | 'config' | 'simulate' | 'json'>

/** Where backups are, and the data folder that they are of. */
export interface Place {
  readonly store: ObjectStore
  /** As the data folder is called: `city` or `demo`. */
  readonly city: string
  readonly folder: string
}

/**
 * @param target a folder; undefined: what the settings name
 * @param has whether there is something of a city, where nobody said which is meant
 * @throws {UsageError} when no place is named, or both cities could be meant
 */
export async function placeOf(
  shell: Shell,
  flags: BackupFlags,
  target: string | undefined,
  has: 'data' | 'backups',
): Promise<Place> {
  const sources = configSources(shell, flags)
  const config = loadConfig(sources)
  const store = await storeOf(shell, config, target)
  const isNamed = flags.simulate !== undefined || sources.flags['simulation.mode'] !== undefined
  const city = isNamed
    ? FOLDER[config.simulation.mode]
    : await onlyOne(config, async name =>
        has === 'data'
          ? existsSync(join(config.data.dir, name))
          : (await (await import('../../../backup/index.ts')).backupNames(store, name)).length > 0,
      )
  return { store, city, folder: join(config.data.dir, city) }
}

async function storeOf(shell: Shell, { backup }: Config, target: string | undefined): Promise<ObjectStore> {
  if (target !== undefined) {
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(target))
      throw new UsageError(
        `"${target}" is an address. A bucket is named by the settings, with its key: backup.kind, backup.bucket (docs/storage.md); here goes a folder, or nothing.`,
      )
    return folderStore(resolve(shell.cwd, target))
  }
  if (backup.kind === 'folder' && backup.folder === null)
    throw new UsageError(
      'Say where backups are: a folder behind the command, or backup.folder or backup.bucket in the settings.',
    )
  const { storeAt } = await import('../../../storage/index.ts')
  return storeAt('backup', backup, backup.folder ?? '')
}

/** The city that is meant where nobody said which. */
async function onlyOne(config: Config, has: (city: string) => Promise<boolean>): Promise<string> {
  const names: string[] = []
  for (const name of Object.values(FOLDER)) if (await has(name)) names.push(name)
  if (names.length > 1)
    throw new UsageError(
      `There are a demo and a real city; say which with --simulate: profile is the demo, off the real city.`,
    )
  return names[0] ?? FOLDER[config.simulation.mode satisfies Mode]
}
