import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderInbox } from '../../../src/app/landing/index.ts'

let folder: string
let inbox: FolderInbox
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inbox-'))
  inbox = new FolderInbox(folder, 1_000)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const put = (name: string, text: string) => writeFile(join(folder, name), text)
const names = async (taken = {}) => (await inbox.look(taken)).ready.map(({ name }) => name)

describe('a folder that is an inbox', () => {
  it('gives a file once two looks in a row found it the same', async () => {
    await put('a.csv', 'x')
    expect(await names()).toEqual([])
    await put('a.csv', 'xy')
    expect(await names()).toEqual([])
    expect(await names()).toEqual(['a.csv'])
  })

  it('gives a file once, and again when it was changed', async () => {
    await put('a.csv', 'x')
    await names()
    const [file] = (await inbox.look({})).ready
    if (file === undefined) throw new Error('no file')
    const taken = { 'a.csv': file.mark }
    expect(await names(taken)).toEqual([])
    await put('a.csv', 'other')
    await names(taken)
    expect(await names(taken)).toEqual(['a.csv'])
  })

  it('leaves alone what is being written, links, folders and what is empty', async () => {
    await Promise.all(
      ['.a.csv', 'b.csv.part', 'c.csv.tmp', 'd.csv~', 'e.csv.crdownload'].map(one => put(one, 'x')),
    )
    await symlink('/etc/passwd', join(folder, 'f.csv'))
    await mkdir(join(folder, 'g.csv'))
    await put('h.csv', '')
    await names()
    expect(await names()).toEqual([])
  })

  it('does not read a file that changes meanwhile', async () => {
    await put('a.csv', 'x')
    await names()
    const [file] = (await inbox.look({})).ready
    if (file === undefined) throw new Error('no file')
    await utimes(join(folder, 'a.csv'), 1, 1)
    expect(await inbox.read(file)).toBeNull()
  })

  it('says which file is too large, and what to do', async () => {
    await put('big.csv', 'x'.repeat(1_001))
    await names()
    expect(await inbox.look({})).toEqual({
      ready: [],
      notice: expect.stringContaining(
        '"big.csv" (1001 B): larger than jobs.maxFileBytes, 1000 B; raise it',
      ) as string,
    })
  })

  it('says which files are empty, once two looks in a row found them so', async () => {
    await Promise.all(Array.from({ length: 7 }, (_, i) => put(`${i}.csv`, '')))
    expect((await inbox.look({})).notice).toBeNull()
    expect((await inbox.look({})).notice).toContain('"4.csv", 2 more: empty; put the whole file there')
    await put('0.csv', 'x')
    expect((await inbox.look({})).notice).not.toContain('"0.csv"')
  })
})
