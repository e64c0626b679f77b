import { FeedError } from '../../../core/feed-error.ts'
import type { FeedAbout, FeedFormat } from '../../../core/feed-format.ts'
import type { Condition } from '../../../core/schema/weather.ts'
import { convert } from '../../../core/units.ts'
import type { UnitName } from '../../../core/units.ts'
import { conditionOfSky, conditionOfWords } from './condition.ts'
import { isObject, numberOf, objectOf, parseJsonBody, record, textOf } from '../json-body.ts'
import type { JsonObject } from '../json-body.ts'

/** Unit codes as the service writes them, with `wmoUnit:` or, in older answers, `unit:` before. */
const UNIT_CODES: Readonly<Record<string, UnitName>> = {
  degC: '°C',
  degF: '°F',
  K: 'K',
  'km_h-1': 'km/h',
  'm_s-1': 'm/s',
  kt: 'kn',
  percent: '%',
  Pa: 'Pa',
  hPa: 'hPa',
  m: 'm',
  km: 'km',
  mm: 'mm',
}

/** Quality codes of MADIS that reject a value: X failed its checks, B was found bad by a person. */
const REJECTED = /^(qc:)?[XB]$/

/**
 * Observations of the US National Weather Service: `/stations/{id}/observations/latest` and `/stations/{id}/observations`.
 *
 * Source: its OpenAPI description, schema Observation and QuantitativeValue (api.weather.gov/openapi.json).
 */
export const nws: FeedFormat = {
  name: 'nws',
  says: 'US National Weather Service, observations of a station (GeoJSON)',
  stream: 'weather',
  read(body, about) {
    const answer = parseJsonBody(body)
    const features = isObject(answer) && Array.isArray(answer['features']) ? answer['features'] : [answer]
    return features.map(feature => observation(feature, about))
  },
}

function observation(feature: unknown, { constants }: FeedAbout): object {
  const properties = isObject(feature) ? feature['properties'] : undefined
  if (!isObject(feature) || !isObject(properties) || !('timestamp' in properties)) {
    throw new FeedError(
      'the answer has no GeoJSON feature with properties.timestamp; is it /stations/{id}/observations?',
    )
  }
  const [longitude, latitude] = placeOf(feature)
  const value = (name: string, to: UnitName) => quantity(name, properties[name], to)
  const mmLastHour = quantity('precipitationLastHour', properties['precipitationLastHour'], 'mm')
  return record({
    station_id: constants['station_id'] ?? stationOf(properties),
    timestamp: properties['timestamp'],
    temperature_f: value('temperature', '°F'),
    humidity: value('relativeHumidity', 'share'),
    precipitation_rate: mmLastHour === null ? null : convert(mmLastHour, 'mm/h', 'in/h'),
    visibility_miles: value('visibility', 'mi'),
    wind_speed_mph: value('windSpeed', 'mph'),
    condition: conditionOf(properties),
    latitude: constants['latitude'] ?? latitude,
    longitude: constants['longitude'] ?? longitude,
    dew_point_f: value('dewpoint', '°F'),
    pressure_hpa: value('seaLevelPressure', 'hPa') ?? value('barometricPressure', 'hPa'),
  })
}

function placeOf(feature: JsonObject): [number | null, number | null] {
  const { coordinates } = objectOf(feature['geometry'])
  return Array.isArray(coordinates) ? [numberOf(coordinates[0]), numberOf(coordinates[1])] : [null, null]
}

/** `stationId`, or the last part of the address of the station, which older answers have alone. */
function stationOf(properties: JsonObject): string | null {
  return textOf(properties['stationId']) ?? textOf(properties['station'])?.split('/').at(-1) ?? null
}

/** @throws {FeedError} for a unit that is not known: a value in another one would be wrong without a sign of it */
function quantity(name: string, given: unknown, to: UnitName): number | null {
  const { value, unitCode, qualityControl } = objectOf(given)
  const number = numberOf(value)
  if (number === null || REJECTED.test(textOf(qualityControl) ?? '')) return null
  const code = (textOf(unitCode) ?? '').replace(/^(wmoUnit|unit|wmo):/, '')
  const unit = Object.hasOwn(UNIT_CODES, code) ? UNIT_CODES[code] : undefined
  if (unit === undefined) {
    throw new FeedError(`${name} is in the unit ${JSON.stringify(unitCode ?? null)}, which is not known here`)
  }
  return convert(number, unit, to)
}

/** By what was reported as present weather, else by the description, else by the sky. */
function conditionOf(properties: JsonObject): Condition | null {
  const { presentWeather, textDescription, cloudLayers } = properties
  const words = (Array.isArray(presentWeather) ? presentWeather : [])
    .map(objectOf)
    .filter(one => one['inVicinity'] !== true)
    .map(one => `${textOf(one['intensity']) ?? ''} ${textOf(one['weather']) ?? ''}`)
    .join(' ')
  const amounts = (Array.isArray(cloudLayers) ? cloudLayers : []).flatMap(
    layer => textOf(objectOf(layer)['amount']) ?? [],
  )
  return conditionOfWords(words) ?? conditionOfWords(textOf(textDescription) ?? '') ?? conditionOfSky(amounts)
}
