import { DAY_MS } from '../../core/time/spans.ts'
import { CALENDAR_PROPERTIES } from '../../core/schema/event.ts'
import { offsetMsAt, zoneOffsets } from '../../core/time/index.ts'
import { escaped, folded } from './content-lines.ts'

/** A row of `silver.events`. */
export type EventRow = Readonly<Record<string, unknown>>

export interface CalendarHead {
  /** What the calendar is called. */
  readonly name: string
  /** IANA zone of the city: what lasts from midnight to midnight there goes out as whole days. */
  readonly timeZone: string
  /** Of this program. */
  readonly version: string
}

const STATUS: Readonly<Record<string, string>> = {
  planned: 'TENTATIVE',
  confirmed: 'CONFIRMED',
  cancelled: 'CANCELLED',
}
/** SEQUENCE must grow with each version: seconds since then do. */
const SEQUENCE_FROM_MS = Date.UTC(2020, 0, 1)

/**
 * A calendar that people subscribe to (RFC 5545, with the refresh interval of RFC 7986). The same rows give the same text, so
 * that it has an entity tag. A version's fraction of a second is not told: the format has none.
 */
export function eventsCalendar(rows: readonly EventRow[], head: CalendarHead): string {
  return [...calendarParts(rows, head)].join('')
}

/** Events of a part: making it takes some milliseconds. */
const EVENTS_A_PART = 200

/** The same text in parts, so that whoever makes it can let others work in between. */
export function* calendarParts(
  rows: readonly EventRow[],
  { name, timeZone, version }: CalendarHead,
): Generator<string> {
  yield folded([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//Arterial//Arterial ${escaped(version)}//EN`,
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    'X-PUBLISHED-TTL:PT15M',
  ])
  for (let at = 0; at < rows.length; at += EVENTS_A_PART)
    yield folded(rows.slice(at, at + EVENTS_A_PART).flatMap(row => eventLines(row, timeZone)))
  yield folded(['END:VCALENDAR'])
}

function eventLines(row: EventRow, timeZone: string): string[] {
  const text = (column: string) =>
    typeof row[column] === 'string' && row[column] !== '' ? row[column] : null
  const property = (name: string, value: string | null) => (value === null ? [] : [`${name}:${value}`])
  const said = (name: string, column: string) => {
    const value = text(column)
    return property(name, value === null ? null : escaped(value))
  }
  const { latitude, longitude, expected_attendance: attendance } = row
  const updatedMs = Date.parse(text('updated_at') ?? '')
  const kind = text('kind') ?? 'other'
  const doors = text('doors_open_at')
  const stamp = utc(updatedMs)
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(text('event_id') ?? '')}`,
    `DTSTAMP:${stamp}`,
    `LAST-MODIFIED:${stamp}`,
    `SEQUENCE:${Math.max(0, Math.floor((updatedMs - SEQUENCE_FROM_MS) / 1000))}`,
    ...timeLines(Date.parse(text('starts_at') ?? ''), Date.parse(text('ends_at') ?? ''), timeZone),
    ...said('SUMMARY', 'title'),
    `STATUS:${STATUS[text('status') ?? ''] ?? 'CONFIRMED'}`,
    `CATEGORIES:${kind.toUpperCase()}`,
    ...said('LOCATION', 'place'),
    ...property(
      'GEO',
      typeof latitude === 'number' && typeof longitude === 'number' ? `${latitude};${longitude}` : null,
    ),
    ...said('DESCRIPTION', 'description'),
    // An address is no text: it is written as it is.
    ...property('URL', text('url')?.replaceAll(/[\s\p{Cc}]/gu, '') ?? null),
    `${CALENDAR_PROPERTIES.kind}:${kind}`,
    ...said(CALENDAR_PROPERTIES.venue, 'venue_id'),
    ...property(CALENDAR_PROPERTIES.doorsOpen, doors === null ? null : utc(Date.parse(doors))),
    ...property(
      CALENDAR_PROPERTIES.attendance,
      attendance === null || attendance === undefined ? null : String(Number(attendance)),
    ),
    ...said(CALENDAR_PROPERTIES.roadEffect, 'road_effect'),
    ...said(CALENDAR_PROPERTIES.line, 'line'),
    'END:VEVENT',
  ]
}

function timeLines(startMs: number, endMs: number, timeZone: string): string[] {
  const start = midnightOf(startMs, timeZone)
  const end = midnightOf(endMs, timeZone)
  if (start !== null && end !== null && endMs > startMs)
    return [`DTSTART;VALUE=DATE:${start}`, `DTEND;VALUE=DATE:${end}`]
  // An end that is no later than the start must not be said.
  return [`DTSTART:${utc(startMs)}`, ...(endMs > startMs ? [`DTEND:${utc(endMs)}`] : [])]
}

/** The local date that begins at an instant; null within a day. */
function midnightOf(utcMs: number, timeZone: string): string | null {
  const wallMs = utcMs + offsetMsAt(zoneOffsets(timeZone), utcMs)
  return wallMs % DAY_MS === 0 ? new Date(wallMs).toISOString().slice(0, 10).replaceAll('-', '') : null
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
