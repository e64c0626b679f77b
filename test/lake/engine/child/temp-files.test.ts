import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { TempFile } from '../../../../src/lake/engine/child/temp-files.ts'
import { TinyDisk } from '../../../tiny-disk.ts'

const MIB = 2 ** 20
/** More than it wants to see free before it uses a folder in memory. */
const MEMORY_BYTES = 40 * MIB
/** No divisor of a page: the space ends within a piece. */
const PIECE = Buffer.alloc(1_000_003, 'abcdefghijk')

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

it('keeps every byte in memory, and goes on on disk where the memory is full', async context => {
  const memory = TinyDisk.mount(MEMORY_BYTES)
  if (typeof memory === 'string') return context.skip(memory)
  const folder = await mkdtemp(join(tmpdir(), 'arterial-temp-files-'))
  try {
    for (const pieces of [0, 1, 30, 60]) {
      const file = await TempFile.create(memory.path, join(folder, 'lake-tmp'))
      for (let i = 0; i < pieces; i++) await file.write(PIECE)
      const path = await file.finish()
      expect(path.startsWith(pieces === 60 ? folder : memory.path)).toBe(true)
      expect(hash(await readFile(path))).toBe(hash(Buffer.concat(Array<Buffer>(pieces).fill(PIECE))))
      await rm(path)
    }
    expect(await readdir(memory.path)).toEqual([])
  } finally {
    memory.unmount()
    await rm(folder, { recursive: true, force: true })
  }
})

it('names the full place when the disk is full too, and leaves nothing', async context => {
  const disk = TinyDisk.mount(2 * MIB)
  if (typeof disk === 'string') return context.skip(disk)
  try {
    const file = await TempFile.create(null, join(disk.path, 'lake-tmp'))
    await file.write(PIECE)
    await file.write(PIECE)
    await expect(file.write(PIECE)).rejects.toThrow(`No space left for ${disk.path}`)
    await file.discard()
    expect(await readdir(join(disk.path, 'lake-tmp'))).toEqual([])
  } finally {
    disk.unmount()
  }
})
