import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { oversizeFolder } from '../../../src/sources/http/index.ts'

describe('the folder of oversize lines', () => {
  let dir: string

  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'arterial-oversize-')), 'oversize')
  })

  afterEach(() => rmSync(join(dir, '..'), { recursive: true }))

  it('holds a line as it came, and says how to find and check it', async () => {
    const store = oversizeFolder(dir, () => Date.UTC(2026, 0, 2, 3, 4, 5))
    const file = await store.begin()
    await file.write(Buffer.from('one\0'))
    expect(readdirSync(dir).filter(name => !name.endsWith('.tmp'))).toEqual([])
    await file.write(Buffer.from([0xff, 0xfe]))
    const stored = await file.finish()
    const bytes = readFileSync(join(dir, stored.file))
    expect(bytes).toEqual(Buffer.from('one\0\xff\xfe', 'latin1'))
    expect(stored).toEqual({
      file: expect.stringMatching(/^20260102T030405\.000Z-[0-9a-f]{12}\.line$/) as string,
      bytes: 6,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
  })

  it('keeps nothing of a line that was given up, nor of one that a crash cut off', async () => {
    mkdirSync(dir)
    writeFileSync(join(dir, 'left.line.tmp'), 'half')
    const file = await oversizeFolder(dir, Date.now).begin()
    await file.write(Buffer.from('x'))
    await file.discard()
    expect(readdirSync(dir)).toEqual([])
  })
})
