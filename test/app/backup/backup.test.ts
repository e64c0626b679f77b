import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkBackup, listBackups, makeBackup, prune, restore } from '../../../src/app/backup/index.ts'
import { seal, unseal } from '../../../src/core/disk/sealed-json.ts'
import { openLog } from '../../../src/log/segments/index.ts'
import { folderStore } from '../../../src/storage/index.ts'
import { batch, numbered } from '../../log/segments/sample.ts'

const NOW = Date.parse('2026-11-28T06:12:13Z')
const quiet = new AbortController().signal
let root: string
let folder: string
let target: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'arterial-backup-'))
  folder = join(root, 'data', 'city')
  target = join(root, 'kept')
  mkdirSync(join(folder, 'jobs', 'a'), { recursive: true })
  mkdirSync(join(folder, 'lake', 'store'), { recursive: true })
  writeFileSync(join(folder, 'lake', 'store', 'part'), 'made anew')
  writeFileSync(join(folder, 'admin.secret'), 'nobody else')
  writeFileSync(join(folder, 'tables-publisher'), 'this folder alone')
  writeFileSync(join(folder, 'format.json'), '{"format":2}')
  writeFileSync(join(folder, 'jobs', 'a', 'state.json'), '{"n":1}')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const store = () => folderStore(target)

async function append(from: number, count: number): Promise<void> {
  const log = await openLog(join(folder, 'segments'), { onProblem: () => undefined })
  await log.append(batch(numbered(from, count)))
  await log.close()
}

const make = (nowMs = NOW, signal = quiet) =>
  makeBackup({ folder, city: 'city', store: store(), nowMs, onProgress: () => undefined, signal })

const bring = (name: string, to: string, signal = quiet) =>
  restore({ store: store(), city: 'city', name, folder: to, onProgress: () => undefined, signal })

/** Paths of files below a folder. */
function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(one =>
    statSync(join(path, one)).isFile(),
  )
}

describe('a backup', () => {
  it('holds what cannot be made anew, and neither the lake nor a secret', async () => {
    await append(0, 10)
    const { name, end } = await make()
    expect([name, end]).toEqual(['20261128T061213Z', 10])
    const to = join(root, 'again', 'city')
    await bring(name, to)
    const names = filesIn(to)
    expect(names).toContain('jobs/a/state.json')
    expect(names).toContain('format.json')
    expect(names.filter(one => /lake|secret|publisher/.test(one))).toEqual([])
    expect(statSync(to).mode & 0o777).toBe(0o700)
    expect(statSync(join(to, 'format.json')).mode & 0o777).toBe(0o600)
    for (const file of filesIn(target))
      expect(readFileSync(join(target, file)).includes('nobody else')).toBe(false)
  })

  it('sends only what is new, and each is whole for itself', async () => {
    await append(0, 10)
    const first = await make()
    expect((await make(NOW + 60_000)).sentFiles).toBe(0)
    writeFileSync(join(folder, 'jobs', 'a', 'state.json'), '{"n":22}')
    const third = await make(NOW + 120_000)
    expect(third.sentFiles).toBe(1)
    await bring(first.name, join(root, 'one'))
    await bring(third.name, join(root, 'three'))
    expect(readFileSync(join(root, 'one', 'jobs/a/state.json'), 'utf8')).toBe('{"n":1}')
    expect(readFileSync(join(root, 'three', 'jobs/a/state.json'), 'utf8')).toBe('{"n":22}')
    expect((await listBackups(store(), 'city')).map(({ name }) => name)).toEqual([
      '20261128T061413Z',
      '20261128T061313Z',
      '20261128T061213Z',
    ])
  })

  it('is pruned without taking bytes that another one needs', async () => {
    await append(0, 10)
    await make()
    writeFileSync(join(folder, 'jobs', 'a', 'state.json'), '{"n":22}')
    const second = await make(NOW + 60_000)
    expect(await prune(store(), 'city', 1)).toEqual({
      removed: ['20261128T061213Z'],
      kept: [second.name],
      files: 1,
    })
    expect(await checkBackup(store(), 'city', second.name, () => undefined, quiet)).toMatchObject({
      missing: [],
      damaged: [],
    })
    expect((await make(NOW + 120_000)).sentFiles).toBe(0)
  })

  it('tells which of its bytes are missing or damaged, and is not restored with them', async () => {
    await append(0, 10)
    const { name } = await make()
    const kept = filesIn(join(target, 'city', 'files'))
    const segment = kept.find(one => statSync(join(target, 'city', 'files', one)).size > 100) ?? ''
    const path = join(target, 'city', 'files', segment)
    const bytes = readFileSync(path)
    bytes[50] = (bytes[50] ?? 0) ^ 1
    writeFileSync(path, bytes)
    const checked = await checkBackup(store(), 'city', name, () => undefined, quiet)
    expect([checked.damaged.length, checked.missing.length]).toEqual([1, 0])
    await expect(bring(name, join(root, 'again'))).rejects.toThrow(/are not those that were kept/)
    rmSync(path)
    await expect(bring(name, join(root, 'again'))).rejects.toThrow(/lacks the bytes of/)
    expect(readdirSync(root)).not.toContain('again')
  })

  it('goes where nothing is, and goes on where it was broken off', async () => {
    await append(0, 10)
    const { name } = await make()
    mkdirSync(join(root, 'full'))
    writeFileSync(join(root, 'full', 'mine'), '')
    await expect(bring(name, join(root, 'full'))).rejects.toThrow(/is there already/)
    const stop = new AbortController()
    const broken = restore({
      ...{ store: store(), city: 'city', name, folder: join(root, 'again'), signal: stop.signal },
      onProgress: share => share > 0 && stop.abort(new Error('enough')),
    })
    await expect(broken).rejects.toThrow('enough')
    expect(readdirSync(root)).not.toContain('again')
    await bring(name, join(root, 'again'))
    expect(readdirSync(root).filter(one => one.startsWith('again'))).toEqual(['again'])
  })

  it('that was tampered with writes nowhere else', async () => {
    await append(0, 10)
    const { name } = await make()
    const path = join(target, 'city', 'backups', `${name}.json`)
    const { value } = unseal(readFileSync(path, 'utf8'))
    const manifest = value as { files: { path: string }[] }
    manifest.files[0]!.path = '../outside'
    writeFileSync(path, seal(manifest))
    await expect(bring(name, join(root, 'again'))).rejects.toThrow(/outside of its folder/)
    writeFileSync(path, readFileSync(path, 'utf8').replace('outside', 'inside'))
    await expect(bring(name, join(root, 'again'))).rejects.toThrow(/damaged/)
  })

  it('of no data folder, or of no such name, says so', async () => {
    await expect(make()).rejects.toThrow(/is no data folder/)
    await expect(bring('20200101T000000Z', join(root, 'again'))).rejects.toThrow(/no backup 20200101T000000Z/)
  })

  it('leaves those before it as they are when it is broken off', async () => {
    await append(0, 10)
    await make()
    await append(10, 10)
    await expect(make(NOW + 60_000, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    expect((await listBackups(store(), 'city')).length).toBe(1)
    expect((await make(NOW + 120_000)).end).toBe(20)
  })
})
