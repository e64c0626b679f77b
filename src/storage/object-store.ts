/**
 * Where things are kept as a whole: a folder here, a bucket of S3 or a container of Azure. Keys are `/`-separated names of letters,
 * digits, `.`, `_`, `=` and `-`; what others put below a prefix may be named in any way.
 */
export interface ObjectStore {
  /** Durable once it resolves. A key that is there already is overwritten as a whole, never in part. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /**
   * The same, where no such object is there yet. Of several callers one is told true.
   *
   * @returns false when there is one: it may be the caller's own, from a request whose answer was lost
   */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>
  /** Null when there is no such object. */
  get(key: string): Promise<Buffer | null>
  has(key: string): Promise<boolean>
  /** Names directly below a prefix, of objects and of what has objects below it, sorted; never of one that is half written. */
  list(prefix: string): Promise<readonly string[]>
  /** The objects directly below a prefix, sorted by name. */
  objects(prefix: string): Promise<readonly StoredObject[]>
  remove(key: string): Promise<void>
}

export interface StoredObject {
  /** Behind the prefix. */
  readonly name: string
  readonly bytes: number
  /** Another one whenever its content is. */
  readonly mark: string
}
