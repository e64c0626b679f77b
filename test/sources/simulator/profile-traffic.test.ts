import { describe, expect, it } from 'vitest'
import { WireReading } from '../../../src/core/schema/reading.ts'
import { linesBetween } from './fixture.ts'

const read = (from: string, to: string) =>
  linesBetween(from, to).map(line => WireReading.parse(JSON.parse(line)))

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function grades(readings: WireReading[]): string[] {
  const waits = new Map<string, number[]>()
  for (const { sensor_id, wait_time_seconds: wait } of readings) {
    if (wait !== null && wait !== undefined) waits.set(sensor_id, [...(waits.get(sensor_id) ?? []), wait])
  }
  const bounds = [10, 20, 35, 55, 80, Infinity]
  return [...waits.values()].map(own => 'ABCDEF'[bounds.findIndex(bound => mean(own) <= bound)] ?? '')
}

// New York: Tuesday 2026-06-16, then Saturday 2026-06-20.
const peak = read('2026-06-16T21:20:00Z', '2026-06-16T21:40:00Z')
const noon = read('2026-06-16T16:00:00Z', '2026-06-16T16:20:00Z')
const night = read('2026-06-16T07:00:00Z', '2026-06-16T07:20:00Z')
const saturday = read('2026-06-20T12:00:00Z', '2026-06-20T12:20:00Z')
const vehicles = (readings: WireReading[]) => readings.reduce((sum, r) => sum + (r.vehicle_count ?? 0), 0)

describe('profileTraffic', () => {
  it('shows every grade somewhere at the evening peak', () => {
    expect(new Set(grades(peak))).toEqual(new Set('ABCDEF'))
  })

  it('is mostly free at night', () => {
    const all = grades(night)
    expect(all.filter(grade => 'ABC'.includes(grade)).length).toBeGreaterThan(0.95 * all.length)
  })

  it('has weekday peaks in local time and another profile on Saturday', () => {
    const morning = read('2026-06-16T12:00:00Z', '2026-06-16T12:20:00Z')
    expect(vehicles(morning)).toBeGreaterThan(1.3 * vehicles(noon))
    expect(vehicles(peak)).toBeGreaterThan(1.3 * vehicles(noon))
    expect(vehicles(noon)).toBeGreaterThan(3 * vehicles(night))
    expect(vehicles(saturday)).toBeLessThan(0.5 * vehicles(morning))
  })

  it('keeps the measures of a reading consistent with each other', () => {
    for (const reading of [...peak, ...noon, ...night]) {
      const { car, truck, motorcycle, bus } = reading.vehicle_types ?? {}
      expect((car ?? 0) + (truck ?? 0) + (motorcycle ?? 0) + (bus ?? 0)).toBe(reading.vehicle_count)
      if (reading.vehicle_count === 0) {
        expect(reading).toMatchObject({
          average_speed: null,
          wait_time_seconds: null,
          occupancy_rate: 0,
          queue_length: 0,
        })
      } else {
        expect(reading.average_speed).toBeGreaterThan(1)
        expect(reading.wait_time_seconds).toBeGreaterThan(0)
      }
    }
  })

  it('is slower where it is denser, and waits longer there', () => {
    const busy = peak.filter(reading => (reading.vehicle_count ?? 0) > 0)
    busy.sort((a, b) => (a.occupancy_rate ?? 0) - (b.occupancy_rate ?? 0))
    const third = Math.floor(busy.length / 3)
    const [light, , heavy] = [busy.slice(0, third), [], busy.slice(-third)]
    const speed = (readings: WireReading[]) => mean(readings.map(r => r.average_speed ?? 0))
    const wait = (readings: WireReading[]) => mean(readings.map(r => r.wait_time_seconds ?? 0))
    expect(speed(heavy)).toBeLessThan(0.7 * speed(light))
    expect(wait(heavy)).toBeGreaterThan(2 * wait(light))
  })

  it('runs every signal through its cycle', () => {
    for (const id of ['INT-0000-SENSOR-01', 'INT-0404-SENSOR-01']) {
      const own = read('2026-06-16T16:00:00Z', '2026-06-16T18:00:00Z').filter(r => r.sensor_id === id)
      expect(new Set(own.map(r => r.signal_state)).size).toBeGreaterThanOrEqual(2)
    }
    expect(new Set(noon.map(r => r.signal_state))).toEqual(new Set(['red', 'yellow', 'green']))
  })
})
