import ICAL from 'ical.js'
import { localToUtcMs, zoneOffsets } from '../../core/time/index.ts'
import type { Zone } from '../../core/time/index.ts'
import type { CalendarComponent, ContentLine } from './content-lines.ts'
import { quoted, Unreadable } from './problem.ts'
import type { WallTime } from './wall-time.ts'
import { DAY_MS } from '../../core/time/spans.ts'

/** The zones of one calendar: those its VTIMEZONEs define, and those the runtime knows by name. */
export interface CalendarZones {
  /**
   * The instant of a wall clock, ms since 1970 UTC. An hour that comes twice means its first; one that is skipped is taken with
   * the offset from before the gap (RFC 5545, 3.3.5). Dates are local midnight of the city.
   * @throws {Unreadable} naming the line for a zone nobody knows
   */
  toUtcMs(time: WallTime, property: ContentLine): number
}

/** @param cityZone of floating times and dates */
export function calendarZones(calendar: CalendarComponent, cityZone: string): CalendarZones {
  const city = zoneOffsets(cityZone)
  const defined = new Map<string, FileZone | null>()
  const definitions = calendar.components.filter(({ name }) => name === 'vtimezone')
  const known = new Map<string, Zone | null>()
  return {
    toUtcMs(time, property) {
      if (time.isUtc) return time.wallMs
      if (time.tzid === null) return inZone(city, time.wallMs)
      const { tzid } = time
      if (!defined.has(tzid)) defined.set(tzid, fileZone(definitions, tzid))
      if (!known.has(tzid)) known.set(tzid, runtimeZone(tzid))
      const file = defined.get(tzid) ?? null
      const runtime = known.get(tzid) ?? null
      // The file's own rules count; they say nothing about the time before they begin.
      if (file !== null && (runtime === null || time.wallMs >= file.sinceMs)) return file.toUtcMs(time.wallMs)
      if (runtime !== null) return inZone(runtime, time.wallMs)
      throw new Unreadable(
        property.line,
        `the time zone ${quoted(tzid)} is unknown; put its VTIMEZONE into the file, or use an IANA name such as America/New_York`,
      )
    },
  }
}

function inZone(zone: Zone, wallMs: number): number {
  const wall = new Date(wallMs)
  return localToUtcMs(
    zone,
    wall.getUTCFullYear(),
    wall.getUTCMonth() + 1,
    wall.getUTCDate(),
    wall.getUTCHours(),
    wall.getUTCMinutes(),
    wall.getUTCSeconds(),
    0,
  )
}

/** `/example.com/20250101/Europe/Berlin` is how some writers spell Europe/Berlin. */
function runtimeZone(tzid: string): Zone | null {
  const parts = tzid.split('/')
  const names = [tzid, parts.slice(-2).join('/'), parts.slice(-3).join('/')]
  for (const name of new Set(names)) {
    // An offset is no name: "+05" as TZID means nothing.
    if (!/^[A-Za-z]/.test(name)) continue
    try {
      return zoneOffsets(name)
    } catch {
      // The next spelling may be known.
    }
  }
  return null
}

interface FileZone {
  /** Wall clock of its first rule. */
  readonly sinceMs: number
  toUtcMs(wallMs: number): number
}

function fileZone(definitions: readonly CalendarComponent[], tzid: string): FileZone | null {
  const found = definitions.find(({ properties }) =>
    properties.some(({ name, values }) => name === 'tzid' && values[0] === tzid),
  )
  if (found === undefined) return null
  const rules = found.components.filter(({ name }) => name === 'standard' || name === 'daylight')
  for (const rule of rules) checkRule(rule, tzid)
  if (rules.length === 0)
    throw new Unreadable(
      found.line,
      `VTIMEZONE ${quoted(tzid)} has neither STANDARD nor DAYLIGHT; give it its rules or take it away`,
    )
  const component = new ICAL.Component(['vtimezone', [], rules.map(jCalOf)])
  const zone = new ICAL.Timezone({ component, tzid })
  const offsetMs = (wallMs: number) => zone.utcOffset(timeOf(wallMs)) * 1000
  const starts = rules.flatMap(({ properties }) =>
    properties
      .filter(({ name }) => name === 'dtstart')
      .map(({ values }) => Date.parse(`${String(values[0]).slice(0, 19)}Z`)),
  )
  return { sinceMs: Math.min(...starts), toUtcMs: wallMs => resolve(wallMs, offsetMs) }
}

/** The library's answer within a gap or a repeated hour is the later offset; the standard wants the earlier one. */
function resolve(wallMs: number, offsetMs: (wallMs: number) => number): number {
  const after = offsetMs(wallMs)
  const before = offsetMs(wallMs - DAY_MS)
  if (after === before) return wallMs - after
  let low = wallMs - DAY_MS
  let high = wallMs
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000
    if (offsetMs(middle) === before) low = middle
    else high = middle
  }
  return wallMs - (wallMs - high < Math.abs(after - before) ? before : after)
}

function checkRule(rule: CalendarComponent, tzid: string): void {
  const wants = ['dtstart', 'tzoffsetfrom', 'tzoffsetto']
  const missing = wants.find(name => !rule.properties.some(property => property.name === name))
  if (missing !== undefined)
    throw new Unreadable(
      rule.line,
      `${rule.name.toUpperCase()} of VTIMEZONE ${quoted(tzid)} has no ${missing.toUpperCase()}; every rule needs ${wants.join(', ').toUpperCase()}`,
    )
  for (const { name, line, values } of rule.properties) {
    const [value] = values
    if (name.startsWith('tzoffset') && !/^[+-](0\d|1\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(String(value))) {
      throw new Unreadable(line, `${name.toUpperCase()} ${quoted(String(value))} is no offset; write -0500`)
    }
    if (name === 'dtstart' && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(String(value))) {
      throw new Unreadable(
        line,
        `DTSTART ${quoted(String(value))} of a VTIMEZONE is no time; write 19700308T020000`,
      )
    }
    // Clocks change by the year; a rule by the second would never end.
    if (name === 'rrule' && !isYearly(value))
      throw new Unreadable(
        line,
        `RRULE of VTIMEZONE ${quoted(tzid)} is not FREQ=YEARLY; clocks change by the year`,
      )
  }
}

function isYearly(rule: unknown): boolean {
  const { freq, interval = 1 } = (rule ?? {}) as { freq?: unknown; interval?: unknown }
  return freq === 'YEARLY' && Number(interval) >= 1 && Number(interval) < 100
}

function jCalOf({ name, properties }: CalendarComponent): unknown[] {
  return [
    name,
    properties.map(({ name: property, params, type, values }) => [property, params, type, ...values]),
    [],
  ]
}

export function timeOf(wallMs: number, isDate = false): ICAL.Time {
  const wall = new Date(wallMs)
  return ICAL.Time.fromData({
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    isDate,
  })
}

export function wallMsOf(time: ICAL.Time): number {
  return Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second)
}
