import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminOperations } from '../../src/app/doors/admin.ts'
import { noteLostFiles } from '../../src/app/losses/lost-files.ts'
import { Bronze } from '../../src/lake/bronze/index.ts'
import type { Loss } from '../../src/core/schema/loss.ts'
import { Lake, remove } from './lake.ts'

const START = Date.parse('2026-03-02T12:00:00Z')
const SENSORS = 20

let folder: string
let lake: Lake

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-losses-'))
  lake = await new Lake(folder).start()
  await lake.locate()
})

afterEach(async () => {
  await lake.stop().catch(() => {})
  await rm(folder, { recursive: true, force: true })
})

/** One reading of each sensor and a broken line: a frame of 21 lines. */
async function send(minute: number): Promise<number> {
  const atMs = START + minute * 60_000
  const lines = Array.from({ length: SENSORS }, (_, i) =>
    reading(`S-${i}`, minute, { average_speed: 30 + (minute % 7) }),
  )
  const position = await lake.append([...lines, `{"broken":${minute}`], { arrivedAtMs: atMs })
  await lake.level()
  return position
}

const reading = (sensor: string, minute: number, more: object) =>
  JSON.stringify({ sensor_id: sensor, timestamp: new Date(START + minute * 60_000).toISOString(), ...more })

/** Flips a byte in the payload of the frame that begins at the position; nothing may run. */
async function flip(position: number): Promise<void> {
  const [name] = (await readdir(lake.logDir)).filter(one => one.endsWith('.ndjson.zst'))
  const sidecar = await readFile(join(lake.logDir, name!.replace('ndjson.zst', 'frames.ndjson')), 'utf8')
  const at = sidecar
    .split('\n')
    .filter(line => line !== '')
    .findIndex(line => (JSON.parse(line) as { position: number }).position === position)
  const bytes = await readFile(join(lake.logDir, name!))
  let offset = -1
  for (let i = 0; i <= at; i++) offset = bytes.indexOf(Buffer.from([0x50, 0x2a, 0x4d, 0x18]), offset + 1)
  const next = bytes.indexOf(Buffer.from([0x50, 0x2a, 0x4d, 0x18]), offset + 1)
  bytes[(next < 0 ? bytes.length : next) - 3]! ^= 0xff
  await writeFile(join(lake.logDir, name!), bytes)
}

async function losePartsOf(...tables: string[]): Promise<void> {
  for (const part of await lake.parts()) if (tables.includes(part.table)) await remove(part.path)
}

const told = (): readonly Loss[] => lake.log.losses.list()

describe('lines that the log lost and the lake still has', () => {
  it('are told at every start, answered by queries, and verify says equal but for them', async () => {
    await send(0)
    const second = await send(1)
    await send(2)
    await lake.stop()
    await flip(second)
    for (let start = 0; start < 2; start++) {
      await lake.start()
      expect(told()).toMatchObject([
        { id: `log-${second}`, records: 21, exact: true, inLake: 21, acknowledged: null },
      ])
      expect(await lake.count('silver.readings')).toBe(3 * SENSORS)
      expect(await lake.verify()).toMatchObject({ equal: true, readings: 3 * SENSORS })
      if (start === 0) await lake.stop()
    }
  })

  it('stay when their day is rebuilt, by a start and by an administrator, and a repeat of them stays a repeat', async () => {
    await send(0)
    const second = await send(1)
    const third = await send(2)
    await lake.append([reading('S-3', 1, { average_speed: 31 })], { arrivedAtMs: START + 200_000 })
    await lake.level()
    await lake.stop()
    await flip(second)
    await lake.start()
    await lake.exec(`ALTER TABLE silver.readings DELETE WHERE position >= ${third}`)
    await lake.exec(`ALTER TABLE quarantine.lines DELETE WHERE position >= ${third}`)
    await lake.stop()
    await lake.start()
    expect(await lake.count('silver.readings')).toBe(3 * SENSORS)
    expect(await lake.count('quarantine.lines')).toBe(3)
    expect(told()).toMatchObject([{ records: 21, inLake: 21 }])

    const { engine, log, loader, rules } = lake
    const bronze = new Bronze(engine, lake.logDir, log)
    const longLines = { dir: join(folder, 'oversize'), keepDays: null }
    const events = adminOperations({
      engine,
      log,
      loader,
      bronze,
      rules,
      longLines,
      streams: lake.streams,
    }).rebuild({ from: null, to: null, streams: [] }, new AbortController().signal)
    for await (const event of events) expect(event).not.toHaveProperty('error')
    expect(await lake.count('silver.readings')).toBe(3 * SENSORS)
    expect(lake.loader.ledger?.repeats ?? 1).toBe(1)
    expect(await lake.verify()).toMatchObject({ equal: true, readings: 3 * SENSORS })
  })
})

describe('lines that are files of their own', () => {
  const longLines = () => ({ dir: join(folder, 'oversize'), keepDays: null })

  async function sendLong(name: string): Promise<number> {
    const bytes = Buffer.from(`{"long":"${name.repeat(1000)}"}`)
    await mkdir(longLines().dir, { recursive: true })
    await writeFile(join(longLines().dir, name), bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const line = JSON.stringify({ file: name, bytes: bytes.length, sha256, reason: 'line_too_long' })
    const { position } = await lake.log.append({
      ...{ kind: 'oversize', source: 'http', arrivedAtMs: START, intervalS: null, count: 1 },
      lines: Buffer.from(`${line}\n`),
    })
    await lake.level()
    return position
  }

  it('are told as lost once when they are gone, cut or flipped', async () => {
    await send(0)
    const at = [await sendLong('a'), await sendLong('b'), await sendLong('c'), await sendLong('d')] as const
    const { dir } = longLines()
    await noteLostFiles(lake, longLines(), true)
    expect(told()).toEqual([])

    await remove(join(dir, 'a'))
    await truncate(join(dir, 'b'), 100)
    const flipped = await readFile(join(dir, 'c'))
    flipped[500]! ^= 1
    await writeFile(join(dir, 'c'), flipped)
    await noteLostFiles(lake, longLines(), false)
    const lost = { layer: 'oversize', records: 1, exact: true }
    const two = [
      {
        ...lost,
        id: `oversize-${at[0]}`,
        from: at[0],
        file: 'oversize/a',
        message: expect.stringContaining('is gone') as string,
      },
      {
        ...lost,
        id: `oversize-${at[1]}`,
        from: at[1],
        message: expect.stringContaining('has 100 bytes') as string,
      },
    ]
    expect(told()).toMatchObject(two)
    await noteLostFiles(lake, longLines(), true)
    await noteLostFiles(lake, longLines(), true)
    expect(told()).toMatchObject([
      ...two,
      { ...lost, id: `oversize-${at[2]}`, message: expect.stringContaining('checksum differs') as string },
    ])
    expect(await lake.verify()).toMatchObject({ equal: true })
  })

  it('that retention is about to drop are no loss', async () => {
    await sendLong('a')
    await lake.append([reading('S-1', 3 * 1440, { average_speed: 31 })], {
      arrivedAtMs: START + 3 * 86_400_000,
    })
    await lake.level()
    await remove(join(longLines().dir, 'a'))
    await noteLostFiles(lake, { ...longLines(), keepDays: 2 }, false)
    expect(told()).toEqual([])
    await noteLostFiles(lake, { ...longLines(), keepDays: 4 }, false)
    expect(told()).toHaveLength(1)
  })
})

describe('lines that are neither in the log nor in the lake', () => {
  it('are told with how many there were, and are no repeats', async () => {
    await send(0)
    const second = await send(1)
    await send(2)
    await lake.stop()
    await flip(second)
    await losePartsOf('silver.readings', 'quarantine.lines')
    for (let start = 0; start < 2; start++) {
      await lake.start()
      expect(await lake.count('silver.readings')).toBe(2 * SENSORS)
      expect(told()).toMatchObject([{ id: `log-${second}`, records: 21, inLake: 0 }])
      expect(lake.loader.ledger?.repeats).toBe(0)
      expect(await lake.verify()).toMatchObject({ equal: true })
      if (start === 0) await lake.stop()
    }
  })

  it('are a loss of their own when the first was acknowledged before', async () => {
    await send(0)
    const second = await send(1)
    await lake.stop()
    await flip(second)
    await lake.start()
    await lake.log.losses.acknowledge(`log-${second}`, { by: 'ana', note: null })
    await lake.stop()
    await losePartsOf('silver.readings', 'quarantine.lines')
    await lake.start()
    expect(told()).toMatchObject([
      { layer: 'log', inLake: 0, acknowledged: { by: 'ana' } },
      { id: `lake-${second}`, layer: 'lake', records: 21, acknowledged: null },
    ])
  })
})

describe('rows that the log cannot give back because it dropped their lines', () => {
  it('are told once, with day and number', async () => {
    await lake.stop()
    lake.segmentBytes = 1
    await lake.start()
    for (let minute = 0; minute < 3; minute++) await send(minute)
    const dropped = await send(3)
    await lake.stop()
    await lake.start()
    expect((await lake.log.expire({ beforePosition: dropped })).records).toBe(dropped)
    await lake.stop()
    await losePartsOf('silver.readings')
    for (let start = 0; start < 2; start++) {
      await lake.start()
      expect(told()).toMatchObject([
        { layer: 'lake', table: 'silver.readings 2026-03-02', records: 3 * SENSORS, exact: true, from: 0 },
      ])
      expect(lake.loader.ledger?.repeats).toBe(0)
      if (start === 0) await lake.stop()
    }
  })
})

describe('a log whose end is gone', () => {
  it('is known by what the lake has, exactly, and positions are not given again', async () => {
    await send(0)
    const second = await send(1)
    await lake.stop()
    await remove(lake.logDir)
    await lake.start()
    const end = second + 21
    const losses = told()
    expect(losses.filter(({ exact }) => !exact).every(({ from, to }) => to > from)).toBe(true)
    expect(losses.reduce((sum, { inLake }) => sum + (inLake ?? 0), 0)).toBe(end)
    expect(await send(2)).toBeGreaterThanOrEqual(end)
    expect(await lake.count('silver.readings')).toBe(3 * SENSORS)
    expect(await lake.verify()).toMatchObject({ equal: true, readings: 3 * SENSORS })
  })
})
