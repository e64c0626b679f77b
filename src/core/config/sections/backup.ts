import { z } from 'zod'
import { locationFolder, locationSettings } from './location.ts'

/** Where `arterial backup` puts copies. */
export const Backup = z.strictObject({
  ...locationSettings('the one that backup.folder names'),
  folder: locationFolder(
    'Of kind folder: where copies go, on another disk; null: only where the command says. Relative to the configuration file',
  ),
})
