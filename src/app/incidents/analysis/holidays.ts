import type { Moments } from '../../../lake/read/incident-record/index.ts'
import { calendarDays } from '../../../sources/calendars/index.ts'
import { dayOf } from './moments.ts'

/** Whose holidays are meant; a country of null has none. */
export interface HolidayPlace {
  readonly country: string | null
  readonly state: string | null
  readonly region: string | null
}

const HOLIDAY = /^holiday\/(\d{4}-\d{2}-\d{2})$/

/** Public holidays of the years of a record and of the next, days since 1970-01-01. */
export async function holidaysOf(
  { country, state, region }: HolidayPlace,
  cityZone: string,
  { startedAtMs }: Moments,
): Promise<number[]> {
  const [first, last] = [startedAtMs.at(0), startedAtMs.at(-1)]
  if (country === null || first === undefined || last === undefined) return []
  const lines = await calendarDays({
    ...{ country, cityZone },
    ...(state === null ? {} : { state }),
    ...(region === null ? {} : { region }),
    fromYear: new Date(first).getUTCFullYear(),
    toYear: new Date(last).getUTCFullYear() + 1,
  })
  return lines.flatMap(line => {
    const day = HOLIDAY.exec(line.event_id)?.[1]
    return day === undefined ? [] : [dayOf(day)]
  })
}
