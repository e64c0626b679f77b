import { describe, expect, it } from 'vitest'
import { DiskWatch, LAKE_NEEDS_BYTES, LOG_NEEDS_BYTES } from '../../../src/app/disk/index.ts'
import type { DiskOptions, Free } from '../../../src/app/disk/index.ts'

const MIB = 2 ** 20

/** A watch over a disk that has what the test says. */
async function watched(free: Partial<Free> | null, more: Partial<DiskOptions> = {}) {
  const problems = new Map<string, string>()
  const state: { free: Partial<Free> | null } = { free }
  const disk = new DiskWatch({
    folder: '/srv/city',
    minFreeDiskBytes: 512 * MIB,
    holdsLake: true,
    onProblem: (code, message) => {
      if (message === null) problems.delete(code)
      else problems.set(code, message)
    },
    measure: async () => (state.free === null ? null : { bytes: Infinity, files: Infinity, ...state.free }),
    ...more,
  })
  const has = async (now: Partial<Free>) => {
    state.free = now
    await disk.look()
  }
  await disk.look()
  return { disk, problems, has }
}

describe('the space of a disk', () => {
  it('is enough: nothing is said', async () => {
    const { disk, problems } = await watched({ bytes: 512 * MIB })
    expect([disk.closed, disk.full, disk.tooFullToStart, [...problems]]).toEqual([null, null, null, []])
  })

  it('is low: readings are refused, the lake is still written to', async () => {
    const { disk, problems } = await watched({ bytes: 100 * MIB })
    expect(disk.closed).toContain('The disk of /srv/city has 100 MiB left')
    expect(disk.closed).toContain('limits.minFreeDiskBytes (512 MiB)')
    expect(disk.full).toBeNull()
    expect([...problems.keys()]).toEqual(['disk_nearly_full'])
  })

  it('is gone: nothing is written, and the words name what is left, what is needed, where, and the remedy', async () => {
    const { disk, problems } = await watched({ bytes: 12 * 1024 })
    for (const words of ['/srv/city', '12 KiB (12288 bytes)', '16 MiB', 'Make room']) {
      expect(disk.full).toContain(words)
      expect(disk.tooFullToStart).toContain(words)
    }
    expect([...problems.keys()]).toEqual(['disk_nearly_full', 'disk_full'])
  })

  it('is kept for the log even where the configuration asks for nothing', async () => {
    const { disk, has } = await watched({ bytes: LOG_NEEDS_BYTES }, { minFreeDiskBytes: 0 })
    expect(disk.closed).toBeNull()
    await has({ bytes: LOG_NEEDS_BYTES - 1 })
    expect(disk.closed).toContain('that the log needs to write')
  })

  it('goes on with a little more than it stopped at, so that it does not come and go', async () => {
    const { disk, has } = await watched({ bytes: LAKE_NEEDS_BYTES - 1 })
    await has({ bytes: LAKE_NEEDS_BYTES })
    expect(disk.full).not.toBeNull()
    await has({ bytes: LAKE_NEEDS_BYTES * 1.1 })
    expect(disk.full).toBeNull()
  })

  it('can end in files as well as in bytes', async () => {
    const { disk } = await watched({ files: 3 })
    expect(disk.full).toContain('can take 3 more files')
    expect(disk.closed).not.toBeNull()
  })

  it('is taken for enough where nobody can tell', async () => {
    const { disk } = await watched(null)
    expect([disk.freeBytes, disk.closed, disk.full]).toEqual([null, null, null])
  })

  it('is no matter of the lake where a server of its own holds it', async () => {
    const { disk } = await watched({ bytes: 4096 }, { holdsLake: false })
    expect([disk.full, disk.tooFullToStart]).toEqual([null, null])
    expect(disk.closed).not.toBeNull()
  })

  it('wakes who waits for it, and nobody before', async () => {
    const { disk, has } = await watched({ bytes: 0 })
    const stop = new AbortController()
    let woken = false
    const waiting = disk.untilLakeHasRoom(stop.signal).then(() => (woken = true))
    await has({ bytes: MIB })
    await new Promise(setImmediate)
    expect(woken).toBe(false)
    await has({ bytes: 100 * MIB })
    await waiting
  })
})
