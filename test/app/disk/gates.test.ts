import { describe, expect, it } from 'vitest'
import {
  appendsWithRoom,
  engineWithRoom,
  oversizeWithRoom,
  storeWithRoom,
} from '../../../src/app/disk/index.ts'
import type { Append } from '../../../src/core/log.ts'
import type { Engine } from '../../../src/lake/engine/index.ts'
import type { ObjectStore } from '../../../src/storage/index.ts'

const NO_ROOM = 'The disk of /srv/city has 0 B left'

/** An engine that notes what it was asked, over a disk that is full or not. */
function fullDisk() {
  const asked: string[] = []
  const state: { full: string | null; found: string | null } = { full: NO_ROOM, found: NO_ROOM }
  const note = async (sql: string) => void asked.push(sql)
  const inner = {
    mode: 'embedded',
    state: 'ready',
    restarts: 3,
    query: async (sql: string) => {
      asked.push(sql)
      return []
    },
    exec: note,
    insertNative: note,
    sync: async () => {},
    onState: () => () => {},
    stop: async () => {},
  } as unknown as Engine
  const disk = {
    get full() {
      return state.full
    },
    look: async () => {
      state.full = state.found
    },
  }
  return { asked, state, engine: engineWithRoom(inner, disk) }
}

describe('the engine over a full disk', () => {
  it('is asked for nothing that writes, a table’s definition least of all', async () => {
    const { asked, engine } = fullDisk()
    const writes = [
      'CREATE OR REPLACE TABLE bronze.segments (line String) ENGINE = Memory',
      'INSERT INTO lake.free_flow VALUES (1)',
      'TRUNCATE TABLE lake.free_flow',
      'ALTER TABLE silver.readings REPLACE PARTITION 1 FROM silver.readings_rebuild',
      'EXCHANGE TABLES a AND b',
    ]
    for (const sql of writes) await expect(engine.exec(sql)).rejects.toMatchObject({ code: 'ART_DISK_FULL' })
    await expect(engine.insertNative('silver.readings', [], new Uint8Array())).rejects.toThrow(NO_ROOM)
    expect(asked).toEqual([])
  })

  it('still answers, and still gives space back', async () => {
    const { asked, engine } = fullDisk()
    await engine.query('SELECT 1')
    await engine.exec("ALTER TABLE silver.readings DROP PARTITION '2026-01-01'")
    await engine.exec('DROP TABLE IF EXISTS silver.readings_rebuild')
    expect(asked).toHaveLength(3)
    expect([engine.state, engine.restarts]).toEqual(['ready', 3])
  })

  it('looks anew before each write: what was enough a moment ago may be gone', async () => {
    const { asked, state, engine } = fullDisk()
    state.found = null
    await engine.exec('CREATE TABLE a')
    state.found = NO_ROOM
    await expect(engine.exec('CREATE TABLE b')).rejects.toThrow(NO_ROOM)
    expect(asked).toEqual(['CREATE TABLE a'])
  })
})

describe('the doors over a disk that fills', () => {
  const batch: Append = {
    kind: 'reading',
    source: 'test',
    arrivedAtMs: 0,
    intervalS: null,
    lines: Buffer.from('{}\n'),
    count: 1,
  }

  it('refuse an append so that its sender tries again', async () => {
    const disk: { closed: string | null } = { closed: null }
    const log = appendsWithRoom({ append: async () => ({ position: 7, count: 1 }) }, disk)
    await expect(log.append(batch)).resolves.toEqual({ position: 7, count: 1 })
    disk.closed = NO_ROOM
    await expect(log.append(batch)).rejects.toMatchObject({ code: 'ART_DISK_NEARLY_FULL', retryable: true })
  })

  it('refuse a long line in its middle', async () => {
    const disk: { closed: string | null } = { closed: null }
    const written: number[] = []
    const file = {
      write: async (bytes: Uint8Array) => void written.push(bytes.length),
      finish: async () => ({ file: 'a', bytes: 1, sha256: '' }),
      discard: async () => {},
    }
    const long = await oversizeWithRoom({ begin: async () => file }, disk).begin()
    await long.write(Buffer.alloc(10))
    disk.closed = NO_ROOM
    await expect(long.write(Buffer.alloc(10))).rejects.toThrow(NO_ROOM)
    expect(written).toEqual([10])
  })
})

describe('what is received, over a disk that is nearly full', () => {
  it('is not kept, but may be read and let go', async () => {
    const asked: string[] = []
    const note = (key: string) => {
      asked.push(key)
      return Promise.resolve(null)
    }
    const inner = { put: note, get: note, remove: note } as unknown as ObjectStore
    const disk: { closed: string | null } = { closed: NO_ROOM }
    const store = storeWithRoom(inner, disk)
    await expect(store.put('objects/a', Buffer.from('x'))).rejects.toMatchObject({
      code: 'ART_DISK_NEARLY_FULL',
      retryable: true,
    })
    await store.get('objects/b')
    await store.remove('objects/c')
    expect(asked).toEqual(['objects/b', 'objects/c'])
    disk.closed = null
    await store.put('objects/a', Buffer.from('x'))
    expect(asked.at(-1)).toBe('objects/a')
  })
})
