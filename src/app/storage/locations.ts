import { join } from 'node:path'
import { publishesTables } from '../../core/config/index.ts'
import type { Config } from '../../core/config/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import { storeAt } from './store-at.ts'

/** One place that the settings name. */
export interface NamedLocation {
  /** The section of the settings; of tables with the layer behind it. */
  readonly name: string
  /** Below it the place is tried. */
  readonly prefix: string
  readonly store: ObjectStore
}

/**
 * Every place that the settings name; a copy's folder only where there is one.
 * @param folder of the system, below the data folder
 */
export async function locationsOf(config: Config, folder: string): Promise<readonly NamedLocation[]> {
  const { landing, backup, tables } = config
  const places: NamedLocation[] = [
    { name: 'landing', prefix: '', store: await storeAt('landing', landing, join(folder, 'landing')) },
  ]
  if (backup.kind !== 'folder' || backup.folder !== null)
    places.push({ name: 'backup', prefix: '', store: await storeAt('backup', backup, backup.folder ?? '') })
  if (publishesTables(tables)) {
    const store = await storeAt('tables', tables, tables.folder ?? '')
    const layers = ['bronze', 'silver', 'quarantine', 'gold']
    places.push(...layers.map(layer => ({ name: `tables ${layer}`, prefix: `${layer}/`, store })))
  }
  return places
}
