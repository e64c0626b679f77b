import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rebuild } from '../../src/lake/repair/rebuild.ts'
import { Lake, remove } from './lake.ts'
import { NO_STREAMS } from '../../src/lake/load/streams.ts'

const START = Date.parse('2026-03-02T12:00:00Z')
const SENSORS = 20
const DAY = Math.floor(START / 86_400_000)

let folder: string
let lake: Lake

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-mend-'))
  lake = await new Lake(folder).start()
  await lake.locate()
})

afterEach(async () => {
  await lake.stop().catch(() => {})
  await rm(folder, { recursive: true, force: true })
})

async function send(minute: number): Promise<void> {
  const atMs = START + minute * 60_000
  const lines = Array.from({ length: SENSORS }, (_, i) =>
    JSON.stringify({
      sensor_id: `S-${i}`,
      timestamp: new Date(atMs).toISOString(),
      average_speed: 30,
      firmware: 'v1',
    }),
  )
  await lake.append([...lines, '{"broken":'], { arrivedAtMs: atMs })
  await lake.level()
}

async function place(district: string): Promise<void> {
  const sensor = { name: null, latitude: null, longitude: null, interval_s: null, lanes: null, camera: null }
  await lake.change([
    { op: 'put', sensor: { ...sensor, sensor_id: 'S-0', intersection_id: 'I-0', district } },
  ])
  await lake.level()
}

async function losePartsOf(table: string, which: (i: number) => boolean = () => true): Promise<void> {
  await lake.stop()
  const parts = (await lake.parts()).filter(part => part.table === table)
  for (const part of parts.filter((_, i) => which(i))) await remove(part.path)
}

/** Takes away the segment that holds a position, and what tells of it. */
async function removeSegment(position: number): Promise<void> {
  const files = (await readdir(lake.logDir)).filter(file => Number(file.split('.')[0]) === position)
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) await remove(join(lake.logDir, file))
}

describe('what was lost while the lake was stopped', () => {
  it('comes back once, and is not missed at the next start', async () => {
    for (let minute = 0; minute < 4; minute++) await send(minute)
    await losePartsOf('quarantine.lines')
    await lake.start()
    await losePartsOf('silver.readings', i => i % 2 === 0)
    await lake.start()
    expect(await lake.count('silver.readings')).toBe(4 * SENSORS)
    expect(await lake.count('quarantine.lines')).toBe(4)
    const mended = await lake.checkpoint()
    await lake.stop()
    await lake.start()
    expect(await lake.checkpoint()).toEqual(mended)
    expect(lake.problems.filter(([code, message]) => code === 'lake_damaged' && message !== null)).toEqual([])
    expect(await lake.verify()).toMatchObject({ equal: true })
  })

  it('is mended too when it is more than there was', async () => {
    await send(0)
    await lake.loader.stop()
    await lake.exec('INSERT INTO silver.readings SELECT * FROM silver.readings')
    await lake.startLoader()
    expect(await lake.count('silver.readings')).toBe(SENSORS)
    expect(await lake.verify()).toMatchObject({ equal: true })
  })

  it('gets the register of its rebuild again, when it had been rebuilt', async () => {
    await place('old')
    await send(0)
    await place('new')
    await send(1)
    await lake.loader.exclusively(async () => {
      const { engine, log, rules } = lake
      const days = new Set([DAY])
      await rebuild(
        { engine, log, streams: NO_STREAMS, rules, onProgress: () => {} },
        {
          days,
          replace: days,
          expected: null,
          silverFloorMs: -Infinity,
          streamFloorsMs: new Map(),
          tables: new Set(),
          onlyStreams: null,
          from: 0,
          to: lake.loader.visible,
          registerAt: Number.MAX_SAFE_INTEGER,
        },
      )
      await lake.exec(`INSERT INTO lake.rebuilt_days VALUES ('2026-03-02', ${lake.loader.visible - 1})`)
      await lake.loader.recount(days, {})
    })
    await lake.level()
    await place('newest')
    await send(2)
    const districts = `SELECT district, count() AS n FROM silver.readings WHERE sensor_id = 'S-0' GROUP BY district ORDER BY district`
    const before = await lake.query(districts)
    expect(before).toEqual([
      { district: 'new', n: 2 },
      { district: 'newest', n: 1 },
    ])
    expect(await lake.verify()).toMatchObject({ equal: true })
    await losePartsOf('silver.readings')
    await lake.start()
    expect(await lake.query(districts)).toEqual(before)
    expect(await lake.verify()).toMatchObject({ equal: true })
  })

  it.each(['lost at its beginning', 'lost in its middle', 'dropped by retention'])(
    'gets the places that the log has no more, because they were %s',
    async why => {
      lake.segmentBytes = 1
      await lake.stop()
      await lake.start()
      if (why === 'lost in its middle') await send(0)
      const before = lake.log.synced
      await place('old')
      await send(1)
      await place('new')
      await send(2)
      const districts = `SELECT district, count() AS n FROM silver.readings WHERE sensor_id = 'S-0' GROUP BY district ORDER BY district`
      const told = await lake.query(districts)
      expect(told).toContainEqual({ district: 'old', n: 1 })
      // Both changes of the register are gone from the log.
      if (why === 'dropped by retention') await lake.log.expire({ beforePosition: before + 1 })
      await losePartsOf('silver.readings')
      const gone = [before, before + 1 + SENSORS + 1]
      if (why !== 'dropped by retention') for (const position of gone) await removeSegment(position)
      await remove((await lake.parts()).find(part => part.table === 'quarantine.lines')?.path ?? '')
      await lake.start()
      expect(await lake.query(districts)).toEqual(told)
      expect(await lake.verify()).toMatchObject({ equal: true })
    },
  )
})
