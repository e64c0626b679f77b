import { expect, it } from 'vitest'
import { buildCity } from '../../../../../src/sources/simulator/city.ts'
import type { Conditions } from '../../../../../src/sources/simulator/physical/happenings/weather-effects.ts'
import {
  demandFactor,
  FAIR,
  incidentFactor,
  weatherFactors,
} from '../../../../../src/sources/simulator/physical/happenings/weather-effects.ts'
import { kindsOf, skyAt } from '../../../../../src/sources/simulator/streams/sky.ts'

const MPH = 1.609344

/** To nine digits. */
function rounded({ speed, capacity }: { readonly speed: number; readonly capacity: number }) {
  return { speed: Number(speed.toFixed(9)), capacity: Number(capacity.toFixed(9)) }
}

const RAIN: Conditions = { ...FAIR, condition: 'rain', precipitationMmH: 1.6, roadState: 'wet' }
const HEAVY: Conditions = { ...RAIN, condition: 'heavy_rain', precipitationMmH: 9 }
const SNOW: Conditions = {
  ...{ condition: 'snow', precipitationMmH: 3, visibilityKm: 3, temperatureC: -4 },
  roadState: 'snow',
} as const

it('fair weather changes nothing', () => {
  for (const kind of ['street', 'freeway', 'ramp'] as const)
    expect(weatherFactors(FAIR, kind, 100)).toEqual({ speed: 1, capacity: 1 })
  expect([incidentFactor(FAIR), demandFactor(FAIR)]).toEqual([1, 1])
})

/** 9 mm/h are 0.354 in/h: 1 / (1 + 0.48 · 0.354) = 0.855. 3 mm/h of snow are 0.118: 1 / (1 + 1.4 · 0.118) = 0.858 of the speed; the road leaves 0.90 of the capacity. */
it('streets follow the equations for saturation flow and speed', () => {
  expect(weatherFactors(RAIN, 'street', 50)).toEqual({ speed: 0.95, capacity: 0.95 })
  const heavy = weatherFactors(HEAVY, 'street', 50)
  expect([heavy.speed, heavy.capacity]).toEqual([expect.closeTo(0.8546, 4), expect.closeTo(0.8546, 4)])
  const snow = weatherFactors(SNOW, 'street', 50)
  expect([snow.speed, snow.capacity]).toEqual([expect.closeTo(0.8581, 4), 0.9])
  expect(weatherFactors({ ...FAIR, condition: 'fog', visibilityKm: 0.3 }, 'street', 50)).toEqual({
    speed: 1,
    capacity: 1,
  })
  expect(weatherFactors({ ...FAIR, roadState: 'ice' }, 'street', 50)).toEqual({ speed: 0.9, capacity: 0.9 })
})

it('freeways follow the tables, between their columns, and beyond them the last', () => {
  expect(rounded(weatherFactors(HEAVY, 'freeway', 65 * MPH))).toEqual({ speed: 0.93, capacity: 0.86 })
  expect(weatherFactors(HEAVY, 'freeway', 67.5 * MPH).capacity).toBeCloseTo(0.85, 9)
  expect(weatherFactors(HEAVY, 'freeway', 130 * MPH).capacity).toBeCloseTo(0.82, 9)
  expect(weatherFactors(HEAVY, 'ramp', 30 * MPH).capacity).toBeCloseTo(0.89, 9)
  // A drizzle is below what the exhibit begins with.
  expect(weatherFactors(RAIN, 'freeway', 100)).toEqual({ speed: 1, capacity: 1 })
  expect(rounded(weatherFactors(SNOW, 'freeway', 70 * MPH))).toEqual({ speed: 0.84, capacity: 0.88 })
  const fog = { ...FAIR, condition: 'fog' as const, visibilityKm: 0.3 }
  expect(weatherFactors(fog, 'freeway', 70 * MPH).capacity).toBeCloseTo(0.9, 9)
  // Of snow in severe cold the lower counts, of each.
  expect(
    rounded(weatherFactors({ ...SNOW, precipitationMmH: 0.5, temperatureC: -25 }, 'freeway', 55 * MPH)),
  ).toEqual({ speed: 0.94, capacity: 0.93 })
})

it('roads that are wet, icy or snowed on have more incidents, and snow fewer trips', () => {
  expect(
    [RAIN, SNOW, { ...FAIR, roadState: 'wet' as const }, { ...FAIR, roadState: 'ice' as const }].map(
      incidentFactor,
    ),
  ).toEqual([2, 1.5, 3, 2.75])
  expect([demandFactor(RAIN), demandFactor(SNOW)]).toEqual([1, 0.8])
})

it('what a station of the weather stream shows gives factors at every hour of a year', () => {
  const city = buildCity({
    ...{ latitude: 51, longitude: -114, gridSize: 3, intervalS: 30, weatherIntervalS: 900, seed: 1 },
    readingsPerMinute: null,
  })
  const kindAt = kindsOf(city)
  const seen = new Set<string>()
  for (let hour = 0; hour < 8760; hour++) {
    const sky = skyAt(city, () => 0, kindAt, 0, Date.UTC(2026, 0, 1, hour))
    const isFair = sky.precipitationMmH === 0 && (sky.roadState === 'dry' || sky.roadState === 'moist')
    const { speed, capacity } = weatherFactors(sky, 'street', 50)
    expect(speed < 1 && capacity < 1).toBe(!isFair)
    expect(Math.min(speed, capacity)).toBeGreaterThan(0.5)
    expect(incidentFactor(sky) > 1).toBe(!isFair)
    seen.add(sky.condition)
  }
  expect([...seen].toSorted()).toEqual(['clear', 'cloudy', 'fog', 'heavy_rain', 'rain', 'snow'])
})
