import { AppError } from '../../core/errors.ts'
import type { LinesStore } from '../../lake/publish/index.ts'
import { StorageError } from '../../storage/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import { FollowError } from './follower.ts'

/** The place of another one's tables, to be read: whatever goes wrong names the place and what this server needs there. */
export function followedStore(store: ObjectStore): LinesStore {
  const told = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (cause) {
      throw new FollowError(messageOf(cause, store.where), { cause })
    }
  }
  const never = (key: string) => Promise.reject(new Error(`a copy writes nothing to what it follows: ${key}`))
  return {
    get: key => told(() => store.get(key)),
    range: (key, start, length) => told(() => store.range(key, start, length)),
    list: prefix => told(() => store.list(prefix)),
    put: never,
    putIfAbsent: never,
    remove: never,
  }
}

function messageOf(error: unknown, where: string): string {
  if (error instanceof StorageError && error.fault === 'denied')
    return `${where}: does not let us in; a copy needs a key that may list and read there`
  if (error instanceof StorageError && error.fault === 'missing')
    return `${where}: is not there; set follow.bucket to the one that the other server has as tables.bucket`
  if (error instanceof AppError) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code === 'EACCES' || code === 'EPERM')
    return `${where} may not be read (${code}): give the user that runs this the right to; the other server makes its tables for its own user alone`
  if (code === 'ENOTDIR')
    return `${where} is no folder (${code}): set follow.folder to the other one’s tables`
  return `${where}: ${error instanceof Error ? error.message : String(error)}`
}
