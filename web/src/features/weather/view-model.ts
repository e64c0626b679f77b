import { inUnits, quantity, speedUnit, UNKNOWN, words, type Quantity, type Units } from '../../ui/format.ts'
import type { Glyph } from '../../map/overlay/glyphs.ts'
import type { ForecastRow, StationRow, WeatherRow } from './queries.ts'

/** A station with the newest that it said. */
export interface Station {
  readonly id: string
  readonly name: string
  readonly latitude: number | null
  readonly longitude: number | null
  readonly newest: WeatherRow
}

/** Stations report each hour at the least (WMO No. 8); one missed report more, and the value is old. */
export const OLD_MS = 90 * 60_000
const KM_PER_MILE = 1.609344
const MM_PER_INCH = 25.4
const KM_PER_DEGREE = 111.2

const tenths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })
const hundredths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** Stations that have been heard, by name; a register's place and name win over what an observation says. */
export function stationsOf(rows: readonly WeatherRow[], register: readonly StationRow[]): Station[] {
  const newest = new Map<string, WeatherRow>()
  for (const row of rows) {
    const known = newest.get(row.station_id)
    if (known === undefined || known.observed_at < row.observed_at) newest.set(row.station_id, row)
  }
  const registered = new Map(register.map(station => [station.station_id, station]))
  return [...newest.values()]
    .map(row => {
      const station = registered.get(row.station_id)
      return {
        id: row.station_id,
        name: station?.name ?? row.station_id,
        latitude: station?.latitude ?? row.latitude,
        longitude: station?.longitude ?? row.longitude,
        newest: row,
      }
    })
    .sort((a, b) => a.name.localeCompare(b.name))
}

export function isOld(row: WeatherRow, nowMs: number): boolean {
  return nowMs - row.observed_at > OLD_MS
}

/** The station that speaks for the city: the nearest to its centre of those heard lately; one without a place comes last. */
export function cityStation(
  stations: readonly Station[],
  centre: { readonly latitude: number; readonly longitude: number },
  nowMs: number,
): Station | null {
  const far = ({ latitude, longitude }: Station) =>
    latitude === null || longitude === null
      ? Infinity
      : Math.hypot(
          latitude - centre.latitude,
          (longitude - centre.longitude) * Math.cos((centre.latitude * Math.PI) / 180),
        ) * KM_PER_DEGREE
  const fresh = stations.filter(station => !isOld(station.newest, nowMs))
  return [...fresh].sort((a, b) => far(a) - far(b) || a.id.localeCompare(b.id))[0] ?? null
}

const GLYPH: Partial<Record<string, Glyph>> = {
  clear: 'sun',
  cloudy: 'cloud',
  rain: 'rain',
  heavy_rain: 'heavy_rain',
  snow: 'snow',
  fog: 'fog',
}

export function glyphOf(condition: string | null): Glyph {
  return GLYPH[condition ?? ''] ?? 'weather'
}

export function conditionWords(condition: string | null): string {
  return condition === null ? 'Weather' : words(condition)
}

/** −3 °C, 27 °F */
export function temperature(celsius: number | null, units: Units): Quantity {
  const value = celsius === null ? null : units === 'us' ? (celsius * 9) / 5 + 32 : celsius
  return { value: value === null ? UNKNOWN : signed(value), unit: units === 'us' ? '°F' : '°C' }
}

function signed(value: number): string {
  const text = whole.format(Math.abs(value))
  return value < 0 && text !== '0' ? `−${text}` : text
}

/** 1.2 mm/h, 0.05 in/h; a trace is said as such. */
export function rain(mmH: number | null, units: Units): Quantity {
  const unit = units === 'us' ? 'in/h' : 'mm/h'
  if (mmH === null) return { value: UNKNOWN, unit }
  const value = units === 'us' ? mmH / MM_PER_INCH : mmH
  const format = units === 'us' ? hundredths : tenths
  const least = units === 'us' ? 0.01 : 0.1
  return { value: value > 0 && value < least ? `<${least}` : format.format(value), unit }
}

export function wind(kmh: number | null, units: Units): Quantity {
  return { value: kmh === null ? UNKNOWN : whole.format(inUnits(kmh, units)), unit: speedUnit(units) }
}

/** Parts of the one line about the weather now; what nobody measures is left out, and rain that does not fall too. */
export function weatherParts(row: WeatherRow | ForecastRow, units: Units): string[] {
  const { temperature_c: celsius, precipitation_mm_h: mmH, wind_speed_kmh: kmh } = row
  return [
    celsius === null ? null : quantity(temperature(celsius, units)),
    mmH === null || mmH <= 0 ? null : quantity(rain(mmH, units)),
    kmh === null ? null : `wind ${quantity(wind(kmh, units))}`,
  ].filter(part => part !== null)
}

export interface WeatherFact {
  readonly key: string
  readonly label: string
  readonly text: string
}

/** All that a station measures, in words; what it does not is left out. */
export function weatherFacts(row: WeatherRow, units: Units): WeatherFact[] {
  const fact = (key: string, label: string, value: unknown, text: () => string): WeatherFact | null =>
    value === null ? null : { key, label, text: text() }
  const of = (amount: Quantity) => quantity(amount)
  return [
    fact('rain', row.condition === 'snow' ? 'Snow as water' : 'Rain', row.precipitation_mm_h, () =>
      row.precipitation_mm_h === 0 ? 'none' : of(rain(row.precipitation_mm_h, units)),
    ),
    fact('wind', 'Wind', row.wind_speed_kmh, () => of(wind(row.wind_speed_kmh, units))),
    fact('visibility', 'Visibility', row.visibility_km, () => distance(row.visibility_km ?? 0, units)),
    fact('road', 'Road', row.road_state, () => words(row.road_state ?? '')),
    fact('road-temperature', 'Road surface', row.road_temperature_c, () =>
      of(temperature(row.road_temperature_c, units)),
    ),
    fact('snow', 'Snow on the ground', row.snow_depth_mm, () => depth(row.snow_depth_mm ?? 0, units)),
    fact('humidity', 'Humidity', row.humidity, () => `${whole.format((row.humidity ?? 0) * 100)} %`),
    fact('dew', 'Dew point', row.dew_point_c, () => of(temperature(row.dew_point_c, units))),
    fact('pressure', 'Pressure', row.pressure_hpa, () => `${whole.format(row.pressure_hpa ?? 0)} hPa`),
  ].filter(each => each !== null)
}

function distance(km: number, units: Units): string {
  return units === 'us' ? `${tenths.format(km / KM_PER_MILE)} mi` : `${tenths.format(km)} km`
}

function depth(mm: number, units: Units): string {
  return units === 'us' ? `${tenths.format(mm / MM_PER_INCH)} in` : `${tenths.format(mm / 10)} cm`
}

/** Steps ahead, oldest first: of each time what was issued last. */
export function forecastSteps(rows: readonly ForecastRow[], nowMs: number, most: number): ForecastRow[] {
  const newest = new Map<number, ForecastRow>()
  for (const row of rows) {
    const known = newest.get(row.valid_at)
    if (row.valid_at > nowMs && (known === undefined || known.issued_at < row.issued_at))
      newest.set(row.valid_at, row)
  }
  return [...newest.values()].sort((a, b) => a.valid_at - b.valid_at).slice(0, most)
}

/** "40 %, 0.6 mm/h": how likely and how much; null where none is foretold. */
export function foretoldRain(row: ForecastRow, units: Units): string | null {
  const { precipitation_probability: share, precipitation_mm_h: mmH } = row
  const parts = [
    share === null || share <= 0 ? null : `${whole.format(share * 100)} %`,
    mmH === null || mmH <= 0 ? null : quantity(rain(mmH, units)),
  ].filter(part => part !== null)
  return parts.length === 0 ? null : parts.join(', ')
}
