import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DataFolderError, NewerDataError } from '../../../src/core/errors.ts'
import { holdFolder } from '../../../src/app/folder/index.ts'
import { checkpointText, NO_CHECKPOINT } from '../../../src/lake/once/checkpoint.ts'

let top: string
let dir: string

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'arterial-format-'))
  dir = join(top, 'city')
})

afterEach(() => rmSync(top, { recursive: true, force: true }))

/** A folder as format 1 left it. */
function oldFolder(): string {
  mkdirSync(join(dir, 'log', 'damaged'), { recursive: true })
  mkdirSync(join(dir, 'oversize'))
  writeFileSync(join(dir, 'log', '00000000000000000000.ndjson.zst'), 'frames')
  const old = { ...NO_CHECKPOINT, version: 1, position: 12, passed: undefined }
  writeFileSync(join(dir, 'checkpoint.json'), JSON.stringify(old))
  return dir
}

/** Every file with its content, and when it was changed. */
function picture(path: string): unknown {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .map(entry => {
      const at = join(entry.parentPath, entry.name)
      return [at, statSync(at).mtimeMs, entry.isFile() ? readFileSync(at, 'utf8') : null]
    })
    .sort()
}

const UPGRADED = {
  signpost: /in segments\/.*Leave it/s,
  mark: { format: 2, leastReader: 2, leastWriter: 2, writtenBy: expect.any(String) as string },
}

function expectUpgraded(): void {
  expect(readFileSync(join(dir, 'log'), 'utf8')).toMatch(UPGRADED.signpost)
  expect(JSON.parse(readFileSync(join(dir, 'format.json'), 'utf8'))).toEqual(UPGRADED.mark)
  expect(readFileSync(join(dir, 'segments', '00000000000000000000.ndjson.zst'), 'utf8')).toBe('frames')
  expect(existsSync(join(dir, 'segments', 'damaged'))).toBe(true)
  expect(JSON.parse(readFileSync(join(dir, 'checkpoint.json'), 'utf8'))).toMatchObject({
    version: 3,
    position: 12,
    passed: {},
  })
}

describe('a data folder', () => {
  it('that is new gets its mark and its log in segments/', async () => {
    const held = await holdFolder(dir)
    expect(held.logDir).toBe(join(dir, 'segments'))
    expect(statSync(held.logDir).isDirectory()).toBe(true)
    expect(JSON.parse(readFileSync(join(dir, 'format.json'), 'utf8'))).toEqual(UPGRADED.mark)
    expect(statSync(join(dir, 'log')).isFile()).toBe(true)
    await held.release()
  })

  it('of the format before is brought to the present one, and again nothing happens', async () => {
    oldFolder()
    await (await holdFolder(dir)).release()
    expectUpgraded()
    const before = picture(join(dir, 'segments'))
    await (await holdFolder(dir)).release()
    expectUpgraded()
    expect(picture(join(dir, 'segments'))).toEqual(before)
  })

  /** What a kill after so many steps leaves: checkpoint, move, signpost, mark. */
  it.each<readonly [string, (at: (name: string) => string) => void]>([
    ['the checkpoint', at => rmSync(at('format.json'))],
    ['the move', at => ['format.json', 'log'].forEach(name => rmSync(at(name)))],
    [
      'the move, and an old program was started since',
      at => {
        for (const name of ['format.json', 'log']) rmSync(at(name))
        mkdirSync(at('log'))
      },
    ],
    ['the signpost', at => rmSync(at('format.json'))],
    ['a draft of the signpost', at => writeFileSync(at('log.new'), 'half')],
    [
      'a draft of the mark',
      at => {
        rmSync(at('format.json'))
        writeFileSync(at('format.json.new'), '{')
      },
    ],
  ])('whose upgrade was killed after %s is finished by the next start', async (_, kill) => {
    oldFolder()
    await (await holdFolder(dir)).release()
    kill(name => join(dir, name))
    await (await holdFolder(dir)).release()
    expectUpgraded()
  })

  it('with its checkpoint written but nothing moved yet is upgraded', async () => {
    oldFolder()
    writeFileSync(join(dir, 'checkpoint.json'), checkpointText({ ...NO_CHECKPOINT, position: 12 }))
    await (await holdFolder(dir)).release()
    expectUpgraded()
  })

  it('with two logs is refused, naming both, and neither is touched', async () => {
    oldFolder()
    mkdirSync(join(dir, 'segments'))
    writeFileSync(join(dir, 'segments', 'x'), 'other')
    const before = picture(dir)
    await expect(holdFolder(dir)).rejects.toThrow(/two logs: .*log\/.*segments\//)
    expect(picture(dir)).toEqual(before)
  })
})

describe('a folder of a newer program', () => {
  const newer = { format: 7, leastReader: 2, leastWriter: 5, writtenBy: '3.1.0', since: '2027' }

  it('is refused with both versions and the remedy, and nothing is touched', async () => {
    mkdirSync(join(dir, 'segments'), { recursive: true })
    writeFileSync(join(dir, 'format.json'), JSON.stringify(newer))
    const before = picture(top)
    const refused: unknown = await holdFolder(dir).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(NewerDataError)
    expect(String(refused)).toMatch(
      /format 7.*3\.1\.0.*Arterial 0\.1\.0.*up to 2.*could read.*--data.*Nothing was touched/,
    )
    expect(picture(top)).toEqual(before)
    expect(statSync(dir).mtimeMs).toBe(statSync(dir).mtimeMs)
  })

  it('that lets this program write keeps its mark', async () => {
    await (await holdFolder(dir)).release()
    writeFileSync(join(dir, 'format.json'), JSON.stringify({ ...newer, leastWriter: 2 }))
    await (await holdFolder(dir)).release()
    expect(JSON.parse(readFileSync(join(dir, 'format.json'), 'utf8'))).toEqual({ ...newer, leastWriter: 2 })
  })

  it.each(['', '{', 'null', '{"format":"two"}', '{"format":2}'])(
    'with the damaged mark %j is refused with a remedy',
    async text => {
      mkdirSync(dir, { recursive: true })
      writeFileSync(join(dir, 'format.json'), text)
      const before = picture(top)
      const refused: unknown = await holdFolder(dir).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(DataFolderError)
      expect(String(refused)).toMatch(/format\.json is damaged.*Restore it.*remove it/)
      expect(picture(top)).toEqual(before)
    },
  )
})
