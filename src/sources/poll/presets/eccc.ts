import type { FeedAbout, FeedFormat } from '../../../core/feed-format.ts'
import { offsetMsAt, zoneOffsets } from '../../../core/time/index.ts'
import { convert } from '../../../core/units.ts'
import type { UnitName } from '../../../core/units.ts'
import { columnReader, parseCsvBody } from '../csv-table.ts'
import { record } from '../json-body.ts'
import { conditionOfWords } from './condition.ts'

type Cell = (name: string) => string | null
type Row = Readonly<Record<string, unknown>>

const PLACE = ['Longitude (x)', 'Latitude (y)', 'Climate ID'] as const
/** Flags of a value that is none: M missing, N temperature missing but known to be below or above zero. */
const NO_VALUE = /^[MN]$/

/**
 * Environment Canada's daily climate file. A day is one record at noon of the station's standard time: its mean temperature, its
 * precipitation spread over 24 hours, the snow on the ground. It has no condition and no wind, because neither a day's total nor its
 * strongest gust says what noon was like.
 *
 * Source: Environment and Climate Change Canada, historical climate data, bulk download and glossary (climate.weather.gc.ca).
 */
export const ecccDaily: FeedFormat = {
  name: 'eccc-daily',
  says: 'Environment Canada, daily climate file (CSV)',
  stream: 'weather',
  read: (body, about) =>
    rowsOf(
      body,
      ['Date/Time', 'Mean Temp (°C)', 'Total Precip (mm)', 'Snow on Grnd (cm)'],
      (cell, number) => {
        const mmOfDay = cell('Total Precip Flag') === 'T' ? 0 : number('Total Precip (mm)', 'mm', 'mm')
        const measures = {
          temperature_f: number('Mean Temp (°C)', '°C', '°F'),
          precipitation_rate: typeof mmOfDay === 'number' ? convert(mmOfDay / 24, 'mm/h', 'in/h') : mmOfDay,
          snow_depth_in: number('Snow on Grnd (cm)', 'cm', 'in'),
        }
        return { timestamp: standardTime(`${cell('Date/Time') ?? ''}T12:00`, about), measures }
      },
      about,
    ),
}

/** Environment Canada's hourly climate file; its times are the station's standard time all year. */
export const ecccHourly: FeedFormat = {
  name: 'eccc-hourly',
  says: 'Environment Canada, hourly climate file (CSV)',
  stream: 'weather',
  read: (body, about) =>
    rowsOf(
      body,
      ['Date/Time (LST)', 'Temp (°C)', 'Wind Spd (km/h)', 'Visibility (km)'],
      (cell, number) => {
        const words = cell('Weather')
        const measures = {
          temperature_f: number('Temp (°C)', '°C', '°F'),
          humidity: number('Rel Hum (%)', '%', 'share'),
          precipitation_rate: number('Precip. Amount (mm)', 'mm/h', 'in/h'),
          visibility_miles: number('Visibility (km)', 'km', 'mi'),
          wind_speed_mph: number('Wind Spd (km/h)', 'km/h', 'mph'),
          condition: words === null || words === 'NA' ? null : conditionOfWords(words),
          dew_point_f: number('Dew Point Temp (°C)', '°C', '°F'),
          pressure_hpa: number('Stn Press (kPa)', 'kPa', 'hPa'),
        }
        const stamp = (cell('Date/Time (LST)') ?? '').replace(' ', 'T')
        return { timestamp: standardTime(stamp, about), measures }
      },
      about,
    ),
}

/** Days and hours without any measure are no observations: the files have a row for each, the future included. */
function rowsOf(
  body: Buffer,
  wanted: readonly string[],
  read: (
    cell: Cell,
    number: (name: string, from: UnitName, to: UnitName) => number | string | null,
  ) => { timestamp: string; measures: Row },
  { constants }: FeedAbout,
): object[] {
  const { names, rows } = parseCsvBody(body)
  const cellOf = columnReader(names, [...PLACE, ...wanted])
  return rows.flatMap(row => {
    const cell: Cell = name => cellOf(row, name)
    const number = (name: string, from: UnitName, to: UnitName) => {
      const text = cell(name)
      const flag = cell(name.replace(/ \([^)]*\)$/, ' Flag'))
      if (text === null || (flag !== null && NO_VALUE.test(flag))) return null
      const value = Number(text)
      // As it is: quarantine says that it is no number.
      return Number.isFinite(value) ? convert(value, from, to) : text
    }
    const { timestamp, measures } = read(cell, number)
    if (Object.values(measures).every(value => value === null)) return []
    const place = (name: string) => (cell(name) === null ? null : Number(cell(name)))
    return [
      record({
        station_id: constants['station_id'] ?? cell('Climate ID'),
        timestamp,
        ...measures,
        latitude: place('Latitude (y)'),
        longitude: place('Longitude (x)'),
      }),
    ]
  })
}

/** The zone's time without daylight saving: the smaller of its offsets in the middle of that year's winter and summer. */
function standardTime(wall: string, { zone }: FeedAbout): string {
  const wallMs = Date.parse(`${wall}:00Z`)
  if (Number.isNaN(wallMs)) return wall
  const year = new Date(wallMs).getUTCFullYear()
  const offsets = zoneOffsets(zone)
  const offsetMs = Math.min(
    offsetMsAt(offsets, Date.UTC(year, 0, 1)),
    offsetMsAt(offsets, Date.UTC(year, 6, 1)),
  )
  return new Date(wallMs - offsetMs).toISOString()
}
