import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import { Sensor } from '../../../src/core/schema/sensor.ts'
import { buildCity, DISTRICTS } from '../../../src/sources/simulator/city.ts'
import { config } from './fixture.ts'

describe('buildCity', () => {
  const city = buildCity(config)

  it('lays out ten streets by ten around the centre', () => {
    expect(city.sites).toHaveLength(100)
    expect(city.sites.map(site => site.id)).toEqual(
      expect.arrayContaining(['INT-0000', 'INT-0305', 'INT-0909']),
    )
    expect(city.sites[0]).toMatchObject({ id: 'INT-0000', name: 'A St & 1 Ave' })
    expect(city.sites[35]).toMatchObject({ id: 'INT-0305', name: 'D St & 6 Ave' })
    expect(city.sensors[0]?.sensor_id).toBe('INT-0000-SENSOR-01')

    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(city.sites.map(site => site.latitude))).toBeCloseTo(40.7128, 5)
    expect(mean(city.sites.map(site => site.longitude))).toBeCloseTo(-74.006, 5)
  })

  it('puts downtown in the middle, suburbs at the edge and the industry on one side, wherever that is', () => {
    const moved = buildCity({ ...config, latitude: 51.05, longitude: -114.07 })
    expect(moved.sites.map(site => site.district)).toEqual(city.sites.map(site => site.district))
    const reaches = (name: (typeof DISTRICTS)[number]) =>
      city.sites
        .filter(site => DISTRICTS[site.district] === name)
        .map(site => Math.hypot(site.row - 4.5, site.column - 4.5))
    expect(Math.max(...reaches('downtown'))).toBeLessThan(Math.min(...reaches('residential')))
    expect(Math.max(...reaches('residential'))).toBeLessThan(Math.min(...reaches('suburban')))
    expect(Math.max(...reaches('industrial'))).toBeLessThan(Math.min(...reaches('suburban')))
    for (const site of city.sites.filter(site => DISTRICTS[site.district] === 'industrial')) {
      expect(site.row).toBeGreaterThan(4.5)
      expect(site.column).toBeGreaterThan(4.5)
    }
  })

  it('has cameras at eight in ten intersections downtown, three, five and two in the others', () => {
    const { sites } = buildCity({ ...config, gridSize: 100 })
    const share = (district: number) => {
      const own = sites.filter(site => site.district === district)
      return own.filter(site => site.camera).length / own.length
    }
    expect(DISTRICTS).toEqual(['downtown', 'residential', 'industrial', 'suburban'])
    ;[0.8, 0.3, 0.5, 0.2].forEach((wanted, i) => expect(share(i)).toBeCloseTo(wanted, 1))
  })

  it('fills the register with valid entries', () => {
    for (const sensor of city.sensors) expect(Sensor.parse(sensor)).toEqual(sensor)
    expect(city.sensors.some(sensor => sensor.camera)).toBe(true)
    expect(new Set(city.sensors.map(sensor => sensor.lanes)).size).toBeGreaterThan(1)
  })

  it('is the same city for the same seed and another for another', () => {
    expect(buildCity(config).order).toEqual(city.order)
    expect(buildCity({ ...config, seed: 43 }).order).not.toEqual(city.order)
  })

  it('grows with the load, with ids that stay unique', () => {
    const large = buildCity({ ...config, readingsPerMinute: 10_001 })
    expect(large.sensors).toHaveLength(5001)
    expect(large.gridSize).toBe(26)
    expect(new Set(large.sensors.map(sensor => sensor.sensor_id)).size).toBe(5001)

    const dense = buildCity({ ...config, readingsPerMinute: 400_000 })
    expect(dense.gridSize).toBe(100)
    expect(new Set(dense.sensors.map(sensor => sensor.sensor_id)).size).toBe(200_000)
    expect(dense.sites.at(-1)).toMatchObject({ id: 'INT-9999', name: 'CV St & 100 Ave' })
  })

  it('shrinks with a small load', () => {
    expect(buildCity({ ...config, readingsPerMinute: 20 }).sites).toHaveLength(16)
    expect(buildCity({ ...config, readingsPerMinute: 20 }).sensors).toHaveLength(10)
  })

  it('refuses a load beyond the register, and says what is possible', () => {
    expect(() => buildCity({ ...config, readingsPerMinute: 5_000_000 })).toThrow(UsageError)
    expect(() => buildCity({ ...config, readingsPerMinute: 5_000_000 })).toThrow(/5000000 .* at most 4000000/)
  })

  it('refuses an interval between seconds', () => {
    expect(() => buildCity({ ...config, intervalS: 1.5 })).toThrow(/intervalS: 1.5 is not allowed/)
  })

  it('stays on the globe at its edges', () => {
    for (const place of [
      { latitude: 90, longitude: 180 },
      { latitude: -16.5, longitude: 179.999 },
    ]) {
      for (const sensor of buildCity({ ...config, ...place }).sensors)
        expect(Sensor.safeParse(sensor).success).toBe(true)
    }
  })
})
