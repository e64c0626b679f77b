import { AppError } from '../../core/errors.ts'
import type { ObjectStore } from '../../storage/index.ts'

/** The place of open tables can't be written or read; the message says why and the remedy. */
export class TableStoreError extends AppError {
  readonly code = 'ART_TABLES_STORE'
  override readonly retryable = true
  /** Of an answer. */
  readonly status = 503
}

/** The same store, whose errors can be told from others. Calls are not made where `assertRoom` throws. */
export function tableStore(store: ObjectStore, assertRoom: () => void): ObjectStore {
  const told = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (cause) {
      if (cause instanceof TableStoreError) throw cause
      throw new TableStoreError(messageOf(cause, store.where), { cause })
    }
  }
  const withRoom = <T>(call: () => Promise<T>): Promise<T> =>
    told(() => {
      assertRoom()
      return call()
    })
  return {
    where: store.where,
    isThere: () => told(() => store.isThere()),
    make: () => withRoom(() => store.make()),
    put: (key, bytes) => withRoom(() => store.put(key, bytes)),
    putIfAbsent: (key, bytes) => withRoom(() => store.putIfAbsent(key, bytes)),
    putFile: (key, path, options) => withRoom(() => store.putFile(key, path, options)),
    get: key => told(() => store.get(key)),
    range: (key, start, length) => told(() => store.range(key, start, length)),
    has: key => told(() => store.has(key)),
    list: prefix => told(() => store.list(prefix)),
    objects: prefix => told(() => store.objects(prefix)),
    remove: key => told(() => store.remove(key)),
  }
}

function messageOf(error: unknown, where: string): string {
  if (error instanceof AppError) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${where} can't be written (${code}): give the user that runs this the right to, or set tables.folder to another`
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `${where} is on a disk that is full (${code}): make room there`
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return `${where} is no folder (${code}): set tables.folder to a folder, or to one that can be made`
  return `${where}: ${error instanceof Error ? error.message : String(error)}`
}
