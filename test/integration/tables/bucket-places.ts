import type { Bucket } from '../../../src/storage/index.ts'
import type { TablesPlace } from './readers.ts'

/** A bucket of moto as delta-rs reaches it. */
export function s3Place({ bucket, prefix, endpoint, region, keyId, key }: Bucket): TablesPlace {
  return {
    base: `s3://${bucket}/${prefix.replace(/\/$/, '')}`,
    options: {
      ...{ aws_endpoint: endpoint ?? '', aws_region: region, aws_allow_http: 'true' },
      ...{ aws_access_key_id: keyId ?? '', aws_secret_access_key: key?.reveal() ?? '' },
    },
  }
}

/** A container of azurite as delta-rs reaches it. */
export function azurePlace({ bucket, prefix, endpoint, keyId, key }: Bucket): TablesPlace {
  return {
    base: `az://${bucket}/${prefix.replace(/\/$/, '')}`,
    options: {
      ...{ azure_storage_use_emulator: 'true', azure_storage_account_name: keyId ?? '' },
      azure_storage_account_key: key?.reveal() ?? '',
    },
    env: { AZURITE_BLOB_STORAGE_URL: new URL(endpoint ?? '').origin },
  }
}
