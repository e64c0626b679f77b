import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { TableStoreError, tableStore } from '../../../src/app/tables/table-store.ts'
import { DiskNearlyFullError } from '../../../src/core/errors.ts'
import { folderStore } from '../../../src/storage/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'table-store-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the place of open tables', () => {
  it('says in its own words what a folder refuses', async () => {
    writeFileSync(join(folder, 'file'), '')
    const store = tableStore(folderStore(join(folder, 'file')), () => undefined)
    const refused = await store.put('a/b', Buffer.from('x')).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(TableStoreError)
    expect((refused as Error).message).toContain('is no folder (ENOTDIR)')
  })

  it('writes nothing where there is no room, and reads all the same', async () => {
    const store = tableStore(folderStore(folder), () => {
      throw new DiskNearlyFullError('the disk has 1 MB left')
    })
    await expect(store.put('a', Buffer.from('x'))).rejects.toThrow('the disk has 1 MB left')
    expect(await store.get('a')).toBeNull()
  })
})
