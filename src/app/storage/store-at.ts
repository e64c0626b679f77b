import type { Config } from '../../core/config/index.ts'
import { below, folderStore } from '../../storage/index.ts'
import type { ObjectStore } from '../../storage/index.ts'

/** A place as the settings name it. */
export type Location = Pick<
  Config['landing'],
  'kind' | 'bucket' | 'prefix' | 'endpoint' | 'region' | 'keyId' | 'key' | 'proxy' | 'ca'
>

/**
 * The place that settings name. The clients of clouds are loaded when they are needed: most systems need none.
 * @param setting its section, for messages @param folder where it is of kind folder
 */
export async function storeAt(setting: string, location: Location, folder: string): Promise<ObjectStore> {
  const { kind, bucket, prefix, endpoint, region, keyId, key, proxy, ca } = location
  if (kind === 'folder') return folderStore(folder)
  const there = {
    ...{ setting, bucket: bucket ?? '', endpoint, region, keyId, key, proxy },
    ca: ca?.reveal() ?? null,
    prefix: below(prefix),
  }
  if (kind === 's3') return (await import('../../storage/s3/store.ts')).s3Store(there)
  const { azureStore } = await import('../../storage/azure/store.ts')
  if (key !== null) return azureStore(there)
  const { azureIdentity } = await import('../../storage/azure/identity.ts')
  return azureStore(there, azureIdentity(there))
}
