import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderStore } from '../../src/storage/index.ts'

describe('objects in a folder', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'objects-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it('that are put if absent are those of one alone, whoever comes at the same time', async () => {
    const store = folderStore(folder)
    const names = Array.from({ length: 20 }, (_, i) => `writer ${i}`)
    const first = await Promise.all(names.map(name => store.putIfAbsent('a=1/log/0', Buffer.from(name))))
    expect(first.filter(Boolean)).toHaveLength(1)
    expect((await store.get('a=1/log/0'))?.toString()).toBe(names[first.indexOf(true)])
    expect(await store.putIfAbsent('a=1/log/0', Buffer.from('later'))).toBe(false)
    expect(readdirSync(join(folder, 'a=1/log'))).toEqual(['0'])
  })

  it('have names that stay below it', async () => {
    const store = folderStore(folder)
    for (const key of ['../a', 'a/../../b', '/etc/passwd', 'a//b', ''])
      await expect(store.putIfAbsent(key, Buffer.from('x'))).rejects.toThrow(/no key of an object/)
  })
})
