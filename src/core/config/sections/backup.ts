import { z } from 'zod'
import type { Mistake } from '../config-error.ts'
import { seconds, text, wholeOrNull } from '../values/setting-types.ts'
import { locationFolder, locationSettings } from './location.ts'

/** Where `arterial backup` puts copies. */
export const Backup = z.strictObject({
  ...locationSettings('the one that backup.folder names'),
  folder: locationFolder(
    'Of kind folder: where copies go, on another disk; null: only where the command says. Relative to the configuration file',
  ),
  cron: text(null, 'five fields of cron, such as "15 3 * * *", or null', /^\S+( \S+){4,5}$/, {
    description: 'When the server makes a backup, by the city’s clock; null: only by hand',
  }),
  keep: wholeOrNull(1, 100_000, {
    description:
      'After one was made by backup.cron so many stay, and older ones are removed with what only they need; null: all stay',
  }),
  lagS: seconds(172_800, 60, 31_536_000, {
    description: 'With backup.cron it is a problem when the newest backup is older than this',
  }),
})

/** A schedule needs a place. */
export function backupMistakes(given: unknown): Omit<Mistake, 'where'>[] {
  const { kind, folder, cron } = (given ?? {}) as Readonly<Record<string, unknown>>
  const isGiven = (value: unknown) => value !== undefined && value !== null
  if (!isGiven(cron) || (kind !== undefined && kind !== 'folder') || isGiven(folder)) return []
  return [
    {
      path: 'backup.cron',
      message: 'has no place; allowed: beside backup.folder, or backup.kind with its bucket',
    },
  ]
}
