import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DiskFullError, EngineQueryError, EngineUnavailableError } from '../../../src/core/errors.ts'
import { listSetAside, openOrMakeAnew } from '../../../src/lake/anew/index.ts'
import type { OpenOptions } from '../../../src/lake/anew/index.ts'
import { checkpointText, NO_CHECKPOINT } from '../../../src/lake/once/checkpoint.ts'

const DAMAGED = new EngineUnavailableError('the engine did not start: Code: 62. (SYNTAX_ERROR)')
const NOW = new Date('2026-11-27T10:00:00Z')
const NAME = 'lake.damaged-20261127T100000Z'
const FLOOR_MS = Date.parse('2026-01-01T00:00:00Z')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'arterial-aside-'))
  mkdirSync(join(folder, 'lake'))
  writeFileSync(join(folder, 'lake', 'old'), 'rows')
  const checkpoint = { ...NO_CHECKPOINT, position: 700, readings: 700, silverFloorMs: FLOOR_MS }
  writeFileSync(join(folder, 'checkpoint.json'), checkpointText(checkpoint))
})

afterEach(() => rmSync(folder, { recursive: true }))

const at = (...names: string[]) => join(folder, ...names)
const checkpoint = () => JSON.parse(readFileSync(at('checkpoint.json'), 'utf8')) as typeof NO_CHECKPOINT

function options(more: Partial<OpenOptions> = {}): OpenOptions {
  return {
    place: { folder, checkpointPath: at('checkpoint.json') },
    disk: { full: null, look: async () => {}, untilLakeHasRoom: async () => {} },
    mayRebuild: true,
    howToAllow: 'Start without --no-rebuild:',
    mayWait: true,
    probe: async () => null,
    isOnlyCopy: false,
    onSetAside: async () => {},
    signal: new AbortController().signal,
    now: () => NOW,
    onProgress: () => {},
    ...more,
  }
}

/** Opens what is in `lake/`: the old one never, a new one (which it makes) always. */
async function open(): Promise<string> {
  if (existsSync(at('lake', 'old'))) throw DAMAGED
  mkdirSync(at('lake'), { recursive: true })
  return 'new'
}

describe('a lake that can’t be opened', () => {
  it('is kept under another name, and a new one begins at the start of the log', async () => {
    const said: string[] = []
    expect(await openOrMakeAnew(open, options({ onProgress: line => said.push(line) }))).toBe('new')
    expect(readFileSync(at(NAME, 'old'), 'utf8')).toBe('rows')
    expect(checkpoint()).toMatchObject({ position: 0, silverFloorMs: FLOOR_MS })
    expect(JSON.parse(readFileSync(at(NAME, 'checkpoint.json'), 'utf8'))).toMatchObject({ position: 700 })
    expect(said.join()).toContain(NAME)
    expect(await listSetAside(folder)).toEqual([
      { name: NAME, at: NOW.toISOString(), reason: DAMAGED.message },
    ])
    expect(readdirSync(folder).sort()).toEqual(['checkpoint.json', 'lake', NAME])
  })

  it('is told of before it is moved, so that what only it has can be written down', async () => {
    let there = false
    await openOrMakeAnew(
      open,
      options({ onSetAside: async name => void (there = name === NAME && existsSync(at('lake', 'old'))) }),
    )
    expect(there).toBe(true)
  })

  it('is not touched where that is refused; the message has the remedy', async () => {
    const refused = openOrMakeAnew(open, options({ mayRebuild: false }))
    await expect(refused).rejects.toMatchObject({ code: 'ART_LAKE_DAMAGED' })
    await expect(refused).rejects.toThrow('Start without --no-rebuild')
    expect(readdirSync(folder).sort()).toEqual(['checkpoint.json', 'lake'])
    expect(checkpoint().position).toBe(700)
  })

  it('is not touched when something else is to blame', async () => {
    const locked = async () => {
      throw new EngineUnavailableError('the engine did not start: Cannot lock file status')
    }
    await expect(openOrMakeAnew(locked, options())).rejects.toMatchObject({ code: 'ART_LAKE_NOT_OPENED' })
    await expect(openOrMakeAnew(open, options({ probe: async () => 'no memory' }))).rejects.toThrow(
      'no memory',
    )
    expect(readdirSync(folder).sort()).toEqual(['checkpoint.json', 'lake'])
  })

  it('gets a second try: what was in passing is over then', async () => {
    let tries = 0
    const opened = await openOrMakeAnew(async () => {
      if (tries++ === 0) throw DAMAGED
      return 'old'
    }, options())
    expect(opened).toBe('old')
    expect(existsSync(at('lake', 'old'))).toBe(true)
  })

  it('waits while the disk is full, however often, and is not blamed for it', async () => {
    let tries = 0
    const disk = { full: 'full' as string | null, look: async () => {}, untilLakeHasRoom: async () => {} }
    const opened = await openOrMakeAnew(async () => {
      if (tries++ < 5) throw tries % 2 ? DAMAGED : new DiskFullError('no room')
      disk.full = null
      return 'old'
    }, options({ disk }))
    expect(opened).toBe('old')
    await expect(
      openOrMakeAnew(open, options({ disk: { ...disk, full: 'no room' }, mayWait: false })),
    ).rejects.toMatchObject({ code: 'ART_DISK_FULL' })
    expect(existsSync(at('lake', 'old'))).toBe(true)
  })

  it('first loses its views alone where the log can’t give all its rows back', async () => {
    mkdirSync(at('lake', 'metadata', 'bronze'), { recursive: true })
    writeFileSync(at('lake', 'metadata', 'bronze', 'segments.sql'), '')
    writeFileSync(at('lake', 'metadata', 'bronze', 'schema_drift_state.sql'), 'ATTACH TABLE')
    const opened = await openOrMakeAnew(
      async () => {
        if (existsSync(at('lake', 'metadata', 'bronze', 'segments.sql'))) throw DAMAGED
        return 'old'
      },
      options({ isOnlyCopy: true }),
    )
    expect(opened).toBe('old')
    expect(readdirSync(at('lake', 'metadata', 'bronze'))).toEqual(['schema_drift_state.sql'])
  })

  it('lets a mistake of the program through as it is', async () => {
    const bug = async () => {
      throw new TypeError('a bug')
    }
    await expect(openOrMakeAnew(bug, options())).rejects.toThrow(TypeError)
  })
})

describe('a start that was killed while it set a lake aside', () => {
  const killed = new Error('killed')
  const plan = { version: 1, phase: 'aside', at: NOW.toISOString(), setAside: NAME, reason: 'r', begun: 1 }
  const writePlan = (more: object = {}) =>
    writeFileSync(at('lake-anew.json'), JSON.stringify({ ...plan, ...more }))

  it.each([
    ['before the lake was moved', () => {}],
    ['after it was moved', () => renameSync(at('lake'), at(NAME))],
    [
      'after the old checkpoint was kept',
      () => {
        renameSync(at('lake'), at(NAME))
        cpSync(at('checkpoint.json'), at(NAME, 'checkpoint.json'))
        writeFileSync(at('checkpoint.json'), checkpointText({ ...NO_CHECKPOINT, silverFloorMs: FLOOR_MS }))
      },
    ],
  ])('is finished by the next one: %s', async (_, before) => {
    writePlan()
    before()
    expect(await openOrMakeAnew(open, options())).toBe('new')
    expect(existsSync(at(NAME, 'old'))).toBe(true)
    expect(checkpoint()).toMatchObject({ position: 0, silverFloorMs: FLOOR_MS })
    expect(existsSync(at('lake-anew.json'))).toBe(false)
    // The checkpoint of the old lake stays the old one.
    expect(JSON.parse(readFileSync(at(NAME, 'checkpoint.json'), 'utf8'))).toMatchObject({ position: 700 })
  })

  it('goes on with the new lake where it was opened, without moving anything again', async () => {
    await expect(
      openOrMakeAnew(async () => {
        await open()
        throw killed
      }, options()),
    ).rejects.toBe(killed)
    writeFileSync(at('checkpoint.json'), checkpointText({ ...NO_CHECKPOINT, position: 30 }))
    expect(await openOrMakeAnew(open, options())).toBe('new')
    expect(checkpoint().position).toBe(30)
    expect(readdirSync(folder).sort()).toEqual(['checkpoint.json', 'lake', NAME])
  })

  it('begins the new lake again when that is damaged too, and does not do so for ever', async () => {
    let opened = 0
    const never = async (): Promise<string> => {
      opened++
      mkdirSync(at('lake'), { recursive: true })
      throw new EngineQueryError('Code: 33. (CANNOT_READ_ALL_DATA)', 33)
    }
    await expect(openOrMakeAnew(never, options())).rejects.toThrow(`set aside as ${NAME}, and 3 new ones`)
    expect(opened).toBe(8)
    expect(readdirSync(folder).filter(name => name.startsWith('lake.damaged'))).toEqual([NAME])
  })
})
