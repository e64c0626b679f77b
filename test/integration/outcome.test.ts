import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sensor } from '../../src/core/schema/sensor.ts'
import { outcomeReader } from '../../src/lake/read/index.ts'
import type { OutcomeReader } from '../../src/lake/read/index.ts'
import { Lake } from './lake.ts'

let folder: string
let lake: Lake
let outcomes: OutcomeReader
const NOW = Date.parse('2026-03-02T20:00:00Z')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-outcome-'))
  lake = await new Lake(folder).start()
  outcomes = outcomeReader(lake.engine)
})

afterAll(async () => {
  await lake.stop()
  await rm(folder, { recursive: true, force: true })
})

const line = (sensor: string, minute: number, vehicles: unknown) =>
  JSON.stringify({
    sensor_id: sensor,
    timestamp: new Date(Date.parse('2026-03-02T10:00:00Z') + minute * 60_000).toISOString(),
    vehicle_count: vehicles,
  })
const send = async (lines: readonly string[], source: string) =>
  [await lake.append(lines, { arrivedAtMs: NOW, source }), lines.length] as const

describe('what became of readings', () => {
  it('adds up to the lines, whoever sends at the same time', async () => {
    const minutes = [...Array(500).keys()]
    const first = await send([...minutes.map(m => line('a', m, m)), line('a', 0, 0)], 'replay:x')
    await send(
      minutes.map(m => line('other', m, m)),
      'http',
    )
    const second = await send(
      [line('a', 1, 1), line('a', 2, 99), line('a', 2, 98), '{broken', line('a', 600, -1), line('b', 1, 1)],
      'replay:x',
    )
    await send([line('other', 1, 7), line('other', 1, 1), '{'], 'http')
    await lake.level()
    expect(await outcomes.readings([first, second])).toEqual({
      new: 501,
      repeats: 2,
      conflicts: 2,
      quarantined: 2,
      reasons: [
        { reasons: ['json_syntax'], lines: 1 },
        { reasons: ['vehicle_count_range'], lines: 1 },
      ],
      keys: { conflicting: 1, most: 2, own: 2 },
    })
    expect(await outcomes.readings([second])).toMatchObject({ new: 1, repeats: 1, keys: { own: 0 } })
  })

  it('tells the readings of one source among positions that are not known for sure', async () => {
    const [from] = await send([line('c', 1, 1), line('c', 2, 1), line('c', 1, 1)], 'replay:lost')
    const [last] = await send([line('d', 1, 1)], 'http')
    await lake.level()
    const span = [[from, last + 1 - from]] as const
    expect(await outcomes.readingsOf('replay:lost', span)).toBe(2)
  })
})

describe('what became of sensors', () => {
  const sensor = (id: string, name: string | null): Sensor => ({
    sensor_id: id,
    intersection_id: null,
    name,
    latitude: null,
    longitude: null,
    district: null,
    interval_s: null,
    lanes: null,
    camera: null,
  })
  const put = async (...sensors: Sensor[]) => {
    const position = await lake.change(sensors.map(one => ({ op: 'put', sensor: one })))
    return [position, sensors.length] as const
  }

  it('tells new ones, those replaced, repeats, and those that fall together under one id', async () => {
    await put(sensor('s1', 'old'), sensor('s2', 'same'), sensor('s3', null))
    await lake.change([{ op: 'remove', sensor_id: 's3' }])
    const import1 = await put(
      sensor('s1', 'new'),
      sensor('s2', 'same'),
      sensor('s3', null),
      sensor('s4', 'a'),
      sensor('s4', 'b'),
      sensor('s4', 'b'),
    )
    await put(sensor('s4', 'later'))
    await lake.level()
    expect(await outcomes.sensors([import1])).toEqual({ new: 2, replaced: 1, repeats: 2, conflicts: 1 })
  })
})
