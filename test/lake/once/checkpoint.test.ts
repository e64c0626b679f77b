import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  copyPathOf,
  mendCheckpoint,
  NO_CHECKPOINT,
  readCheckpoint,
  saveCheckpoint,
} from '../../../src/lake/once/checkpoint.ts'

let folder: string
let path: string
const saved = { ...NO_CHECKPOINT, position: 4711, readings: 4700 }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'arterial-checkpoint-'))
  path = join(folder, 'checkpoint.json')
  await saveCheckpoint(path, saved)
})

afterEach(() => rmSync(folder, { recursive: true }))

/** Another digit, as a flipped bit makes it. */
function flip(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace('4711', '4611'))
}

describe('a checkpoint', () => {
  it('of which one copy is flipped, cut or gone is read from the other', async () => {
    const blows: ((file: string) => void)[] = [flip, file => truncateSync(file, 40), file => rmSync(file)]
    for (const file of [path, copyPathOf(path)]) {
      for (const blow of blows) {
        await saveCheckpoint(path, saved)
        blow(file)
        expect(await readCheckpoint(path)).toEqual(saved)
      }
    }
  })

  it('is flipped nowhere without notice', async () => {
    rmSync(copyPathOf(path))
    const whole = readFileSync(path)
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole)
      flipped[at] = (flipped[at] ?? 0) ^ 1
      writeFileSync(path, flipped)
      const read = await readCheckpoint(path).catch(() => saved)
      expect(read).toEqual(saved)
    }
  })

  it('whose copies are both damaged is refused with the remedy, and moved away by a start', async () => {
    flip(path)
    flip(copyPathOf(path))
    await expect(readCheckpoint(path)).rejects.toThrow(/checkpoint\.json and .*start/)
    expect(await mendCheckpoint(path)).toMatch(/whole log is read again/)
    expect(await readCheckpoint(path)).toEqual(NO_CHECKPOINT)
    expect(existsSync(`${path}.damaged`)).toBe(true)
  })

  it('with a damaged or missing copy is told once', async () => {
    flip(path)
    expect(await mendCheckpoint(path)).toMatch(/checkpoint\.json was damaged.*other copy counts/)
    expect(await mendCheckpoint(path)).toMatch(/checkpoint\.json is gone: its other copy counts/)
    await saveCheckpoint(path, saved)
    expect(await mendCheckpoint(path)).toBeNull()
  })

  it('as versions before wrote it, without a checksum and a copy, counts', async () => {
    rmSync(copyPathOf(path))
    writeFileSync(path, JSON.stringify({ ...saved, version: 2 }))
    expect(await readCheckpoint(path)).toEqual(saved)
    expect(await mendCheckpoint(path)).toBeNull()
  })

  it('is nothing where there never was one', async () => {
    expect(await readCheckpoint(join(folder, 'other', 'checkpoint.json'))).toEqual(NO_CHECKPOINT)
  })
})
