import { daysFromCivil, localToUtcMs, zoneOffsets } from '../../core/time/index.ts'
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
  const names = new Map<string, Set<string>>()
  for (let year = fromYear; year <= toYear; year++) {
    for (const { type, date, name } of laws.getHolidays(year)) {
      const day = date.slice(0, 10)
      if (type === 'public') names.set(day, (names.get(day) ?? new Set()).add(name))
    }
  }
  const school = (kind: 'school-term' | 'school-break', ranges: readonly SchoolRange[] = []) =>
    ranges.map(({ name, from, to }) => dayLine(`${kind}/${from}`, 'school', name, from, to, cityZone))
  return [
    ...[...names].map(([day, all]) =>
      dayLine(`holiday/${day}`, 'holiday', [...all].join(', ').slice(0, 256), day, day, cityZone),
    ),
    ...school('school-term', options.schoolTerms),
    ...school('school-break', options.schoolBreaks),
  ]
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
    const date = new Date(days * 86_400_000)
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
    title,
    status: 'confirmed',
    starts_at: instant(daysOf(from)),
    ends_at: instant(daysOf(to) + 1),
  }
}
