import { FeedError } from '../../../core/feed-error.ts'
import type { FeedAbout, FeedFormat } from '../../../core/feed-format.ts'
import { convert } from '../../../core/units.ts'
import type { UnitName } from '../../../core/units.ts'
import { conditionOfWmoCode } from './condition.ts'
import { isObject, numberOf, objectOf, parseJsonBody, record, textOf } from '../json-body.ts'
import type { JsonObject } from '../json-body.ts'
import { HOUR_MS } from '../../../core/time/spans.ts'

const MEASURES =
  'temperature_2m,relative_humidity_2m,dew_point_2m,precipitation,weather_code,pressure_msl,wind_speed_10m,visibility'

/** Units as the service writes them beside the values. */
const UNIT_WORDS: Readonly<Record<string, UnitName>> = {
  '°C': '°C',
  '°F': '°F',
  '%': '%',
  'km/h': 'km/h',
  'm/s': 'm/s',
  'mp/h': 'mph',
  mph: 'mph',
  kn: 'kn',
  mm: 'mm',
  inch: 'in',
  cm: 'cm',
  m: 'm',
  ft: 'ft',
  hPa: 'hPa',
}

/** Open-Meteo's answer of `current`: a model's value for the place, taken as its observation. */
export const openMeteo: FeedFormat = {
  name: 'open-meteo',
  says: 'Open-Meteo, current weather of a place',
  stream: 'weather',
  query: { current: MEASURES },
  read: (body, about) =>
    placesOf(body).map(({ answer, station }) => {
      const current = part(answer, 'current')
      const units = objectOf(answer['current_units'])
      // Precipitation is the sum of the interval that ended then.
      const intervalS = Math.max(1, numberOf(current['interval']) ?? 900)
      return record({
        station_id: station(about),
        timestamp: instantOf(current['time'], units['time'], answer),
        ...measuresOf(current, units, intervalS),
        latitude: numberOf(answer['latitude']),
        longitude: numberOf(answer['longitude']),
      })
    }),
}

/**
 * Open-Meteo's answer of `hourly`. It does not say when the forecast was made: the hour of its arrival stands for it, so that an
 * answer asked for twice within the hour is the same forecast.
 */
export const openMeteoForecast: FeedFormat = {
  name: 'open-meteo-forecast',
  says: 'Open-Meteo, hourly forecast of a place',
  stream: 'weather-forecasts',
  query: { hourly: `${MEASURES},precipitation_probability,snow_depth` },
  read: (body, about) =>
    placesOf(body).flatMap(({ answer, station }) => {
      const hourly = part(answer, 'hourly')
      const units = objectOf(answer['hourly_units'])
      const times = hourly['time']
      if (!Array.isArray(times)) throw new FeedError('the answer’s hourly has no list of times')
      const uneven = Object.entries(hourly).find(
        ([, values]) => !Array.isArray(values) || values.length !== times.length,
      )
      if (uneven) throw new FeedError(`the answer’s hourly.${uneven[0]} has not as many values as times`)
      const issuedAt = new Date(Math.floor(about.arrivedAtMs / HOUR_MS) * HOUR_MS).toISOString()
      return times.map((time, i) => {
        const one = Object.fromEntries(
          Object.entries(hourly).map(([name, values]) => [name, (values as unknown[])[i]]),
        )
        return record({
          station_id: station(about),
          issued_at: issuedAt,
          valid_at: instantOf(time, units['time'], answer),
          ...measuresOf(one, units, 3600),
          latitude: numberOf(answer['latitude']),
          longitude: numberOf(answer['longitude']),
          snow_depth_in: valueOf('snow_depth', one, units, 'in'),
          precipitation_probability: valueOf('precipitation_probability', one, units, 'share'),
        })
      })
    }),
}

interface Place {
  readonly answer: JsonObject
  readonly station: (about: FeedAbout) => string | number
}

/** One place, or a list of them; a place has no name, so its coordinates are one. */
function placesOf(body: Buffer): Place[] {
  const answer = parseJsonBody(body)
  const list: unknown[] = Array.isArray(answer) ? answer : [answer]
  return list.map(one => {
    const place = objectOf(one)
    if (place['error'] === true)
      throw new FeedError(`the service says: ${textOf(place['reason']) ?? 'error'}`)
    const latitude = numberOf(place['latitude'])
    const longitude = numberOf(place['longitude'])
    if (latitude === null || longitude === null) {
      throw new FeedError('the answer has no latitude and longitude; is it /v1/forecast of Open-Meteo?')
    }
    const own = `open-meteo:${latitude.toFixed(3)},${longitude.toFixed(3)}`
    return {
      answer: place,
      station: ({ constants }) => (list.length === 1 ? constants['station_id'] : undefined) ?? own,
    }
  })
}

function part(answer: JsonObject, name: string): JsonObject {
  const found = answer[name]
  if (!isObject(found))
    throw new FeedError(`the answer has no ${name}; ask for it with ${name}=temperature_2m,…`)
  return found
}

function measuresOf(values: JsonObject, units: JsonObject, intervalS: number): JsonObject {
  const value = (name: string, to: UnitName) => valueOf(name, values, units, to)
  const fellIn = value('precipitation', 'in')
  const code = numberOf(values['weather_code'])
  return {
    temperature_f: value('temperature_2m', '°F'),
    humidity: value('relative_humidity_2m', 'share'),
    precipitation_rate: fellIn === null ? null : Math.round(((fellIn * 3600) / intervalS) * 1e6) / 1e6,
    visibility_miles: value('visibility', 'mi'),
    wind_speed_mph: value('wind_speed_10m', 'mph'),
    condition: code === null ? null : conditionOfWmoCode(code),
    dew_point_f: value('dew_point_2m', '°F'),
    pressure_hpa: value('pressure_msl', 'hPa'),
  }
}

/** @throws {FeedError} for a unit that is not known */
function valueOf(name: string, values: JsonObject, units: JsonObject, to: UnitName): number | null {
  const value = numberOf(values[name])
  if (value === null) return null
  const word = textOf(units[name]) ?? ''
  const unit = Object.hasOwn(UNIT_WORDS, word) ? UNIT_WORDS[word] : undefined
  if (unit === undefined) {
    throw new FeedError(
      `${name} is in the unit ${JSON.stringify(units[name] ?? null)}, which is not known here`,
    )
  }
  return convert(value, unit, to)
}

/** Unix seconds, or a wall clock that is `utc_offset_seconds` ahead of UTC. */
function instantOf(time: unknown, unit: unknown, answer: JsonObject): string | null {
  const seconds = numberOf(time)
  if (seconds !== null && unit === 'unixtime') return iso(seconds * 1000)
  const text = textOf(time)
  if (text === null) return null
  const wallMs = Date.parse(`${text.length === 16 ? `${text}:00` : text}Z`)
  // Quarantine says what is wrong with it.
  if (Number.isNaN(wallMs)) return text
  return iso(wallMs - (numberOf(answer['utc_offset_seconds']) ?? 0) * 1000)
}

function iso(ms: number): string {
  // No time at all: as it is, quarantine says what is wrong with it.
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms)
}
