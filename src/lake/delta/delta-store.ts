/** What a table needs of where it lies: the objects of one bucket or folder. */
export interface DeltaStore {
  /** Durable, and there as a whole, once it resolves. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** @returns false when there is one already; it may be the caller's own, from a request whose answer was lost */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>
  get(key: string): Promise<Buffer | null>
  /** Names directly below a prefix, of objects and of what has objects below it. */
  list(prefix: string): Promise<readonly string[]>
  remove(key: string): Promise<void>
}
