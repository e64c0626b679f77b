import { z } from 'zod'
import { seconds, whole } from '../values/setting-types.ts'
import { locationFolder, locationSettings } from './location.ts'

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
  lagS: seconds(1800, 30, 604_800, {
    description: 'It is a problem when the tables are behind by more than this',
  }),
})

/** Whether the settings want tables to be published. */
export function publishesTables({ kind, folder }: Pick<z.output<typeof Tables>, 'kind' | 'folder'>): boolean {
  return kind !== 'folder' || folder !== null
}
