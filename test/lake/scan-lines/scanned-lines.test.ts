import { describe, expect, it } from 'vitest'
import type { Frame } from '../../../src/core/log.ts'
import type { Sensor } from '../../../src/core/schema/sensor.ts'
import { readingScan, scannedColumns, scannedLines, streamScan } from '../../../src/lake/scan-lines/index.ts'
import { streams } from '../streams/sample/index.ts'

const RULES = {
  rules: { oldestMs: 0, maxFutureMs: 300_000, maxSensors: 100, visibleIds: true },
  zone: 'America/New_York',
  intervalS: 30,
}
const ARRIVED = Date.parse('2026-03-01T06:00:00Z')

function frame(kind: string, lines: readonly (string | Buffer)[], position = 0): Frame {
  const bytes = Buffer.concat(lines.flatMap(line => [Buffer.from(line as string), Buffer.from('\n')]))
  const head = { kind, source: 'test', arrivedAtMs: ARRIVED, intervalS: null }
  return { ...head, position, count: lines.length, lines: bytes }
}

const reading = (more: object) =>
  JSON.stringify({ sensor_id: 'S-1', timestamp: '2026-03-01T05:00:00.250Z', vehicle_count: 3, ...more })
const register: Sensor = {
  ...{ sensor_id: 'S-1', intersection_id: 'Straße 4', name: null, latitude: 40.5, longitude: -74 },
  ...{ district: 'ост', interval_s: 60, lanes: null, camera: null },
}

describe('a scan of readings', () => {
  it('says of each line in order what it becomes, repeats too', () => {
    const lines = [reading({}), 'no JSON', reading({}), reading({ average_speed: 'fast' })]
    const said = scannedLines(readingScan(RULES, []), [frame('reading', lines)])
    expect(said.map(({ position, became }) => [position, became])).toEqual([
      [0, 'row'],
      [1, 'refused'],
      [2, 'row'],
      [3, 'refused'],
    ])
    expect(JSON.parse(said[3]!.json)).toMatchObject({ reasons: ['average_speed_type'], line: lines[3] })
  })

  it('has the row as silver would have it, completed by the register', () => {
    const line = reading({ average_speed: 30.5, occupancy_rate: 0.25, signal_state: 'GREEN' })
    const [row] = scannedLines(readingScan(RULES, [register]), [frame('reading', [line])])
    expect(JSON.parse(row!.json)).toMatchObject({
      ...{ sensor_id: 'S-1', intersection_id: 'Straße 4', district: 'ост', interval_s: 60 },
      ...{ measured_at: '2026-03-01T05:00:00.250Z', arrived_at: '2026-03-01T06:00:00.000Z', source: 'test' },
      ...{ vehicles: 3, speed_kmh: 49.085, occupancy: 0.25, queue_veh: null, signal_state: 'green' },
      ...{ latitude: 40.5, longitude: -74, local_date: '2026-03-01', local_hour: 0, local_weekday: 7 },
    })
  })

  it('keeps the bytes of a line that is no text', () => {
    const line = Buffer.from([0x7b, 0xff, 0x7d])
    const [refused] = scannedLines(readingScan(RULES, []), [frame('reading', [line])])
    expect(JSON.parse(refused!.json)).toMatchObject({
      ...{ reasons: ['utf8'], bytes: 3, line: '{\ufffd}', line_base64: line.toString('base64') },
    })
  })

  it('refuses what was too long to be read, in its place', () => {
    const long = frame('oversize', ['{"file":null,"bytes":99}'], 1)
    const frames = [frame('reading', [reading({})]), long, frame('reading', [reading({})], 2)]
    const said = scannedLines(readingScan(RULES, []), frames)
    expect(said.map(({ became }) => became)).toEqual(['row', 'refused', 'row'])
    expect(JSON.parse(said[1]!.json)).toMatchObject({ reasons: ['line_too_long'], bytes: 99, file: null })
  })

  it('names its columns in types that Spark knows, without a place in the log', () => {
    const { row, refused } = scannedColumns(readingScan(RULES, []))
    expect(row).toContainEqual({ name: 'speed_kmh', type: 'decimal(9,3)' })
    expect(row).toContainEqual({ name: 'local_date', type: 'date' })
    expect(row.map(({ name }) => name)).not.toContain('position')
    expect(refused).toContainEqual({ name: 'reasons', type: 'array<string>' })
  })
})

describe('a scan of a declared stream', () => {
  const air = streams.find(({ name }) => name === 'air')!
  const line = (more: object) =>
    JSON.stringify({ station_id: 's', timestamp: '2026-03-01T05:00:00Z', ...more })

  it('has its columns, with flags as such and temperatures below zero', () => {
    const lines = [
      line({ temperature_f: 31.9, dust: 7, dry: true }),
      line({ dry: false }),
      line({ dust: 0.5 }),
    ]
    const said = scannedLines(streamScan(air, RULES), [frame('air', lines)])
    expect(said.map(({ became }) => became)).toEqual(['row', 'row', 'refused'])
    expect(JSON.parse(said[0]!.json)).toMatchObject({ temperature_c: -0.06, dust: 7, dry: true })
    expect(JSON.parse(said[1]!.json)).toMatchObject({ temperature_c: null, dust: null, dry: false })
    expect(JSON.parse(said[2]!.json)).toMatchObject({ reasons: ['dust_type'] })
  })

  it('tells a repeat by its hash from a record that says something else', () => {
    const lines = [line({ dust: 1 }), line({ dust: 1 }), line({ dust: 2 })]
    const rows = scannedLines(streamScan(air, RULES), [frame('air', lines)]).map(
      ({ json }) => JSON.parse(json) as { once_hash: string; content_hash: string },
    )
    expect(new Set(rows.map(row => row.once_hash)).size).toBe(1)
    expect(rows.map(row => row.content_hash === rows[0]!.content_hash)).toEqual([true, true, false])
  })

  it('names flags as true or false', () => {
    expect(scannedColumns(streamScan(air, RULES)).row).toContainEqual({ name: 'dry', type: 'boolean' })
  })
})
