import { daysFromCivil, localToUtcMs, zoneOffsets } from '../../core/time/index.ts'
import { EVENT_CHARS } from '../../core/schema/event.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import { cut, oneLine } from './event-line.ts'
import type { EventLine } from './event-line.ts'

export interface HolidayOptions {
  /** ISO 3166 code, e.g. US, with the library's codes of state and region. */
  readonly country: string
  readonly state?: string
  readonly region?: string
  /** IANA zone of the city, whose midnights bound the days. */
  readonly cityZone: string
  readonly fromYear: number
  /** Inclusive. */
  readonly toYear: number
  /** First and last day, `2026-09-08`, inclusive. */
  readonly schoolTerms?: readonly SchoolRange[]
  readonly schoolBreaks?: readonly SchoolRange[]
}

export interface SchoolRange {
  readonly name: string
  readonly from: string
  readonly to: string
}

/** Version of lines that nobody changed; `sinceLast` gives a changed one a newer. */
const FIRST_VERSION = '2026-01-01T00:00:00.000Z'

/**
 * Public holidays of a span of years and the school's terms and breaks, as events with stable ids (`holiday/2026-11-26`,
 * `school-term/2026-09-08`, `school-break/2026-12-24`). The same options give the same lines.
 * @returns no holidays for a country the library does not know
 */
export async function calendarDays(options: HolidayOptions): Promise<EventLine[]> {
  // It loads the laws of the whole world: only for who asks.
  const { default: Holidays } = await import('date-holidays')
  const { country, state = '', region = '', fromYear, toYear, cityZone } = options
  const laws = new Holidays(country, state, region)
  const found = new Map<string, { readonly names: Set<string>; days: number }>()
  for (let year = fromYear; year <= toYear; year++) {
    for (const { type, date, start, end, name } of laws.getHolidays(year)) {
      if (type !== 'public') continue
      const day = date.slice(0, 10)
      const one = found.get(day) ?? { names: new Set(), days: 1 }
      // Some feasts last for days; half a day is taken as one.
      one.days = Math.max(one.days, Math.round((end.getTime() - start.getTime()) / DAY_MS))
      found.set(day, { ...one, names: one.names.add(name) })
    }
  }
  const school = (kind: 'school-term' | 'school-break', ranges: readonly SchoolRange[] = []) =>
    ranges.map(({ name, from, to }) => dayLine(`${kind}/${from}`, 'school', name, from, to, cityZone))
  return [
    ...[...found].map(([day, { names, days }]) =>
      dayLine(`holiday/${day}`, 'holiday', [...names].join(', '), day, lastOf(day, days), cityZone),
    ),
    ...school('school-term', options.schoolTerms),
    ...school('school-break', options.schoolBreaks),
  ]
}

/**
 * What of a country, state and region is not known, in words; null where all is. Of a state that is not known the country's
 * holidays are given.
 */
export async function unknownPlace({
  country,
  state,
  region,
}: Pick<HolidayOptions, 'country' | 'state' | 'region'>): Promise<string | null> {
  const { default: Holidays } = await import('date-holidays')
  const laws = new Holidays()
  // Undefined where there are none, whatever the library's types say.
  const codesOf = (all: object | undefined): string[] => Object.keys(all ?? {})
  const unknown = (what: string, code: string | undefined, known: readonly string[], where: string) =>
    code === undefined || known.includes(code)
      ? null
      : `the ${what} "${code}" is unknown${where}; known: ${known.join(', ') || 'none'}`
  const states = codesOf(laws.getStates(country))
  const regions = state === undefined ? [] : codesOf(laws.getRegions(country, state))
  return (
    unknown('country', country, codesOf(laws.getCountries()), '') ??
    unknown('state', state, states, ` in ${country}`) ??
    unknown('region', region, regions, ` in ${country} ${state ?? ''}`)
  )
}

function lastOf(day: string, days: number): string {
  return new Date(Date.parse(day) + (days - 1) * DAY_MS).toISOString().slice(0, 10)
}

function dayLine(
  event_id: string,
  kind: 'holiday' | 'school',
  title: string,
  from: string,
  to: string,
  zone: string,
): EventLine {
  const instant = (days: number) => {
    const date = new Date(days * DAY_MS)
    return new Date(
      localToUtcMs(
        zoneOffsets(zone),
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
        0,
        0,
        0,
        0,
      ),
    ).toISOString()
  }
  const daysOf = (day: string) => {
    const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
    return daysFromCivil(year, month, date)
  }
  return {
    event_id,
    updated_at: FIRST_VERSION,
    kind,
    title: cut(oneLine(title), EVENT_CHARS.title),
    status: 'confirmed',
    starts_at: instant(daysOf(from)),
    ends_at: instant(daysOf(to) + 1),
  }
}
