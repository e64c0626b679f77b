import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkStore } from '../../../src/app/storage/index.ts'
import { folderStore } from '../../../src/storage/index.ts'
import type { ObjectStore } from '../../../src/storage/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const check = (store: ObjectStore, create = false) =>
  checkStore({ name: 'backup', prefix: 'a/', store }, create)
const failing = (code: string): Partial<ObjectStore> => ({
  put: () => Promise.reject(Object.assign(new Error(`${code}: no`), { code })),
})

describe('the check of a folder', () => {
  it('makes it only when told to, and leaves no object', async () => {
    const path = join(folder, 'new/one')
    const before = await check(folderStore(path))
    expect(before[0]).toMatchObject({ step: 'there', outcome: 'failed' })
    expect(before[0]?.problem).toContain(`folder ${path} is not there; --create makes it`)
    expect(before.slice(1).every(({ outcome }) => outcome === 'left out')).toBe(true)
    expect((await check(folderStore(path), true)).map(({ outcome }) => outcome)).toEqual([
      ...['made', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
    ])
    const left = await readdir(path, { recursive: true, withFileTypes: true })
    expect(left.filter(entry => entry.isFile())).toEqual([])
  })

  it.each([
    ['EROFS', /may be read but not written \(EROFS\)/],
    ['EACCES', /may be read but not written \(EACCES\)/],
    ['ENOSPC', /is on a disk that is full/],
  ])('says of %s what it means', async (code, sentence) => {
    const steps = await check({ ...folderStore(folder), ...failing(code) })
    expect(steps.find(({ outcome }) => outcome === 'failed')).toMatchObject({
      step: 'write',
      problem: expect.stringMatching(sentence) as string,
    })
  })

  it('finds what is given back otherwise than it was written', async () => {
    const store = folderStore(folder)
    const steps = await check({ ...store, get: async key => (await store.get(key))?.subarray(1) ?? null })
    expect(steps.find(({ outcome }) => outcome === 'failed')).toMatchObject({ step: 'read' })
  })
})
