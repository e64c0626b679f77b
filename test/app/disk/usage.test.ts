import { execFileSync } from 'node:child_process'
import { link, mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderUsage } from '../../../src/app/disk/index.ts'

/** The walk always ends before it, on whatever machine. */
const LONG_ENOUGH_MS = 120_000

let folder: string
let elapsedMs: number
let usage: FolderUsage

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-usage-'))
  elapsedMs = 0
  usage = new FolderUsage({
    ...{ folder, elapsedMs: () => elapsedMs, now: () => Date.UTC(2026, 2, 1) },
    waitMs: LONG_ENOUGH_MS,
  })
})

afterEach(async () => {
  await usage.stop()
  await rm(folder, { recursive: true, force: true })
})

async function put(path: string, bytes: number): Promise<string> {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, Buffer.alloc(bytes, 1))
  return file
}

/** What the system's own `du` says of one path, or of several together. */
function du(...paths: string[]): number {
  const args = ['-s', '-c', '--block-size=1', ...paths.map(path => join(folder, path))]
  return Number(execFileSync('du', args, { encoding: 'utf8' }).trimEnd().split('\n').at(-1)?.split('\t')[0])
}

async function measured() {
  await usage.fresh()
  const { sizes } = usage
  if (sizes === null) throw new Error('no figures yet')
  return sizes
}

describe.skipIf(process.platform !== 'linux')('what a data folder takes of its disk', () => {
  it('is what du says, in all and by part', async () => {
    await put('segments/00000000000000000000.ndjson.zst', 70_001)
    await put('segments/00000000000000000000.frames.ndjson', 11)
    await put('segments/damaged/00000000000000000000-9.bin', 9_000)
    await put('lake/store/abc/data.bin', 1_000_000)
    await put('lake-readers/0/metadata.sql', 10)
    await put('lake.damaged-20260301T000000Z/store/data.bin', 50_000)
    await put('oversize/one.json', 300_000)
    await put('checkpoint.json', 200)
    const sizes = await measured()
    expect(sizes.totalBytes).toBe(du('.'))
    expect(sizes.bytes).toEqual({
      segments: du('segments') - du('segments/damaged'),
      lake: du('lake', 'lake-readers'),
      oversize: du('oversize'),
      setAside: du('segments/damaged', 'lake.damaged-20260301T000000Z'),
      rest: du('.') - du('segments', 'lake', 'lake-readers', 'oversize', 'lake.damaged-20260301T000000Z'),
    })
    expect(sizes.measuredAt).toBe('2026-03-01T00:00:00.000Z')
  })

  it('counts the blocks of a file with holes, and a file of two names once', async () => {
    const sparse = await open(join(folder, 'sparse'), 'w')
    await sparse.truncate(50_000_000)
    await sparse.close()
    const part = await put('lake/all_1_1_0/data.bin', 200_000)
    await mkdir(join(folder, 'lake/detached'))
    await link(part, join(folder, 'lake/detached/data.bin'))
    await symlink('/usr', join(folder, 'elsewhere'))
    const { totalBytes } = await measured()
    expect(totalBytes).toBe(du('.'))
    expect(totalBytes).toBeLessThan(1_000_000)
  })

  it('copes with a folder of very many files, and with one that is gone', async () => {
    for (let i = 0; i < 3_000; i++) await writeFile(join(folder, `f${i}`), 'x')
    usage = new FolderUsage({ folder, elapsedMs: () => elapsedMs, now: Date.now, waitMs: LONG_ENOUGH_MS })
    while (usage.sizes === null) await new Promise(resolve => setTimeout(resolve, 10))
    expect(usage.sizes.totalBytes).toBe(du('.'))
    await rm(folder, { recursive: true })
    elapsedMs = 1e9
    expect((await measured()).totalBytes).toBe(0)
  })

  it('walks again after half a minute, and only when somebody asks', async () => {
    const { totalBytes } = await measured()
    await put('later', 100_000)
    elapsedMs = 29_999
    expect((await measured()).totalBytes).toBe(totalBytes)
    elapsedMs = 30_000
    expect((await measured()).totalBytes).toBe(du('.'))
  })

  it('walks a folder that takes long less often', async () => {
    let looks = 0
    // A clock that goes on by four seconds whenever it is looked at: each walk seems to take that long.
    usage = new FolderUsage({
      ...{ folder, elapsedMs: () => 4_000 * looks++, now: Date.now },
      waitMs: LONG_ENOUGH_MS,
    })
    await usage.fresh()
    const before = usage.sizes
    await put('later', 100_000)
    let asked = 0
    for (; usage.sizes === before; asked++) await new Promise(resolve => setTimeout(resolve, 5))
    expect(asked).toBeGreaterThanOrEqual(15)
  })
})
