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
  /** Access key of S3, account of Azure. */
  readonly keyId: string | null
  /** Null: as the environment of the cloud's own programs says, or the machine. */
  readonly key: Secret | null
  /** Null: as the environment says. */
  readonly proxy: string | null
  /** Certificates to trust beside the usual ones, PEM. */
  readonly ca: string | null
}

/** A request that is not answered within this has failed, ms. */
export const REQUEST_MS = 60_000

/** The prefix as keys have it. */
export const below = (prefix: string) => (prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`)
