import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminOperations } from '../../src/app/doors/admin.ts'
import { silverOf } from './batch.ts'
import type { LogRecord } from './batch.ts'
import { differencesOf } from './compare.ts'
import { Lake, RULES } from './lake.ts'
import { Stream } from './stream.ts'

let folder: string
let lake: Lake

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-upkeep-'))
  lake = await new Lake(folder).start()
})

afterEach(async () => {
  await lake.stop().catch(() => {})
  await rm(folder, { recursive: true, force: true })
})

const ARRIVED_MS = Date.parse('2026-03-10T12:00:00Z')
const reading = (sensor_id: string, timestamp: string, more: object = { vehicle_count: 1 }) =>
  JSON.stringify({ sensor_id, timestamp, ...more })

async function rebuild(from: string | null, to: string | null, streams: string[] = []): Promise<unknown> {
  const { engine, log, loader, rules } = lake
  const bronze = { refresh: async () => {} } as never
  const longLines = { dir: folder, keepDays: null }
  const events = adminOperations({
    engine,
    log,
    loader,
    bronze,
    rules,
    longLines,
    streams: lake.streams,
  }).rebuild({ from, to, streams }, new AbortController().signal)
  let result: unknown
  for await (const event of events) if ('result' in event) result = event.result
  return result
}

/** A day of traffic with register changes, as records. */
async function traffic(): Promise<LogRecord[]> {
  const stream = new Stream(11, ARRIVED_MS - 3 * 86_400_000)
  const records: LogRecord[] = []
  for (let i = 0; i < 4; i++) {
    const changes = stream.changes()
    const at = await lake.change(changes)
    changes.forEach((change, k) => records.push({ position: at + k, change }))
    const lines = stream.lines(200, 12)
    const first = await lake.append(
      lines.map(line => line.text),
      { arrivedAtMs: stream.nowMs },
    )
    lines.forEach(({ meant }, k) => {
      if (meant !== null) records.push({ position: first + k, meant, intervalS: null })
    })
  }
  await lake.level()
  return records
}

describe('what arrives twice, and what nobody knows', () => {
  it('counts a conflict, keeps its line in bronze, and notes unknown fields', async () => {
    const first = await lake.append(
      [
        reading('A', '2026-03-10T10:00:00Z', { vehicle_count: 1 }),
        reading('A', '2026-03-10T10:00:00Z', { vehicle_count: 1 }),
        reading('A', '2026-03-10T06:00:00-04:00', { vehicle_count: 2, firmware: 7 }),
        reading('B', '2026-03-10T10:00:00Z', { vehicle_types: { car: 1, bicycle: 2 } }),
      ],
      { arrivedAtMs: ARRIVED_MS },
    )
    await lake.level()
    await lake.level()
    expect(lake.loader.ledger?.repeats).toBe(2)
    expect((await lake.verify()).equal).toBe(true)
    expect(await lake.query('SELECT sensor_id, vehicles FROM silver.readings ORDER BY sensor_id')).toEqual([
      { sensor_id: 'A', vehicles: 1 },
      { sensor_id: 'B', vehicles: null },
    ])
    const [conflict] = await lake.query<{ position: number; line: string }>(
      'SELECT c.position AS position, b.line AS line FROM silver.conflicts AS c INNER JOIN bronze.lines AS b USING position',
    )
    expect(conflict?.position).toBe(first + 2)
    expect(conflict?.line).toContain('"firmware":7')
    expect(
      await lake.query('SELECT field, first_position, last_position FROM bronze.schema_drift ORDER BY field'),
    ).toEqual([
      { field: 'firmware', first_position: first + 2, last_position: first + 2 },
      { field: 'vehicle_types.bicycle', first_position: first + 3, last_position: first + 3 },
    ])
  })
})

describe('a sensor', () => {
  it('stays where it was when a reading names no place', async () => {
    const place = {
      vehicle_count: 1,
      intersection_id: 'X1',
      district: 'newtown',
      latitude: 40,
      longitude: -74,
    }
    const lines = [
      reading('Q', '2026-03-09T11:00:00Z', place),
      reading('Q', '2026-03-08T11:00:00Z'),
      reading('N', '2026-03-08T11:00:00Z'),
    ]
    for (const line of lines) {
      await lake.append([line], { arrivedAtMs: ARRIVED_MS })
      await lake.level()
    }
    expect(
      await lake.query('SELECT sensor_id, intersection_id, district, latitude FROM lake.sensors ORDER BY 1'),
    ).toEqual([
      { sensor_id: 'N', intersection_id: 'N', district: 'unassigned', latitude: null },
      { sensor_id: 'Q', intersection_id: 'X1', district: 'newtown', latitude: 40 },
    ])
    expect((await lake.verify()).equal).toBe(true)
  })
})

describe('a sensor that leaves the register', () => {
  it('is where its readings say, else nowhere', async () => {
    const at = (hour: number) => reading('R', `2026-03-09T1${hour}:00:00Z`)
    const sensor = { name: null, lanes: null, camera: null, interval_s: 60, latitude: 40, longitude: -74 }
    await lake.change([
      { op: 'put', sensor: { ...sensor, sensor_id: 'R', intersection_id: 'X1', district: 'nord' } },
    ])
    await lake.append([at(0)], { arrivedAtMs: ARRIVED_MS })
    await lake.level()
    const places = () =>
      lake.query('SELECT intersection_id, district, latitude, interval_s FROM lake.sensors ORDER BY 1')
    expect(await places()).toEqual([
      { intersection_id: 'X1', district: 'nord', latitude: 40, interval_s: 60 },
    ])
    await lake.change([{ op: 'remove', sensor_id: 'R' }])
    await lake.append([at(1)], { arrivedAtMs: ARRIVED_MS })
    await lake.level()
    expect(await places()).toEqual([
      { intersection_id: 'R', district: 'unassigned', latitude: null, interval_s: 30 },
    ])
    expect((await lake.verify()).equal).toBe(true)
  })
})

describe('verify', () => {
  it('finds a row that was lost, changed or added, and names the windows', async () => {
    await traffic()
    expect((await lake.verify()).equal).toBe(true)
    const [row] = await lake.query<{ sensor_id: string; at: string; day: string; window: string }>(
      `SELECT sensor_id, toString(measured_at) AS at, toString(toDate(measured_at)) AS day, toString(toStartOfHour(measured_at)) AS window
       FROM silver.readings ORDER BY position LIMIT 1 OFFSET 50`,
    )
    const where = `WHERE sensor_id = '${row?.sensor_id ?? ''}' AND measured_at = '${row?.at ?? ''}'`

    await lake.exec(`ALTER TABLE silver.readings UPDATE interval_s = interval_s + 1 ${where}`)
    expect(await lake.verify()).toMatchObject({
      equal: false,
      silver: [{ window_start: row?.day }],
      hourlySummary: [],
    })
    await lake.exec(`ALTER TABLE silver.readings UPDATE interval_s = interval_s - 1 ${where}`)

    const hour = `window_start = '${row?.window ?? ''}'`
    await lake.exec(
      `ALTER TABLE gold.hourly_summary_state UPDATE wait_sum = wait_sum + 1, car_sum = car_sum + 1 WHERE ${hour}`,
    )
    await lake.exec(
      `ALTER TABLE gold.intersection_metrics_state UPDATE wait_sum = wait_sum + 1 WHERE toStartOfHour(${hour.replace(' =', ') =')}`,
    )
    const found = await lake.verify()
    expect(found.equal).toBe(false)
    expect(found.silver).toEqual([])
    expect(found.hourlySummary).toContainEqual(expect.objectContaining({ window_start: row?.window }))
    for (const window of found.hourlySummary) expect(window).toMatchObject({ window_start: row?.window })
    expect(found.intersectionMetrics).not.toEqual([])
  })

  it('finds a wrong free-flow speed', async () => {
    await traffic()
    await lake.level()
    await lake.exec('ALTER TABLE gold.night_speed_state UPDATE weight = weight + 50 WHERE speed_dkmh > 800')
    const { districtAnalytics, silver } = await lake.verify()
    expect(silver).toEqual([])
    const differing = new Set(districtAnalytics.flatMap(w => (w as { differing: string[] }).differing))
    expect([...differing].sort()).toEqual(['free_flow_speed_kmh', 'speed_index'])
  })

  it('takes no sensor for missing that came when there were too many', async () => {
    await lake.stop()
    lake = await new Lake(lake.folder, { rules: { ...RULES.rules, maxSensors: 2 } }).start()
    const at = (sensor: string, second: number) => reading(sensor, `2026-03-09T11:00:0${second}Z`)
    await lake.append([at('A', 0), at('B', 0), at('C', 0), at('A', 1), at('C', 1)], {
      arrivedAtMs: ARRIVED_MS,
    })
    const verified = await lake.verify()
    expect(verified).toMatchObject({ equal: true, readings: 3 })
    expect(verified.notChecked.join()).toContain('2 readings of sensors beyond limits.maxSensors')
    await lake.exec("ALTER TABLE silver.readings UPDATE interval_s = 1 WHERE sensor_id = 'B'")
    expect((await lake.verify()).equal).toBe(false)
  })

  it('agrees with the loader about odd lines', async () => {
    const base = '"sensor_id":"S","vehicle_count":1'
    const at = (i: number) => `"timestamp":"2026-03-10T10:${String(i).padStart(2, '0')}:00Z"`
    const odd = [
      '"x":1e400',
      '"x":123456789012345678901234567890',
      '"x":-123456789012345678901234567890.5e-3',
      '"x":"\\ud800"',
      '"x":"\\ude00\\ud83d"',
      '"x":"\\ud83d\\ude00"',
      '"\\ud800":1',
      `"x":${'['.repeat(63)}${']'.repeat(63)}`,
      `"x":${'['.repeat(64)}${']'.repeat(64)}`,
      `"x":${'{"a":'.repeat(70)}1${'}'.repeat(70)}`,
      `"x":"${'['.repeat(100)}\\"${'{'.repeat(100)}"`,
      `"x":${JSON.stringify(Array.from({ length: 200 }, () => []))}`,
      '"vehicle_count":"x","vehicle_count":3',
      '"vehicle_count":3,"vehicle_count":"x"',
      '"vehicle\\u005fcount":4',
      '"signal_state":"GR\\u0045EN"',
      '"average_speed":31.400000000000002',
      '"average_speed":-0.0',
      '"average_speed":1E1',
      '"vehicle_types":{"car":1,"car":2,"bus":25.0}',
      '"vehicle_types":{"car":1.5}',
      '"vehicle_types":{}',
      '"vehicle_types":[]',
      '"intersection_id":"a\\/b\\\\c\\"d"',
      '"district":"ост \\u00e9 🚦"',
      '"district":"a\\u2028b"',
      '"district":"a\u2028b"',
      `"district":"${'🚦'.repeat(128)}"`,
      `"district":"${'🚦'.repeat(129)}"`,
      '"latitude":91',
      '"latitude":1e-320',
      '"__proto__":{"a":1}',
      '"":1',
    ]
    const lines: (string | Buffer)[] = odd.map((field, i) => `{${at(i)},${base},${field}}`)
    const good = `{${at(59)},${base}}`
    lines.push(
      `\t ${good}\t\r`,
      `\ufeff${good.replace('"S"', '"BOM"')}`,
      good.replace('"S"', '"S\\u0000"'),
      Buffer.concat([Buffer.from('{"sensor_id":"N","x":"\0",'), Buffer.from(good.slice(1))]),
      `[${good}]`,
      `${good}${good}`,
    )
    for (const time of [
      '2026-03-08T02:30',
      '2025-11-02T01:30:00',
      '2026-03-10 10:00:00,1239+0530',
      '2026-03-10t10:00z',
      '2026-03-10T10:00:00-18:59',
      '2026-03-10T10:00:00+19:00',
      '2026-03-10T24:00:00Z',
      '2026-02-29T00:00:00Z',
      '1999-12-31T23:59:59.999Z',
      '2026-03-10T12:05:00Z',
      '2026-03-10T12:05:00.001Z',
      '2026-03-10\\u000010:00:00Z',
    ])
      lines.push(`{"sensor_id":"T","timestamp":"${time}","queue_length":0}`)
    await lake.append(lines, { arrivedAtMs: ARRIVED_MS })
    await lake.level()
    expect(await lake.verify()).toMatchObject({ silver: [], hourlySummary: [], equal: true })
    expect(await lake.count('silver.readings')).toBe(lines.length - (await lake.count('quarantine.lines')))
  })
})

describe('retention', () => {
  it('drops silver by days of the data, keeps gold, and lets nothing count twice', async () => {
    const day = (d: number) => `2026-03-0${d}T10:00:00Z`
    await lake.append(
      [1, 2, 3, 4, 5, 6].map(d => reading('A', day(d))),
      { arrivedAtMs: ARRIVED_MS },
    )
    await lake.level()
    await lake.loader.dropOldDays({ silverDays: 2, goldDays: null, quarantineDays: null })
    expect(await lake.count('silver.readings')).toBe(3)
    expect(await lake.count('gold.hourly_summary')).toBe(6)

    // A repeat and a late reading of dropped days, one of a day that is kept.
    await lake.append([reading('A', day(2)), reading('B', day(1)), reading('B', day(4))], {
      arrivedAtMs: ARRIVED_MS,
    })
    await lake.level()
    expect(await lake.query('SELECT reasons FROM quarantine.lines')).toEqual([
      { reasons: ['too_old'] },
      { reasons: ['too_old'] },
    ])
    expect(await lake.query('SELECT sum(readings) AS n FROM gold.hourly_summary')).toEqual([{ n: 7 }])
    const verified = await lake.verify()
    expect(verified).toMatchObject({ equal: true, silver: [] })
    expect(verified.notChecked.join()).toContain('2026-03-04')

    await lake.stop()
    await lake.start()
    expect(await lake.count('silver.readings')).toBe(4)
    expect(lake.loader.ledger?.repeats).toBe(0)
    await rebuild(null, null)
    await lake.level()
    expect(await lake.count('silver.readings')).toBe(4)
    expect(await lake.query('SELECT sum(readings) AS n FROM gold.hourly_summary')).toEqual([{ n: 7 }])
    expect((await lake.verify()).equal).toBe(true)
  })
})

describe('rebuild', () => {
  it('applies the register of today to the past, whole or for some days', async () => {
    const records = await traffic()
    expect(await differencesOf(lake, silverOf(records))).toEqual([])
    await rebuild('2026-03-08', '2026-03-09')
    expect((await lake.verify()).equal).toBe(true)
    await rebuild(null, null)
    expect(await differencesOf(lake, silverOf(records, true))).toEqual([])
    expect(await lake.verify()).toMatchObject({ equal: true, silver: [] })
    // What comes after it follows the register again.
    const sensor = { name: null, latitude: null, longitude: null, lanes: null, camera: null, interval_s: 60 }
    const change = {
      op: 'put' as const,
      sensor: { ...sensor, sensor_id: 'S-1', intersection_id: 'NEW', district: 'new' },
    }
    await lake.change([change])
    await lake.append([reading('S-1', '2026-03-10T11:00:00Z')], { arrivedAtMs: ARRIVED_MS })
    await lake.level()
    expect(await lake.count('silver.readings', "district = 'new'")).toBe(1)
    expect((await lake.verify()).equal).toBe(true)
  })
})
