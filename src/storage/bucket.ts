import type { Secret } from '../core/config/index.ts'

/** A bucket of S3, or of a service that speaks as it does; of Azure a container. */
export interface Bucket {
  /** The section of the settings that names it, for messages: `landing`. */
  readonly setting: string
  readonly bucket: string
  /** Before all keys: empty, or with a `/` at its end. */
  readonly prefix: string
  /** Null: the cloud's own. */
  readonly endpoint: string | null
  /** Of S3. */
  readonly region: string
  /** Access key of S3, null: as its environment says; account of Azure. */
  readonly keyId: string | null
  readonly key: Secret | null
}

/** A request that is not answered within this has failed, ms. */
export const REQUEST_MS = 60_000

/** The prefix as keys have it. */
export const below = (prefix: string) => (prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`)
