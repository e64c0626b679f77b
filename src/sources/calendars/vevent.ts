import { CALENDAR_PROPERTIES, EVENT_CHARS, EVENT_KINDS, ROAD_EFFECTS } from '../../core/schema/event.ts'
import type { EventKind, RoadEffect } from '../../core/schema/event.ts'
import type { CalendarComponent, ContentLine } from './content-lines.ts'
import { cut, oneLine } from './event-line.ts'
import type { EventLine } from './event-line.ts'
import { quoted, Unreadable } from './problem.ts'
import type { WallTime } from './wall-time.ts'
import { wallTimeOf } from './wall-time.ts'
import type { CalendarZones } from './zones.ts'
import { DAY_MS } from '../../core/time/spans.ts'

/** What is the same for each occurrence of an event. */
type Common = Omit<
  EventLine,
  'event_id' | 'updated_at' | 'starts_at' | 'ends_at' | 'doors_open_at' | 'withdrawn'
>

/** One VEVENT: an event, a rule of events, or what is different about one occurrence of a rule. */
export interface CalendarEvent {
  readonly line: number
  /** Null: the file gives none. */
  readonly uid: string | null
  readonly start: WallTime
  readonly startLine: ContentLine
  readonly startMs: number
  /** Of an occurrence that begins there. */
  readonly endMs: (wallMs: number) => number
  readonly toUtcMs: (wallMs: number) => number
  /** The occurrence of a rule that this one replaces, and whether those behind it too. */
  readonly replaces: { readonly time: WallTime; readonly atMs: number; readonly andFuture: boolean } | null
  /** Doors open so long before the start. */
  readonly doorsMs: number | null
  readonly updatedMs: number
  readonly common: Common
  readonly properties: readonly ContentLine[]
}

export interface EventContext {
  readonly zones: CalendarZones
  readonly nowMs: number
  /** Where the event does not say. */
  readonly kind: EventKind
  /** The whole calendar calls its events off (METHOD:CANCEL). */
  readonly isCancelled: boolean
  readonly note: (line: number, message: string) => void
}

/** As lines have them. */
const PROPERTY = Object.fromEntries(
  Object.entries(CALENDAR_PROPERTIES).map(([name, property]) => [name, property.toLowerCase()]),
) as Readonly<Record<keyof typeof CALENDAR_PROPERTIES, string>>
/** SEQUENCE counts in ms behind the time of the change; what counts higher is a clock, not a count. */
const MAX_SEQUENCE = 999_999

/** @throws {Unreadable} with the line and the remedy where it can't be taken */
export function readEvent(component: CalendarComponent, context: EventContext): CalendarEvent {
  const [broken] = component.unreadable
  if (broken !== undefined) throw broken
  const { zones } = context
  const { properties } = component
  const first = (name: string) => properties.find(property => property.name === name) ?? null
  const startLine = first('dtstart')
  if (startLine === null)
    throw new Unreadable(
      component.line,
      'VEVENT has no DTSTART; say when it begins, e.g. DTSTART:20260704T193000',
    )
  const start = wallTimeOf(startLine)
  const toUtcMs = (wallMs: number) => zones.toUtcMs({ ...start, wallMs }, startLine)
  const startMs = toUtcMs(start.wallMs)
  const doors = first(PROPERTY.doorsOpen)
  return {
    line: component.line,
    uid: textOf(first('uid')),
    start,
    startLine,
    startMs,
    toUtcMs,
    endMs: endOf(first('dtend'), first('duration'), start, startMs, toUtcMs, zones),
    replaces: replacedBy(first('recurrence-id'), start, startLine, zones),
    doorsMs: doors === null ? null : startMs - zones.toUtcMs(wallTimeOf(timed(doors)), doors),
    updatedMs: updatedOf(first, context, component.line),
    common: commonOf(first, properties, context),
    properties,
  }
}

/** A property of ours has no type for the library. */
const timed = (property: ContentLine): ContentLine => {
  const [, y, m, d, h, min, s, z] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)$/.exec(String(property.values[0])) ?? []
  return y === undefined
    ? property
    : { ...property, values: [`${y}-${m ?? ''}-${d ?? ''}T${h ?? ''}:${min ?? ''}:${s ?? ''}${z ?? ''}`] }
}

function endOf(
  dtend: ContentLine | null,
  duration: ContentLine | null,
  start: WallTime,
  startMs: number,
  toUtcMs: (wallMs: number) => number,
  zones: CalendarZones,
): (wallMs: number) => number {
  if (dtend !== null) {
    const end = wallTimeOf(dtend)
    const endMs = zones.toUtcMs(end, dtend)
    if (endMs < startMs) throw new Unreadable(dtend.line, 'DTEND lies before DTSTART; correct one of them')
    // Days are days also where one has 23 hours. A day that ends when it begins is meant as one.
    if (start.isDate && end.isDate)
      return wallMs => toUtcMs(wallMs + Math.max(DAY_MS, end.wallMs - start.wallMs))
    return wallMs => toUtcMs(wallMs) + (endMs - startMs)
  }
  if (duration !== null) {
    const { days, ms } = durationOf(duration)
    return wallMs => toUtcMs(wallMs + days * DAY_MS) + ms
  }
  return start.isDate ? wallMs => toUtcMs(wallMs + DAY_MS) : toUtcMs
}

function durationOf(property: ContentLine): { days: number; ms: number } {
  const text = String(property.values[0])
  const [found, sign, weeks, days, hours, minutes, seconds] =
    /^([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$/.exec(
      text,
    ) ?? []
  if (found === undefined || sign === '-' || /[PT]$/.test(text)) {
    throw new Unreadable(property.line, `DURATION ${quoted(text)} is no span of time; write PT2H30M or P1D`)
  }
  const of = (digits: string | undefined) => Number(digits ?? 0)
  return { days: of(weeks) * 7 + of(days), ms: ((of(hours) * 60 + of(minutes)) * 60 + of(seconds)) * 1000 }
}

/** End of an RDATE that is a period. */
export function periodEnd(
  property: ContentLine,
  end: unknown,
  startWallMs: number,
  startMs: number,
  toUtcMs: (time: WallTime) => number,
): number {
  if (String(end).includes('P')) {
    const { days, ms } = durationOf({ ...property, values: [end] })
    return startMs + days * DAY_MS + ms
  }
  const time = wallTimeOf({ ...property, values: [end] })
  return Math.max(
    startMs,
    time.isUtc ? time.wallMs : startMs + (toUtcMs(time) - toUtcMs({ ...time, wallMs: startWallMs })),
  )
}

function replacedBy(
  property: ContentLine | null,
  start: WallTime,
  startLine: ContentLine,
  zones: CalendarZones,
): CalendarEvent['replaces'] {
  if (property === null) return null
  const given = wallTimeOf(property)
  // Without a zone of its own it means that of DTSTART.
  const time = given.isDate || given.isUtc || given.tzid !== null ? given : { ...given, tzid: start.tzid }
  const atMs = zones.toUtcMs(time, given === time ? property : startLine)
  return { time, atMs, andFuture: property.params['range'] === 'THISANDFUTURE' }
}

/** When it was changed last: grows with SEQUENCE also where the time does not. */
function updatedOf(
  first: (name: string) => ContentLine | null,
  { zones, nowMs, note }: EventContext,
  line: number,
): number {
  // Exporters put the time of the export into DTSTAMP.
  const said = first('last-modified') ?? first('dtstamp') ?? first('created')
  const sequence = first('sequence')
  const counted = sequence === null ? 0 : Math.max(0, Number(sequence.values[0]) || 0)
  const count = counted > MAX_SEQUENCE ? 0 : counted
  if (said === null) return nowMs
  const atMs = zones.toUtcMs(wallTimeOf(said), said) + count
  if (atMs <= nowMs + DAY_MS / 2) return atMs
  note(
    said.line,
    `${said.name.toUpperCase()} of the event of line ${line} lies ahead of now; the time of reading is taken instead`,
  )
  return nowMs
}

function commonOf(
  first: (name: string) => ContentLine | null,
  properties: readonly ContentLine[],
  context: EventContext,
): Common {
  const place = cut(oneLine(textOf(first('location')) ?? ''), EVENT_CHARS.place)
  const description = (textOf(first('description')) ?? '')
    .replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
  const url = textOf(first('url'))
  const venue = oneLine(textOf(first(PROPERTY.venue)) ?? '')
  const point = pointOf(first('geo'))
  return {
    kind: kindOf(first(PROPERTY.kind), properties, context.kind),
    title: cut(oneLine(textOf(first('summary')) ?? ''), EVENT_CHARS.title) || 'Untitled event',
    status: context.isCancelled ? 'cancelled' : statusOf(first('status')),
    ...(venue === '' ? {} : { venue_id: cut(venue, EVENT_CHARS.venue_id) }),
    ...(place === '' ? {} : { place }),
    ...point,
    ...lineOf(first(PROPERTY.line)),
    ...attendanceOf(first(PROPERTY.attendance)),
    ...effectOf(first(PROPERTY.roadEffect)),
    ...(description === '' ? {} : { description: cut(description, EVENT_CHARS.description) }),
    ...(url !== null && url.length <= EVENT_CHARS.url && /^https?:\/\/[^\s\p{Cc}\p{Cf}]+$/u.test(url)
      ? { url }
      : {}),
  }
}

function kindOf(
  own: ContentLine | null,
  properties: readonly ContentLine[],
  otherwise: EventKind,
): EventKind {
  const categories = properties
    .filter(({ name }) => name === 'categories')
    .flatMap(({ values }) => values.map(String))
  const words = [...(own?.values.map(String) ?? []), ...categories].map(word => word.trim().toLowerCase())
  const said = EVENT_KINDS.find(kind => words.includes(kind))
  if (own !== null && !EVENT_KINDS.some(kind => kind === words[0])) {
    throw new Unreadable(
      own.line,
      `X-ARTERIAL-KIND ${quoted(String(own.values[0]))} is unknown; it is one of ${EVENT_KINDS.join(', ')}`,
    )
  }
  return said ?? otherwise
}

function statusOf(property: ContentLine | null): EventLine['status'] {
  const text = (textOf(property) ?? 'CONFIRMED').trim().toUpperCase()
  if (text === 'TENTATIVE') return 'planned'
  if (text === 'CANCELLED' || text === 'CANCELED') return 'cancelled'
  if (text === 'CONFIRMED') return 'confirmed'
  throw new Unreadable(
    property?.line ?? null,
    `STATUS ${quoted(text)} is none of an event; write TENTATIVE, CONFIRMED or CANCELLED`,
  )
}

function pointOf(property: ContentLine | null): Partial<Pick<EventLine, 'latitude' | 'longitude'>> {
  if (property === null) return {}
  const [value] = property.values
  const [latitude, longitude] = Array.isArray(value) ? value.map(Number) : []
  if (
    latitude === undefined ||
    longitude === undefined ||
    !(Math.abs(latitude) <= 90) ||
    !(Math.abs(longitude) <= 180)
  ) {
    throw new Unreadable(
      property.line,
      `GEO ${quoted(String(value))} is no place; write latitude;longitude in degrees, e.g. GEO:40.7128;-74.006`,
    )
  }
  return { latitude, longitude }
}

function attendanceOf(property: ContentLine | null): { expected_attendance?: number } {
  if (property === null) return {}
  const text = String(property.values[0]).trim()
  if (!/^\d{1,8}$/.test(text))
    throw new Unreadable(
      property.line,
      `X-ARTERIAL-ATTENDANCE ${quoted(text)} is no number of people; write digits only`,
    )
  return { expected_attendance: Number(text) }
}

function effectOf(property: ContentLine | null): { road_effect?: RoadEffect } {
  if (property === null) return {}
  const text = String(property.values[0]).trim().toLowerCase().replaceAll('-', '_')
  const effect = ROAD_EFFECTS.find(known => known === text)
  if (effect === undefined)
    throw new Unreadable(
      property.line,
      `X-ARTERIAL-ROAD-EFFECT ${quoted(text)} is unknown; it is one of ${ROAD_EFFECTS.join(', ')}`,
    )
  return { road_effect: effect }
}

function lineOf(property: ContentLine | null): { line?: unknown } {
  if (property === null) return {}
  const text = unescaped(String(property.values[0]))
  try {
    return { line: JSON.parse(text) as unknown }
  } catch {
    throw new Unreadable(
      property.line,
      `X-ARTERIAL-LINE ${quoted(text)} is no GeoJSON; write {"type":"LineString","coordinates":[[-74.006,40.7128],…]}`,
    )
  }
}

/** The library leaves the values of properties it does not know as they stand. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([\\;,nN])/g, (_, escaped: string) =>
    escaped.toLowerCase() === 'n' ? '\n' : escaped,
  )
}

function textOf(property: ContentLine | null): string | null {
  if (property === null) return null
  const value = property.values[0]
  const text = String(value)
  return text.trim() === '' ? null : property.name.startsWith('x-') ? unescaped(text) : text
}
