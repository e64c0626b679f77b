import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CsvSplitter } from '../../src/core/text/csv.ts'
import { DAY_MS } from '../../src/core/time/spans.ts'
import { placeOf } from '../../src/insight/incidents/index.ts'
import { communitiesOfCsv, nearCity } from '../../src/sources/places/index.ts'
import { rowsOf } from '../sources/incidents/rows.ts'

const DATA = join(import.meta.dirname, '../../../shared/data/calgary')
export const CALGARY_HERE = existsSync(DATA)
export const CALGARY_REASON = 'needs the public Calgary files in ../shared/data beside the checkout'

export interface CalgaryIncident {
  readonly startedAtMs: number
  readonly utcOffsetMin: number
  readonly latitude: number
  readonly longitude: number
  readonly community: string | null
}

const read = (file: string) => readFileSync(join(DATA, file), 'utf8')

/** Every community of the city, ascending by name. */
export function calgaryCommunities(): string[] {
  return communitiesOfCsv(read('communities.csv'))
    .map(({ name }) => name)
    .sort()
}

/** The incidents of the file with ids, cleaned as the importer does, with their communities. */
export async function calgaryIncidents(): Promise<CalgaryIncident[]> {
  const at = placeOf({ communities: communitiesOfCsv(read('communities.csv')), signals: [] })
  const isNearCity = nearCity(read('city_boundary.csv'))
  const rows = await rowsOf(read('incidents_2016-12_2019-10.csv'), { isNearCity })
  return rows.flatMap(row => {
    if (!('record' in row)) return []
    const { started_at, utc_offset_min: utcOffsetMin, latitude, longitude } = row.record
    const startedAtMs = Date.parse(started_at)
    const { community } = at(latitude, longitude, startedAtMs)
    return [{ startedAtMs, utcOffsetMin, latitude, longitude, community }]
  })
}

/** Rows of one of the files by their header. */
function calgaryRows(file: string): Record<string, string>[] {
  const splitter = new CsvSplitter()
  const [header = [], ...rows] = [...splitter.push(read(file)), ...splitter.end()]
  return rows.map(row => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])))
}

export function calgarySignals(): { latitude: number; longitude: number }[] {
  return calgaryRows('traffic_signals_2020.csv').map(row => ({
    latitude: Number(row['latitude']),
    longitude: Number(row['longitude']),
  }))
}

export interface CalgaryDay {
  readonly day: number
  readonly rainMm: number | null
  readonly snowCm: number | null
  readonly snowOnGroundCm: number | null
  readonly meanC: number | null
}

/** Weather by local date, null where not measured. */
export function calgaryWeather(): CalgaryDay[] {
  const number = (text = '') => (text === '' ? null : Number(text))
  return calgaryRows('weather_daily_2016_2026.csv').map(row => ({
    day: Date.parse(row['Date/Time'] ?? '') / DAY_MS,
    rainMm: number(row['Total Rain (mm)']),
    snowCm: number(row['Total Snow (cm)']),
    snowOnGroundCm: number(row['Snow on Grnd (cm)']),
    meanC: number(row['Mean Temp (°C)']),
  }))
}
