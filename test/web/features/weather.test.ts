import { describe, expect, it } from 'vitest'
import type { ForecastRow, StationRow, WeatherRow } from '../../../web/src/features/weather/queries.ts'
import {
  cityStation,
  foretoldRain,
  forecastSteps,
  OLD_MS,
  rain,
  stationsOf,
  temperature,
  weatherFacts,
  weatherParts,
} from '../../../web/src/features/weather/view-model.ts'
import { cellOf, fallOf, weatherOverlay } from '../../../web/src/features/weather/weather-overlay.ts'
import { T0 } from '../fixtures.ts'

const nothing = {
  temperature_c: null,
  humidity: null,
  precipitation_mm_h: null,
  visibility_km: null,
  wind_speed_kmh: null,
  condition: null,
  dew_point_c: null,
  pressure_hpa: null,
  road_state: null,
  road_temperature_c: null,
  snow_depth_mm: null,
}
const row = (station_id: string, more: Partial<WeatherRow> = {}): WeatherRow => ({
  ...nothing,
  ...{ station_id, observed_at: T0, latitude: null, longitude: null },
  ...more,
})
const foretold = (validH: number, issuedH: number, more: Partial<ForecastRow> = {}): ForecastRow => ({
  ...nothing,
  ...{ station_id: 'A', precipitation_probability: null },
  valid_at: T0 + validH * 3_600_000,
  issued_at: T0 + issuedH * 3_600_000,
  ...more,
})
const register: StationRow[] = [
  { station_id: 'A', name: 'City Hall', latitude: 40, longitude: -74, elevation_m: null, provider: null },
]

describe('weather stations', () => {
  it('have their newest observation; the register names and places them', () => {
    const rows = [
      row('A', { observed_at: T0 - 60_000 }),
      row('A'),
      row('B', { latitude: 41, longitude: -73 }),
    ]
    const stations = stationsOf(rows, register)
    expect(stations.map(({ id, name, latitude }) => [id, name, latitude])).toEqual([
      ['B', 'B', 41],
      ['A', 'City Hall', 40],
    ])
    expect(stations[1]?.newest.observed_at).toBe(T0)
  })

  it('nearest to the centre speaks for the city, unless it is old', () => {
    const stations = stationsOf([row('A'), row('B', { latitude: 40.1, longitude: -74 }), row('C')], register)
    const centre = { latitude: 40.01, longitude: -74 }
    expect(cityStation(stations, centre, T0)?.id).toBe('A')
    const old = stations.map(station =>
      station.id === 'A' ? { ...station, newest: row('A', { observed_at: T0 - OLD_MS - 1 }) } : station,
    )
    expect(cityStation(old, centre, T0)?.id).toBe('B')
    expect(cityStation([], centre, T0)).toBeNull()
  })
})

describe('weather in words', () => {
  it('follows the units, and leaves out what nobody measures', () => {
    const wet = row('A', { temperature_c: -0.4, precipitation_mm_h: 1.4, wind_speed_kmh: 22 })
    expect(weatherParts(wet, 'metric')).toEqual(['0 °C', '1.4 mm/h', 'wind 22 km/h'])
    expect(weatherParts(wet, 'us')).toEqual(['31 °F', '0.06 in/h', 'wind 14 mph'])
    expect(weatherParts(row('A', { precipitation_mm_h: 0 }), 'metric')).toEqual([])
    expect(weatherFacts(row('A'), 'metric')).toEqual([])
  })

  it('knows frost, a trace of rain, and no rain', () => {
    expect(temperature(-12.6, 'metric').value).toBe('−13')
    expect(rain(0.04, 'metric').value).toBe('<0.1')
    expect(weatherFacts(row('A', { precipitation_mm_h: 0 }), 'metric')[0]?.text).toBe('none')
  })
})

describe('a forecast', () => {
  it('is what was issued last for each time ahead', () => {
    const rows = [
      foretold(2, -6, { temperature_c: 1 }),
      foretold(2, -1, { temperature_c: 9 }),
      foretold(1, -1),
      foretold(0, -1),
      foretold(3, -1),
    ]
    const steps = forecastSteps(rows, T0, 2)
    expect(steps.map(({ valid_at }) => (valid_at - T0) / 3_600_000)).toEqual([1, 2])
    expect(steps[1]?.temperature_c).toBe(9)
  })

  it('says how likely rain is and how much, or nothing', () => {
    expect(
      foretoldRain(foretold(1, 0, { precipitation_probability: 0.4, precipitation_mm_h: 0.6 }), 'metric'),
    ).toBe('40 %, 0.6 mm/h')
    expect(foretoldRain(foretold(1, 0, { precipitation_probability: 0 }), 'metric')).toBeNull()
  })
})

describe('the layer of weather', () => {
  it('shows rain by WMO’s bounds, and a condition alone where nobody measures', () => {
    const fall = (more: Partial<WeatherRow>) => fallOf(row('A', more))
    expect(fall({ precipitation_mm_h: 2.4 })).toBe('rain-1')
    expect(fall({ precipitation_mm_h: 2.5 })).toBe('rain-2')
    expect(fall({ precipitation_mm_h: 10 })).toBe('rain-3')
    expect(fall({ condition: 'rain' })).toBe('rain-2')
    expect(fall({ condition: 'rain', precipitation_mm_h: 0 })).toBeNull()
    expect(fall({ condition: 'snow', precipitation_mm_h: 3 })).toBe('snow')
    expect(fall({ condition: 'fog', precipitation_mm_h: 0 })).toBe('fog')
  })

  it('gives each station the ground that is nearest to it', () => {
    const here = { latitude: 40, longitude: -74 }
    const alone = cellOf(here, [])
    expect(alone[0]).toEqual(alone.at(-1))
    const ring = cellOf(here, [{ latitude: 40, longitude: -73.98 }])
    // Halfway to the neighbour the ground ends.
    expect(Math.max(...ring.map(([x]) => x))).toBeCloseTo(-73.99, 6)
    expect(Math.min(...ring.map(([x]) => x))).toBeLessThan(-74.05)
    // Two gauges at one place share it.
    expect(cellOf(here, [here])).toEqual(alone)
  })

  it('leaves out stations without a place, and those that fell silent', () => {
    const stations = stationsOf(
      [
        row('A', { temperature_c: 4 }),
        row('B'),
        row('C', { latitude: 1, longitude: 1, observed_at: T0 - OLD_MS - 1 }),
      ],
      register,
    )
    const { signs } = weatherOverlay(stations, 'metric', T0)
    expect(signs.map(({ id, image }) => [id, image.text])).toEqual([['A', '4 °C']])
  })
})
