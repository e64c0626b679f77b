import { join } from 'node:path'
import type { Config } from '../../core/config/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import { storeAt } from '../storage/index.ts'

/** Where the settings want what is received to be kept. */
export function landingStore({ landing }: Pick<Config, 'landing'>, folder: string): Promise<ObjectStore> {
  return storeAt('landing', landing, join(folder, 'landing'))
}
