import { z } from 'zod'
import { seconds, text, whole } from '../values/setting-types.ts'
import { locationFolder, locationSettings } from './location.ts'

/** When a job of open tables runs. */
const cron = (preset: string, what: string) =>
  text(preset, 'five fields of cron, such as "30 3 * * *", or null', /^\S+( \S+){4,5}$/, {
    description: `${what}, by the city’s clock; null: only when asked`,
  })

/** Where the lake is published as open tables, and how often. */
export const Tables = z.strictObject({
  ...locationSettings('the one that tables.folder names'),
  folder: locationFolder(
    'Of kind folder: where the tables go; null: nothing is published. Relative to the configuration file',
  ),
  goldS: seconds(60, 5, 86_400, { description: 'Tables of gold are brought level with the lake so often' }),
  restS: seconds(300, 5, 86_400, { description: 'All tables are brought level so often' }),
  restRows: whole(1_000_000, 1000, 1_000_000_000, {
    description: 'All tables are brought level as soon as so many records are not published',
  }),
  optimiseCron: cron('30 3 * * *', 'Small files are put together then'),
  vacuumCron: cron('30 4 * * 0', 'Files that no version of the last 7 days has are removed then'),
  lagS: seconds(1800, 30, 604_800, {
    description: 'It is a problem when the tables are behind by more than this',
  }),
})

/** Whether the settings want tables to be published. */
export function publishesTables({ kind, folder }: Pick<z.output<typeof Tables>, 'kind' | 'folder'>): boolean {
  return kind !== 'folder' || folder !== null
}
