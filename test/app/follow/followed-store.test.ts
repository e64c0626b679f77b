import { describe, expect, it } from 'vitest'
import { followedStore } from '../../../src/app/follow/followed-store.ts'
import { folderStore, StorageError } from '../../../src/storage/index.ts'
import type { StorageFault } from '../../../src/storage/index.ts'

const failing = (error: Error) =>
  followedStore({ ...folderStore('/lake'), get: () => Promise.reject(error) }).get('a')
const refused = (fault: StorageFault) =>
  new StorageError('s3 bucket city', 'why it is', { fault, retryAfterS: null, cause: null })

describe('the place of another one’s tables', () => {
  it('is told with what a copy needs there', async () => {
    await expect(failing(refused('denied'))).rejects.toThrow(/folder \/lake.*list and read/)
    await expect(failing(refused('missing'))).rejects.toThrow(/folder \/lake.*set follow\.bucket/)
    await expect(failing(refused('busy'))).rejects.toThrow('s3 bucket city: why it is')
    const code = (name: string) => Object.assign(new Error('no'), { code: name })
    await expect(failing(code('EACCES'))).rejects.toThrow(/folder \/lake may not be read \(EACCES\): give/)
    await expect(failing(code('ENOTDIR'))).rejects.toThrow(/is no folder.*set follow\.folder/)
  })

  it('is never written', async () => {
    const store = followedStore(folderStore('/nowhere'))
    for (const write of [
      store.put('a', Buffer.alloc(1)),
      store.putIfAbsent('a', Buffer.alloc(1)),
      store.remove('a'),
    ])
      await expect(write).rejects.toThrow('a copy writes nothing')
  })
})
