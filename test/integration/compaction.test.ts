import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SensorChange } from '../../src/core/schema/sensor.ts'
import { Bronze } from '../../src/lake/bronze/index.ts'
import { Lake, remove, RULES } from './lake.ts'

const START = Date.parse('2026-03-02T12:00:00Z')
const AT_ONCE = { pace: () => Promise.resolve(), hasRoom: () => Promise.resolve(true) }

let folder: string
let lake: Lake

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-compact-'))
  lake = await new Lake(folder).start()
})

afterEach(async () => {
  await lake.stop()
  await remove(folder)
})

/** A small city second by second; every seventh reading is one millisecond too far in the future, or just not. */
async function live(from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n++) {
    const arrivedAtMs = START + n * 1000 + (n % 11)
    const edge = n % 7 === 3 ? RULES.rules.maxFutureMs + (n % 2) : -500
    const reading = {
      sensor_id: `s${n % 5}`,
      timestamp: new Date(arrivedAtMs + edge).toISOString(),
      vehicle_count: n,
    }
    await lake.append([JSON.stringify(reading)], {
      arrivedAtMs,
      source: `http:${n % 3}`,
      intervalS: n % 2 === 0 ? 30 : null,
    })
    if (n % 60 === 30) await lake.change([put(`d${n}`, n)])
  }
}

function put(district: string, intervalS: number): SensorChange {
  const place = {
    intersection_id: null,
    name: null,
    latitude: null,
    longitude: null,
    lanes: null,
    camera: null,
  }
  return { op: 'put', sensor: { sensor_id: 's1', district, interval_s: intervalS, ...place } }
}

const rows = () => lake.query<{ position: number }>('SELECT * FROM bronze.lines ORDER BY position')
const tables = async () => ({
  silver: await lake.query('SELECT * FROM silver.readings ORDER BY position'),
  quarantine: await lake.query('SELECT position, reasons, line FROM quarantine.lines ORDER BY position'),
})

describe('a compacted log', () => {
  it('is row by row what bronze.lines was, verifies equal, and makes the same lake anew', async () => {
    await live(0, 150)
    await lake.level()
    const bronze = new Bronze(lake.engine, join(folder, 'log'), lake.log)
    await bronze.refresh()
    const before = await rows()
    expect(before.map(({ position }) => position)).toEqual(
      Array.from({ length: lake.log.synced }, (_, i) => i),
    )
    const loaded = await tables()
    expect(loaded.quarantine.length).toBeGreaterThan(5)

    // No table is made anew in between: a query in flight sees the same.
    expect(await lake.log.compact(AT_ONCE)).toMatchObject({ segments: 1, failure: null })
    expect(await rows()).toEqual(before)
    await live(150, 20)
    expect((await rows()).slice(0, before.length)).toEqual(before)
    expect(await lake.verify()).toMatchObject({ equal: true, notChecked: [] })

    await lake.loader.stop()
    const all = await tables()
    await lake.engine.stop()
    await lake.log.close()
    for (const name of ['lake', 'checkpoint.json']) await remove(join(folder, name))
    await lake.start()
    await lake.level()
    expect(await tables()).toEqual(all)
    expect(await lake.verify()).toMatchObject({ equal: true })
    expect((await rows()).slice(0, before.length)).toEqual(before)
  })
})
