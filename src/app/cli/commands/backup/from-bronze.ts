import { join, resolve } from 'node:path'
import { loadConfig, publishesTables } from '../../../../core/config/index.ts'
import { UsageError } from '../../../../core/errors.ts'
import { folderStore } from '../../../../storage/index.ts'
import { FOLDER, shown } from '../../client/cities.ts'
import { configSources } from '../../client/connect.ts'
import { number } from '../../output.ts'
import { progress } from '../../progress.ts'
import type { Shell } from '../../shell.ts'
import type { BackupFlags } from './place.ts'

/** @param place a folder of open tables; true: the place that `tables` in the settings names */
export async function bringBackBronze(shell: Shell, place: string | true, flags: BackupFlags): Promise<void> {
  const { restoreFromBronze } = await import('../../../backup/index.ts')
  const { tables, data, simulation } = loadConfig(configSources(shell, flags))
  const store = await storeOf()
  const folder = join(data.dir, FOLDER[simulation.mode])
  const bar = progress(shell.stderr)
  const onProgress = (share: number, text: string) => bar.update(share, text)
  const made = await restoreFromBronze({ store, folder, onProgress, signal: shell.signal })
  const to = shown(folder, shell.cwd)
  bar.end(`${to} is made of bronze`)
  const text = [
    `${to} has all ${number(made.lines)} lines of version ${number(made.version)} of bronze/lines in ${store.where}, records ${number(made.floor)} to ${number(made.end - 1)}.`,
    ...(made.missing === 0 ? [] : [`${number(made.missing)} positions have no line there and stay unused.`]),
    'Start it now: the lake is made anew from the log.',
  ].join('\n')
  const document = { where: store.where, folder, ...made }
  shell.stdout.write(`${flags.json === true ? JSON.stringify(document) : text}\n`)

  async function storeOf() {
    if (place !== true) {
      if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place))
        throw new UsageError(
          `"${place}" is an address. A bucket is named by the settings, with its key: tables.kind, tables.bucket (docs/storage.md); here goes a folder, or nothing.`,
        )
      return folderStore(resolve(shell.cwd, place))
    }
    if (!publishesTables(tables))
      throw new UsageError(
        'Say where the open tables are: a folder behind --from-bronze, or tables.folder or tables.bucket in the settings.',
      )
    const { storeAt } = await import('../../../storage/index.ts')
    return storeAt('tables', tables, tables.folder ?? '')
  }
}
