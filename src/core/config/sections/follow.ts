import { z } from 'zod'
import { choice, seconds } from '../values/setting-types.ts'
import { locationFolder, locationSettings } from './location.ts'

/** Open tables of another Arterial, of which this one is a copy to be read. */
export const Follow = z.strictObject({
  ...locationSettings('the one that follow.folder names'),
  folder: locationFolder(
    'Of kind folder: where the other one’s tables are; null: nothing is followed. Relative to the configuration file',
  ),
  everyS: seconds(10, 1, 3600, { description: 'It is looked for new commits so often' }),
  live: choice(['topics', 'tables'], 'topics', {
    description:
      'topics: the live picture is from those of kafka.feeds that have readings, within seconds; tables: it is as old as publishing',
  }),
})

/** Whether the settings want open tables to be followed. */
export function followsTables({ kind, folder }: Pick<z.output<typeof Follow>, 'kind' | 'folder'>): boolean {
  return kind !== 'folder' || folder !== null
}
