import { quoted, Unreadable } from './problem.ts'
import type { ContentLine } from './content-lines.ts'

/** A date, or a time of day in the zone of its property, as iCalendar writes it. */
export interface WallTime {
  /** The wall clock read as if it were UTC, ms since 1970. */
  readonly wallMs: number
  readonly isDate: boolean
  readonly isUtc: boolean
  /** Of the property; null: floating, the city's own. */
  readonly tzid: string | null
}

/** Behind a date that does not say VALUE=DATE, the library leaves an empty time. */
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T::)?$/
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(Z?)$/

/** The first value of a property as a date or time. */
export function wallTimeOf(property: ContentLine): WallTime {
  return wallTime(property, property.values[0])
}

/** @throws {Unreadable} for what no calendar has, e.g. the 31st of June */
export function wallTime(property: ContentLine, value: unknown): WallTime {
  const text = typeof value === 'string' ? value : ''
  const fields = DATE_TIME.exec(text) ?? DATE.exec(text)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (fields ?? [])
    .slice(1, 7)
    .map(Number)
  // A leap second is the next minute's first.
  const wallMs =
    Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59)) + (second === 60 ? 1000 : 0)
  const made = new Date(wallMs)
  const isReal = made.getUTCMonth() === month - 1 || second === 60
  if (fields === null || !isReal || year < 1000 || day < 1 || hour > 23 || minute > 59 || second > 60) {
    throw new Unreadable(
      property.line,
      `${property.name.toUpperCase()} ${quoted(plain(text))} is no date or time; write 20260704 or 20260704T193000, with Z behind it for UTC`,
    )
  }
  const isDate = DATE.test(text)
  const tzid = property.params['tzid']
  return {
    wallMs,
    isDate,
    isUtc: !isDate && fields[7] === 'Z',
    tzid: !isDate && typeof tzid === 'string' ? tzid : null,
  }
}

/** As it stood in the file. */
const plain = (jCal: string) => jCal.replaceAll(/[-:]/g, '')
