import { eventsOfCalendar } from '../../../src/sources/calendars/index.ts'
import type { CalendarOptions, CalendarReading } from '../../../src/sources/calendars/index.ts'

export const NOW_MS = Date.UTC(2026, 5, 1)

export function read(text: string, more: Partial<CalendarOptions> = {}): CalendarReading {
  return eventsOfCalendar(text, { cityZone: 'America/New_York', nowMs: NOW_MS, ...more })
}

/** A calendar around lines of events. */
export function calendar(...lines: readonly string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
}

/** A calendar of one event, whose lines begin at the seventh. */
export function event(...lines: readonly string[]): string {
  return calendar('BEGIN:VEVENT', 'UID:e@test', 'DTSTAMP:20260501T000000Z', ...lines, 'END:VEVENT')
}

/** Id, beginning and end of each line. */
export function times(text: string, more: Partial<CalendarOptions> = {}): string[][] {
  return read(text, more).lines.map(({ event_id, starts_at, ends_at, withdrawn }) =>
    [event_id, starts_at, ends_at, ...(withdrawn === true ? ['withdrawn'] : [])].map(part =>
      part.replace('.000Z', 'Z').replace('e@test', 'e'),
    ),
  )
}

/** The problems as a person is told them. */
export function words(text: string, more: Partial<CalendarOptions> = {}): string[] {
  return read(text, more).problems.map(({ line, message }) => `${String(line)}: ${message}`)
}
