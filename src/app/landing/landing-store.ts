import { join } from 'node:path'
import type { Config } from '../../core/config/index.ts'
import { below, folderStore } from '../../storage/index.ts'
import type { ObjectStore } from '../../storage/index.ts'

/** Where the settings want what is received to be kept. The clients of clouds are loaded when they are needed: most systems need none. */
export async function landingStore(
  { landing }: Pick<Config, 'landing'>,
  folder: string,
): Promise<ObjectStore> {
  const { kind, bucket, prefix, endpoint, region, keyId, key } = landing
  if (kind === 'folder') return folderStore(join(folder, 'landing'))
  const there = {
    ...{ bucket: bucket ?? '', endpoint, region, keyId, key },
    prefix: below(prefix),
  }
  if (kind === 's3') return (await import('../../storage/s3-store.ts')).s3Store(there)
  return (await import('../../storage/azure-store.ts')).azureStore(there)
}
