import { HOUR_MS, MINUTE_MS } from '../../../core/time/spans.ts'
import type { UtcOffset } from '../calendar/index.ts'
import type { City } from '../city.ts'
import { smoothUniform } from '../random.ts'
import type { Dated, Feed } from './feed.ts'
import { instant, round, stepsBetween } from './feed.ts'
import type { KindAt, Sky } from './sky.ts'
import { skyAt } from './sky.ts'
import type { Station } from './stations.ts'

/** Stations report so often. */
export const WEATHER_STEP_MS = 300_000
export const FORECAST_STEP_MS = 3 * HOUR_MS
const AHEAD_H = 48

/** Errors at the end of a forecast's reach; they grow with the hours ahead. */
const LATE_MS_AT_END = 5 * HOUR_MS
const TEMPERATURE_C_AT_END = 3.5
const TEMPERATURE_C_AT_START = 0.4
const WIND_SHARE_AT_END = 0.35
const DRAW = { late: 0xf01, air: 0xf02, wind: 0xf03 } as const
const RAIN = 2
/** Chance of rain: looked for in so many moments around the one that is forecast. */
const SAMPLES = 13

const KM_PER_MILE = 1.609344
const MM_PER_INCH = 25.4

interface Place {
  readonly city: City
  readonly offset: UtcOffset
  readonly kindAt: KindAt
  readonly stations: readonly Station[]
}

export function weatherFeed({ city, offset, kindAt, stations }: Place): Feed {
  return {
    stream: 'weather',
    between: (fromMs, toMs) =>
      stepsBetween(fromMs, toMs, WEATHER_STEP_MS).flatMap(atMs =>
        stations.map((station, i) => ({
          atMs,
          record: {
            station_id: station.id,
            timestamp: instant(atMs),
            ...measures(skyAt(city, offset, kindAt, i, atMs)),
            latitude: station.latitude,
            longitude: station.longitude,
          },
        })),
      ),
  }
}

/**
 * Each three hours, for each hour of the next two days: the weather that will come, at the wrong time by up to five hours and
 * wrong by some degrees in the end, right at the beginning. So the errors grow as those of real forecasts do.
 */
export function forecastFeed(place: Place): Feed {
  return {
    stream: 'weather-forecasts',
    between: (fromMs, toMs) =>
      stepsBetween(fromMs, toMs, FORECAST_STEP_MS).flatMap(issuedMs =>
        place.stations.flatMap((station, i) => issue(place, station, i, issuedMs)),
      ),
  }
}

function issue(place: Place, station: Station, i: number, issuedMs: number): Dated[] {
  return Array.from({ length: AHEAD_H }, (_, hour) => {
    const validMs = issuedMs + (hour + 1) * HOUR_MS
    const { sky, probability } = forecast(place, i, issuedMs, validMs)
    return {
      atMs: issuedMs,
      record: {
        station_id: station.id,
        issued_at: instant(issuedMs),
        valid_at: instant(validMs),
        ...measures(sky),
        precipitation_probability: round(probability, 2),
        latitude: station.latitude,
        longitude: station.longitude,
      },
    }
  })
}

function forecast(
  { city, offset, kindAt }: Place,
  station: number,
  issuedMs: number,
  validMs: number,
): { sky: Sky; probability: number } {
  const { seed } = city.config
  const share = (validMs - issuedMs) / (AHEAD_H * HOUR_MS)
  const run = issuedMs / FORECAST_STEP_MS
  // −1…1, drifting over the hours ahead; each run errs in its own way.
  const error = (what: number) =>
    2 * smoothUniform(seed + what, run, (validMs - issuedMs) / (9 * HOUR_MS)) - 1
  const lateMs = error(DRAW.late) * share * LATE_MS_AT_END
  const sky = skyAt(city, offset, atMs => kindAt(atMs + lateMs), station, validMs)
  const warmerC =
    error(DRAW.air) * (TEMPERATURE_C_AT_START + share * (TEMPERATURE_C_AT_END - TEMPERATURE_C_AT_START))
  const aroundMs = 20 * MINUTE_MS + share * LATE_MS_AT_END
  let rainy = 0
  for (let i = 0; i < SAMPLES; i++)
    if (kindAt(validMs + lateMs + aroundMs * ((2 * i) / (SAMPLES - 1) - 1)) >= RAIN) rainy++
  return {
    sky: {
      ...sky,
      temperatureC: sky.temperatureC + warmerC,
      dewPointC: sky.dewPointC + warmerC,
      roadTemperatureC: sky.roadTemperatureC + warmerC,
      windKmh: sky.windKmh * (1 + error(DRAW.wind) * share * WIND_SHARE_AT_END),
    },
    probability: rainy / SAMPLES,
  }
}

/** As the stations send them. */
function measures(sky: Sky) {
  return {
    temperature_f: fahrenheit(sky.temperatureC),
    humidity: round(sky.humidity, 3),
    precipitation_rate: round(sky.precipitationMmH / MM_PER_INCH, 3),
    visibility_miles: round(sky.visibilityKm / KM_PER_MILE, 2),
    wind_speed_mph: round(sky.windKmh / KM_PER_MILE, 1),
    condition: sky.condition,
    dew_point_f: fahrenheit(sky.dewPointC),
    pressure_hpa: round(sky.pressureHpa, 1),
    road_state: sky.roadState,
    road_temperature_f: fahrenheit(sky.roadTemperatureC),
    snow_depth_in: round(sky.snowDepthMm / MM_PER_INCH, 1),
  }
}

function fahrenheit(celsius: number): number {
  return round((celsius * 9) / 5 + 32, 1)
}
