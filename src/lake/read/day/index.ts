import { sqlFile } from '../../sql-file.ts'
import { SETTINGS } from '../read-engine.ts'
import type { ReadEngine, ReadOptions } from '../read-engine.ts'
import { instantText } from '../statement.ts'

/** A day of a city. */
export interface CityDay {
  /** `YYYY-MM-DD` by its clock. */
  readonly day: string
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
}

/** Null where no reading carried the measure. */
export interface DistrictDay {
  readonly district: string
  readonly readings: number
  readonly sensors: number
  readonly vehicles: number
  readonly mean_speed_kmh: number | null
  readonly mean_wait_s: number | null
  readonly max_queue_veh: number | null
  readonly completeness: number | null
}

export interface DayFigures {
  readonly city: {
    readonly valid: number
    readonly vehicles: number
    readonly mean_speed_kmh: number | null
    /** Of the first hour with a reading, s since 1970; 0 where there is none. */
    readonly first_hour_s: number
    readonly last_hour_s: number
    readonly hours: number
  }
  readonly districts: readonly DistrictDay[]
  /** Of the incident record, by type, most first. */
  readonly incidents: readonly { readonly type: string; readonly incidents: number }[]
}

const CITY = sqlFile(new URL('./day_city.sql', import.meta.url))
const DISTRICTS = sqlFile(new URL('./day_districts.sql', import.meta.url))
const INCIDENTS = `SELECT d.type AS type, sum(d.incidents) AS incidents FROM gold.incident_daily AS d
  WHERE d.local_date = {day:Date} GROUP BY type ORDER BY incidents DESC, type`
const NONE: DayFigures['city'] = {
  ...{ valid: 0, vehicles: 0, mean_speed_kmh: null, first_hour_s: 0, last_hour_s: 0, hours: 0 },
}

/** What a day came to; a day without readings has zeros, and no districts. */
export async function dayFigures(
  engine: Pick<ReadEngine, 'query'>,
  { day, fromMs, toMs }: CityDay,
  signal: AbortSignal,
): Promise<DayFigures> {
  const options = (params: Readonly<Record<string, unknown>>): ReadOptions => ({
    ...{ params, signal, settings: SETTINGS, session: 'read' },
  })
  const span = options({ from: instantText(fromMs), to: instantText(toMs) })
  const [city = NONE] = await engine.query<DayFigures['city']>(CITY, span)
  const districts = await engine.query<DistrictDay>(DISTRICTS, span)
  const incidents = await engine.query<DayFigures['incidents'][number]>(INCIDENTS, options({ day }))
  return { city, districts, incidents }
}
