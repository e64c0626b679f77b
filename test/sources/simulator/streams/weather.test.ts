import { describe, expect, it } from 'vitest'
import { kindsOf, skyAt } from '../../../../src/sources/simulator/streams/sky.ts'
import { stationsOf } from '../../../../src/sources/simulator/streams/stations.ts'
import { forecastFeed, weatherFeed } from '../../../../src/sources/simulator/streams/weather.ts'
import { weatherAt } from '../../../../src/sources/simulator/weather.ts'
import type { CityConfig } from '../../../../src/sources/simulator/index.ts'
import { config, offset, simulation } from '../fixture.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WINTER = Date.parse('2026-01-10T00:00:00Z')
const SUMMER = Date.parse('2026-06-10T00:00:00Z')

interface Weather {
  station_id: string
  timestamp: string
  issued_at: string
  valid_at: string
  condition: string
  temperature_f: number
  dew_point_f: number
  humidity: number
  precipitation_rate: number
  precipitation_probability: number
  visibility_miles: number
  road_state: string
  snow_depth_in: number
}

function placeOf(changed: Partial<CityConfig> = {}) {
  const { city } = simulation(changed)
  return { city, offset, kindAt: kindsOf(city), stations: stationsOf(city) }
}
const observed = (fromMs: number, days: number, changed: Partial<CityConfig> = {}) =>
  weatherFeed(placeOf(changed))
    .between(fromMs, fromMs + days * DAY_MS, false)
    .map(({ record }) => record as Weather)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('weatherFeed', () => {
  const summer = observed(SUMMER, 20)
  const winter = observed(WINTER, 40, { latitude: 51 })

  it('is the weather that slows the traffic', () => {
    const wet = { clear: false, cloudy: false, rain: true, storm: true }
    for (const { condition, timestamp } of [...summer, ...winter]) {
      const { kind } = weatherAt(config.seed, Date.parse(timestamp), config.weatherIntervalS)
      expect(['rain', 'heavy_rain', 'snow'].includes(condition)).toBe(wet[kind])
    }
  })

  it('keeps its measures consistent with each other', () => {
    for (const one of [...summer, ...winter]) {
      expect(one.dew_point_f).toBeLessThanOrEqual(one.temperature_f)
      const falls = ['rain', 'heavy_rain', 'snow'].includes(one.condition)
      expect(one.precipitation_rate > 0).toBe(falls)
      if (falls) expect(['wet', 'ice', 'snow', 'slush']).toContain(one.road_state)
      if (one.condition === 'fog') expect(one.visibility_miles).toBeLessThan(0.7)
      if (one.condition === 'clear') expect(one.visibility_miles).toBeGreaterThan(6)
      if (one.condition === 'snow') expect(one.temperature_f).toBeLessThanOrEqual(33)
    }
  })

  it('is warm in summer and cold in winter, and the other way round in the south', () => {
    const fahrenheit = (records: readonly Weather[]) => mean(records.map(one => one.temperature_f))
    expect(fahrenheit(summer)).toBeGreaterThan(60)
    expect(fahrenheit(winter)).toBeLessThan(36)
    const south = { latitude: -37 }
    expect(fahrenheit(observed(SUMMER, 10, south))).toBeLessThan(fahrenheit(observed(WINTER, 10, south)))
  })

  it('lets snow fall, lie and melt', () => {
    expect(winter.some(one => one.condition === 'snow')).toBe(true)
    expect(winter.some(one => one.snow_depth_in > 0 && one.condition === 'clear')).toBe(true)
    expect(summer.every(one => one.snow_depth_in === 0)).toBe(true)
  })

  it('differs a little from station to station', () => {
    const [first, second] = [summer[0], summer[1]]
    expect(first?.timestamp).toBe(second?.timestamp)
    expect(first?.temperature_f).not.toBe(second?.temperature_f)
    expect(Math.abs((first?.temperature_f ?? 0) - (second?.temperature_f ?? 99))).toBeLessThan(4)
  })
})

describe('forecastFeed', () => {
  const place = placeOf()
  const forecasts = forecastFeed(place)
    .between(SUMMER, SUMMER + 25 * DAY_MS, false)
    .map(({ record }) => record as Weather)
    .filter(one => one.station_id === 'WX-01')
  const truth = (validAt: string) => skyAt(place.city, offset, place.kindAt, 0, Date.parse(validAt))
  const aheadH = (one: Weather) => (Date.parse(one.valid_at) - Date.parse(one.issued_at)) / HOUR_MS
  const within = (fromH: number, toH: number) =>
    forecasts.filter(one => aheadH(one) >= fromH && aheadH(one) < toH)

  it('errs the more the further it looks ahead', () => {
    const errorC = (some: readonly Weather[]) =>
      mean(some.map(one => Math.abs(((one.temperature_f - 32) * 5) / 9 - truth(one.valid_at).temperatureC)))
    const wrong = (some: readonly Weather[]) =>
      mean(some.map(one => (one.condition === truth(one.valid_at).condition ? 0 : 1)))
    expect(errorC(within(1, 4))).toBeLessThan(0.7)
    expect(errorC(within(20, 28))).toBeGreaterThan(1.3 * errorC(within(1, 4)))
    expect(errorC(within(40, 49))).toBeGreaterThan(1.2 * errorC(within(20, 28)))
    expect(wrong(within(1, 4))).toBeLessThan(0.1)
    expect(wrong(within(40, 49))).toBeGreaterThan(2 * wrong(within(1, 4)))
  })

  it('gives chances of rain that come true about as often', () => {
    const rained = (some: readonly Weather[]) =>
      mean(some.map(one => (truth(one.valid_at).precipitationMmH > 0 ? 1 : 0)))
    const likely = forecasts.filter(one => one.precipitation_probability >= 0.8)
    const unlikely = forecasts.filter(one => one.precipitation_probability <= 0.1)
    expect(rained(likely)).toBeGreaterThan(0.7)
    expect(rained(unlikely)).toBeLessThan(0.1)
  })
})
