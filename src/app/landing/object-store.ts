/**
 * Where what was received is kept: a folder here (`folderStore`); the same four calls are what a bucket of S3 or ADLS offers. Keys
 * are `/`-separated names of letters, digits, `.`, `_` and `-`.
 */
export interface ObjectStore {
  /** Durable once it resolves. A key that is there already is overwritten as a whole, never in part. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Null when there is no such object. */
  get(key: string): Promise<Buffer | null>
  has(key: string): Promise<boolean>
  /** The keys directly below a prefix, sorted; an object that is half written is none of them. */
  list(prefix: string): Promise<readonly string[]>
  remove(key: string): Promise<void>
}
