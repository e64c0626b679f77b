import type { Frame } from '../../../../src/core/log.ts'
import { zoneOffsets } from '../../../../src/core/time/index.ts'
import { Columns, Scanner } from '../../../../src/lake/readings/scan/index.ts'
import type { Reject, Rules, Scanned } from '../../../../src/lake/readings/scan/index.ts'

export const ARRIVED_MS = Date.parse('2026-03-15T12:00:00Z')
export const RULES: Rules = {
  oldestMs: Date.parse('2000-01-01T00:00:00Z'),
  maxFutureMs: 300_000,
  maxSensors: 1000,
  visibleIds: true,
}

export const frameOf = (lines: readonly (string | Buffer)[], position = 0): Frame => ({
  kind: 'reading',
  source: 'test',
  arrivedAtMs: ARRIVED_MS,
  intervalS: null,
  position,
  count: lines.length,
  lines: Buffer.concat(lines.flatMap(line => [Buffer.from(line as string), Buffer.from('\n')])),
})

export const scanner = (rules: Partial<Rules> = {}) =>
  new Scanner({ ...RULES, ...rules }, zoneOffsets('America/New_York'))

export function scan(lines: readonly (string | Buffer)[], by = scanner(), position = 0) {
  const out: Scanned = { columns: new Columns(lines.length), rejects: [] as Reject[], drift: new Map() }
  by.scan(frameOf(lines, position), 0, out)
  return { ...out, rows: Array.from({ length: out.columns.rows }, (_, i) => rowOf(by, out.columns, i)) }
}

const nullable = (value: number | undefined) => (value === undefined || value < 0 ? null : value)

/** A row as plain values. */
export function rowOf(by: Scanner, c: Columns, i: number) {
  const site = c.site[i] ?? -1
  const district = c.district[i] ?? -1
  const latitude = c.latitude[i] ?? NaN
  const longitude = c.longitude[i] ?? NaN
  return {
    sensor: by.sensors.text(c.sensor[i] ?? 0),
    site: site < 0 ? null : by.places.text(site),
    district: district < 0 ? null : by.places.text(district),
    time: new Date(c.timeMs[i] ?? NaN).toISOString(),
    vehicles: nullable(c.vehicles[i]),
    speedMH: nullable(c.speed[i]),
    occupancy: nullable(c.occupancy[i]),
    types: [c.car, c.truck, c.motorcycle, c.bus].map(column => nullable(column[i])),
    waitMs: nullable(c.wait[i]),
    queue: nullable(c.queue[i]),
    signal: [null, 'red', 'yellow', 'green'][c.signal[i] ?? 0],
    latitude: Number.isNaN(latitude) ? null : latitude,
    longitude: Number.isNaN(longitude) ? null : longitude,
    content: c.content[i],
  }
}
