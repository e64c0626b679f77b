/**
 * Where things are kept as a whole: a folder here, a bucket of S3 or a container of Azure. Keys are `/`-separated names of letters,
 * digits, `.`, `_`, `=` and `-`; what others put below a prefix may be named in any way.
 */
export interface ObjectStore {
  /** For people: `s3 bucket city at http://…`, `folder /srv/landing`. */
  readonly where: string
  /** Whether the bucket, container or folder itself is there. */
  isThere(): Promise<boolean>
  /** Makes the bucket, container or folder itself; one that is there stays as it is. */
  make(): Promise<void>
  /** Durable once it resolves. A key that is there already is overwritten as a whole, never in part. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /**
   * Puts it only where there is none, whoever else tries at the same time. An answer that was lost on the way is no refusal: what is
   * there then is compared, so bytes must tell who put them.
   * @returns false when another is there already, which stays as it is
   */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>
  /** Puts a file of any size, in parts; after a break the next call goes on with the parts that are there. */
  putFile(key: string, path: string, options?: PartOptions): Promise<void>
  /** Null when there is no such object. */
  get(key: string): Promise<Buffer | null>
  /** Bytes from `start` on, fewer where the object ends before; null when there is no such object. */
  range(key: string, start: number, length: number): Promise<Buffer | null>
  has(key: string): Promise<boolean>
  /** Names directly below a prefix, of objects and of what has objects below it, sorted; never of one that is half written. */
  list(prefix: string): Promise<readonly string[]>
  /** The objects directly below a prefix, sorted by name. */
  objects(prefix: string): Promise<readonly StoredObject[]>
  remove(key: string): Promise<void>
}

export interface PartOptions {
  /** @default 8 MiB; S3 takes no smaller parts than 5 MiB */
  readonly partBytes?: number
}

export interface StoredObject {
  /** Behind the prefix. */
  readonly name: string
  readonly bytes: number
  /** Another one whenever its content is. */
  readonly mark: string
}
