import { Unreadable } from './problem.ts'
import { startsOfRule } from './recurrence.ts'
import type { Bounds, Steps } from './recurrence.ts'
import { periodEnd } from './vevent.ts'
import type { CalendarEvent } from './vevent.ts'
import type { WallTime } from './wall-time.ts'
import { wallTime } from './wall-time.ts'
import type { CalendarZones } from './zones.ts'
import { DAY_MS } from '../../core/time/spans.ts'

/** One event as it takes place. */
export interface Occurrence {
  readonly event: CalendarEvent
  /** Which one of its rule, e.g. `20260704T233000Z` or `20260704`; null where there is no rule. */
  readonly part: string | null
  readonly startMs: number
  readonly endMs: number
  /** The rule has it, and an exception takes it away. */
  readonly isGone: boolean
}

export interface Occurrences {
  readonly occurrences: readonly Occurrence[]
  readonly isCut: boolean
  readonly refused: readonly Unreadable[]
}

/** Where the rule puts an occurrence, before it is replaced by another. */
interface Slot {
  readonly wallMs: number
  readonly endMs: number
}

/** The occurrences of the VEVENTs with one UID: its rule, what is added and taken away, and what replaces single ones. */
export function occurrencesOf(
  group: readonly CalendarEvent[],
  zones: CalendarZones,
  bounds: Bounds,
  steps: Steps,
): Occurrences {
  const found: Occurrence[] = []
  const refused: Unreadable[] = []
  let isCut = false
  const replacing = group.filter(({ replaces }) => replaces !== null)
  for (const event of group) {
    if (event.replaces !== null) continue
    if (!event.properties.some(({ name }) => name === 'rrule' || name === 'rdate')) {
      if (replacing.length === 0) found.push(single(event))
      else
        found.push(
          ...replaced(event, new Map([[event.startMs, slotOf(event, event.start.wallMs)]]), replacing),
        )
      continue
    }
    try {
      const { slots, gone, isCut: cutHere } = slotsOf(event, zones, bounds, steps)
      isCut ||= cutHere
      found.push(...replaced(event, slots, replacing))
      for (const [atMs, slot] of gone) {
        const isBack = replacing.some(({ replaces }) => replaces?.atMs === atMs)
        if (!isBack)
          found.push({
            event,
            part: partOf(event, slot.wallMs, atMs),
            startMs: atMs,
            endMs: slot.endMs,
            isGone: true,
          })
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      refused.push(error)
    }
  }
  for (const event of replacing) {
    const { replaces } = event
    if (replaces !== null)
      found.push({
        ...single(event),
        part: partOf(event, replaces.time.wallMs, replaces.atMs, replaces.time.isDate),
      })
  }
  return { occurrences: found, isCut, refused }
}

function single(event: CalendarEvent): Occurrence {
  return { event, part: null, startMs: event.startMs, endMs: event.endMs(event.start.wallMs), isGone: false }
}

/** The rule's own occurrences but those that are replaced singly, moved by what replaces all from some point on. */
function replaced(
  event: CalendarEvent,
  slots: ReadonlyMap<number, Slot>,
  replacing: readonly CalendarEvent[],
): Occurrence[] {
  const singly = new Set(replacing.map(({ replaces }) => replaces?.atMs))
  const ranges = replacing
    .filter(({ replaces }) => replaces?.andFuture === true)
    .sort((a, b) => (b.replaces?.atMs ?? 0) - (a.replaces?.atMs ?? 0))
  return [...slots].flatMap(([atMs, slot]) => {
    if (singly.has(atMs)) return []
    const part = partOf(event, slot.wallMs, atMs)
    const range = ranges.find(({ replaces }) => (replaces?.atMs ?? Infinity) < atMs)
    if (range?.replaces == null) return [{ event, part, startMs: atMs, endMs: slot.endMs, isGone: false }]
    const wallMs = slot.wallMs + (range.start.wallMs - range.replaces.time.wallMs)
    return [{ event: range, part, startMs: range.toUtcMs(wallMs), endMs: range.endMs(wallMs), isGone: false }]
  })
}

function slotsOf(
  event: CalendarEvent,
  zones: CalendarZones,
  bounds: Bounds,
  steps: Steps,
): { slots: Map<number, Slot>; gone: Map<number, Slot>; isCut: boolean } {
  const slots = new Map<number, Slot>()
  let isCut = false
  // What began before the bounds may still last within them.
  const lastsMs = Math.max(0, event.endMs(event.start.wallMs) - event.startMs)
  const within = { ...bounds, fromMs: bounds.fromMs - lastsMs }
  const add = (atMs: number, slot: Slot) => {
    if (atMs < within.fromMs || atMs >= within.toMs) return
    if (slots.size < bounds.maxOccurrences) slots.set(atMs, slot)
    else if (!slots.has(atMs)) isCut = true
  }
  const rules = event.properties.filter(({ name }) => name === 'rrule')
  if (rules.length === 0) add(event.startMs, slotOf(event, event.start.wallMs))
  for (const rule of rules) {
    const starts = startsOfRule(rule, event.start, event.toUtcMs, within, steps)
    isCut ||= starts.isCut
    for (const wallMs of starts.wallMs) add(event.toUtcMs(wallMs), slotOf(event, wallMs))
  }
  for (const property of event.properties.filter(({ name }) => name === 'rdate')) {
    for (const value of property.values) {
      const [from, to] = Array.isArray(value) ? (value as unknown[]) : [value, null]
      const time = inheriting(wallTime(property, from), event)
      const atMs = zones.toUtcMs(time, property)
      const wallMs = time.isDate ? time.wallMs : wallAt(event, atMs)
      const endMs =
        to === null
          ? event.endMs(wallMs)
          : periodEnd(property, to, time.wallMs, atMs, other =>
              zones.toUtcMs(inheriting(other, event), property),
            )
      add(atMs, { wallMs, endMs: Math.max(atMs, endMs) })
    }
  }
  return { slots, gone: takeAway(event, slots, zones), isCut }
}

/** A time without zone in RDATE and EXDATE means the zone of DTSTART. */
function inheriting(time: WallTime, { start }: CalendarEvent): WallTime {
  if (time.isDate || time.isUtc || time.tzid !== null) return time
  return { ...time, tzid: start.tzid, isUtc: start.isUtc }
}

/** The event's own wall clock at an instant: tried twice, as zones change in between. */
function wallAt(event: CalendarEvent, atMs: number): number {
  const guessMs = atMs + (atMs - event.toUtcMs(atMs))
  return guessMs + (atMs - event.toUtcMs(guessMs))
}

function takeAway(event: CalendarEvent, slots: Map<number, Slot>, zones: CalendarZones): Map<number, Slot> {
  const gone = new Map<number, Slot>()
  for (const property of event.properties.filter(({ name }) => name === 'exdate')) {
    for (const value of property.values) {
      const time = inheriting(wallTime(property, value), event)
      // A day takes away what begins on it, whatever the hour.
      const isDay = time.isDate && !event.start.isDate
      const atMs = isDay ? null : zones.toUtcMs(time, property)
      for (const [slotMs, slot] of slots) {
        const fits =
          atMs === null ? Math.floor(slot.wallMs / DAY_MS) * DAY_MS === time.wallMs : slotMs === atMs
        if (!fits) continue
        slots.delete(slotMs)
        gone.set(slotMs, slot)
      }
    }
  }
  return gone
}

function slotOf(event: CalendarEvent, wallMs: number): Slot {
  return { wallMs, endMs: event.endMs(wallMs) }
}

function partOf(event: CalendarEvent, wallMs: number, atMs: number, isDate = event.start.isDate): string {
  const text = new Date(isDate ? wallMs : atMs).toISOString()
  return isDate ? text.slice(0, 10).replaceAll('-', '') : `${text.slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
