import { cpSync, mkdirSync, readFileSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppendError } from '../../../src/core/errors.ts'
import { unseal } from '../../../src/core/disk/sealed-json.ts'
import { diskFiles } from '../../../src/log/segments/index.ts'
import type { SegmentFiles, SegmentLog } from '../../../src/log/segments/index.ts'
import { batch, folder, linesOf, numbered, opened, readAll } from './sample.ts'

type Call = 'open' | 'write' | 'datasync' | 'truncate' | 'close' | 'rename' | 'remove' | 'syncFolder'

/** A disk that does what `fail` says; a failed write leaves half its bytes. */
class MoodyDisk {
  fail: (call: Call, path: string) => string | null = () => null
  readonly calls: string[] = []

  readonly files: SegmentFiles = {
    open: async path => {
      this.#check('open', path)
      const file = await diskFiles.open(path)
      return {
        write: async (bytes, offset) => {
          try {
            this.#check('write', path)
          } catch (error) {
            await file.write(bytes.subarray(0, bytes.length >> 1), offset)
            throw error
          }
          await file.write(bytes, offset)
        },
        datasync: async () => {
          await file.datasync()
          this.#check('datasync', path)
        },
        truncate: async bytes => {
          this.#check('truncate', path)
          await file.truncate(bytes)
        },
        close: async () => {
          await file.close()
          this.#check('close', path)
        },
      }
    },
    rename: async (from, to) => {
      this.#check('rename', to)
      await diskFiles.rename(from, to)
    },
    remove: async path => {
      this.#check('remove', path)
      await diskFiles.remove(path)
    },
    syncFolder: async dir => {
      this.#check('syncFolder', dir)
      await diskFiles.syncFolder(dir)
    },
  }

  #check(call: Call, path: string): void {
    this.calls.push(call)
    const code = this.fail(call, path)
    if (code !== null) throw Object.assign(new Error(`${code}: ${call}`), { code, syscall: call })
  }
}

const isSegment = (path: string) => path.endsWith('.ndjson.zst')

/** One good append, one that fails as told, then good ones again; what a reader and the next start see. */
async function withFailure(fail: (call: Call, path: string) => string | null) {
  const dir = folder()
  const disk = new MoodyDisk()
  const { log, problems } = await opened(dir, { files: disk.files, tailBytes: 1 })
  await log.append(batch(numbered(0, 10)))
  disk.fail = fail
  const failed = await log.append(batch(['lost', 'lost too'])).then(
    () => null,
    (error: unknown) => error,
  )
  const during = linesOf(await readAll(log))
  disk.fail = () => null
  const next = await log.append(batch(numbered(10, 10)))
  const after = linesOf(await readAll(log))
  await log.close()
  const reopened = await opened(dir)
  const again = linesOf(await readAll(reopened.log))
  await reopened.log.close()
  return { dir, failed, during, next, after, again, problems, later: reopened.problems, disk }
}

describe('a disk that fails', () => {
  const expected = new Map(numbered(0, 20).entries())
  const failures: readonly (readonly [string, (call: Call, path: string) => string | null])[] = [
    ['is full', (call, path) => (call === 'write' && isSegment(path) ? 'ENOSPC' : null)],
    ['can not sync', (call, path) => (call === 'datasync' && isSegment(path) ? 'EIO' : null)],
    [
      'can not sync nor truncate what it wrote',
      (call, path) => ((call === 'datasync' || call === 'truncate') && isSegment(path) ? 'EIO' : null),
    ],
    ['fails in everything', () => 'EIO'],
  ]
  it.each(failures)(
    'and %s: the append is refused, nothing acknowledged is lost, the next one works',
    async (_, fail) => {
      const { failed, during, next, after, again, problems, later } = await withFailure(fail)
      expect(failed).toBeInstanceOf(AppendError)
      expect(failed).toMatchObject({ code: 'ART_LOG_APPEND', retryable: true })
      expect(during).toEqual(new Map(numbered(0, 10).entries()))
      expect(next.position).toBe(10)
      expect(after).toEqual(expected)
      expect(again).toEqual(expected)
      expect(problems.filter(({ kind }) => kind === 'write')).toHaveLength(1)
      // Where the leftovers could not be cut off, the next start does it.
      expect(later.filter(({ kind }) => kind !== 'cut')).toEqual([])
    },
  )

  it('is not asked to sync a file again whose sync failed', async () => {
    const dir = folder()
    const disk = new MoodyDisk()
    const synced: string[] = []
    disk.fail = (call, path) => {
      if (call !== 'datasync' || !isSegment(path)) return null
      synced.push(path)
      return synced.length === 2 ? 'EIO' : null
    }
    const { log } = await opened(dir, { files: disk.files })
    await log.append(batch(['0']))
    await expect(log.append(batch(['1']))).rejects.toThrow(AppendError)
    for (let i = 1; i < 5; i++) await log.append(batch([`${i}`]))
    expect(synced.slice(2)).not.toContain(synced[1])
    expect([...linesOf(await readAll(log)).values()]).toEqual(['0', '1', '2', '3', '4'])
    await log.close()
  })

  it('refuses everything that waits, so that no line is durable without those before it', async () => {
    const disk = new MoodyDisk()
    const { log } = await opened(folder(), { files: disk.files })
    await log.append(batch(['0']))
    disk.fail = call => (call === 'write' ? 'ENOSPC' : null)
    const waiting = Array.from({ length: 50 }, (_, i) => log.append(batch(numbered(i * 1000, 1000))))
    const outcomes = await Promise.allSettled(waiting)
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']))
    disk.fail = () => null
    expect((await log.append(batch(['1']))).position).toBe(1)
    await log.close()
  })

  it('calls nothing synced that can not be read yet', async () => {
    const disk = new MoodyDisk()
    const { log } = await opened(folder(), { files: disk.files })
    await log.append(batch(['0']))
    const empty: number[] = []
    // Looks in the midst of every call to the disk: a reader that finds nothing would ask again for ever.
    const looks: Promise<void>[] = []
    disk.fail = () => {
      const position = log.synced - 1
      const look = async () => {
        if ((await log.read(position, 1000, 10)).length === 0) empty.push(position)
      }
      looks.push(look())
      return null
    }
    for (let i = 1; i < 20; i++) await log.append(batch([`${i}`]))
    await Promise.all(looks)
    expect(looks.length).toBeGreaterThan(20)
    expect(empty).toEqual([])
    await log.close()
  })

  it('leaves no empty segments behind while it stays full', async () => {
    const dir = folder()
    const disk = new MoodyDisk()
    const { log } = await opened(dir, { files: disk.files })
    disk.fail = (call, path) => (call === 'write' && isSegment(path) ? 'ENOSPC' : null)
    for (let i = 0; i < 3; i++) await expect(log.append(batch(['x']))).rejects.toThrow(AppendError)
    expect(readdirSync(dir).filter(name => !name.endsWith('.json'))).toEqual([])
    disk.fail = () => null
    expect((await log.append(batch(['1']))).position).toBe(0)
    await log.close()
  })

  it('keeps an append whose sidecar it can not take, and writes the sidecar later', async () => {
    const dir = folder()
    const disk = new MoodyDisk()
    const { log, problems } = await opened(dir, { files: disk.files })
    await log.append(batch(['0']))
    disk.fail = (call, path) => (call === 'write' && path.endsWith('.frames.ndjson') ? 'ENOSPC' : null)
    await log.append(batch(['1', '2']))
    expect(problems.map(({ kind }) => kind)).toEqual(['sidecar'])
    disk.fail = () => null
    await log.append(batch(['3']))
    await log.close()
    const sidecar = readFileSync(join(dir, '00000000000000000000.frames.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
    expect(sidecar.map(line => (JSON.parse(line) as { position: number }).position)).toEqual([0, 1, 3])
  })
})

/** What is told as lost when the folder is opened as a process leaves it that is killed now. */
async function lostAfterKill(dir: string) {
  const killed = folder()
  cpSync(dir, killed, { recursive: true })
  const { log, problems } = await opened(killed)
  const lines = [...linesOf(await readAll(log)).values()]
  await log.close()
  return { lost: problems.filter(({ kind }) => kind !== 'cut' && kind !== 'sidecar'), lines }
}

const isPositions = (path: string) => path.endsWith('positions.json')

describe('a new segment whose first append was refused', () => {
  /** Fails at the first call of that kind after the new segment was noted. */
  const onceNoted = (disk: MoodyDisk, failing: Call, code: string) => {
    let isNoted = false
    disk.fail = (call, path) => {
      const fails = isNoted && call === failing
      if (call === 'rename' && isPositions(path)) isNoted = true
      return fails ? code : null
    }
  }

  it('is not missed by the next start, where the note of it could not be synced', async () => {
    const dir = folder()
    const disk = new MoodyDisk()
    const { log } = await opened(dir, { files: disk.files, segmentBytes: 1 })
    await log.append(batch(['0']))
    onceNoted(disk, 'syncFolder', 'EIO')
    await expect(log.append(batch(['1']))).rejects.toThrow(AppendError)
    const { lost, lines } = await lostAfterKill(dir)
    expect(lost).toEqual([])
    expect(lines[0]).toBe('0')
    disk.fail = () => null
    expect((await log.append(batch(['2']))).position).toBe(1)
    expect(await lostAfterKill(dir)).toEqual({ lost: [], lines: ['0', '2'] })
    await log.close()
  })

  it('is not missed by the next start, where there was no room for the second copy of the note', async () => {
    const dir = folder()
    const lossesPath = join(folder(), 'losses.json')
    const { log } = await opened(dir, { lossesPath, segmentBytes: 1 })
    await log.append(batch(['0']))
    // Nothing can be written there.
    mkdirSync(`${lossesPath}.new`)
    await expect(log.append(batch(['1']))).rejects.toThrow(AppendError)
    expect((await lostAfterKill(dir)).lost).toEqual([])
    rmdirSync(`${lossesPath}.new`)
    await log.close()
  })

  it('is not missed by the next start, where the disk takes nothing more once it was noted', async () => {
    const dir = folder()
    const disk = new MoodyDisk()
    const { log } = await opened(dir, { files: disk.files, segmentBytes: 1 })
    await log.append(batch(['0']))
    let isNoted = false
    disk.fail = (call, path) => {
      const fails = isNoted
      if (call === 'rename' && isPositions(path)) isNoted = true
      return fails ? 'EIO' : null
    }
    for (let i = 0; i < 3; i++) {
      await expect(log.append(batch(['1']))).rejects.toThrow(AppendError)
      expect((await lostAfterKill(dir)).lost).toEqual([])
    }
    disk.fail = () => null
    expect((await log.append(batch(['2']))).position).toBe(1)
    expect(await lostAfterKill(dir)).toEqual({ lost: [], lines: ['0', '2'] })
    await log.close()
  })

  it('is not missed where it was the very first, nor where the log is closed in order', async () => {
    const dir = folder()
    const disk = new MoodyDisk()
    const { log } = await opened(dir, { files: disk.files })
    onceNoted(disk, 'syncFolder', 'EIO')
    await expect(log.append(batch(['1']))).rejects.toThrow(AppendError)
    expect((await lostAfterKill(dir)).lost).toEqual([])
    disk.fail = () => null
    await log.close()
    expect((await lostAfterKill(dir)).lost).toEqual([])
  })
})

describe('the list of the segments that should be there', () => {
  it('has each segment whose records were answered for, whatever else is noted while it begins', async () => {
    const dir = folder()
    let log: SegmentLog | null = null
    const files: SegmentFiles = {
      ...diskFiles,
      open: async path => {
        const file = await diskFiles.open(path)
        const write = async (bytes: Buffer, offset: number) => {
          await file.write(bytes, offset)
          // Retention drops old segments just when the records of the newest one are about to be answered for.
          if (path.endsWith('2.frames.ndjson') && log !== null) await log.expire({ beforePosition: 1 })
        }
        return { ...file, write }
      },
    }
    log = (await opened(dir, { files, segmentBytes: 1 })).log
    for (let i = 0; i < 3; i++) await log.append(batch([`${i}`]))
    const { value } = unseal(readFileSync(join(dir, 'positions.json'), 'utf8'))
    expect(value).toMatchObject({ clean: false, segments: [1, 2] })
    await log.close()
  })
})
