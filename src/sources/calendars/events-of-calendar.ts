import { createHash } from 'node:crypto'
import type { EventKind } from '../../core/schema/event.ts'
import { sinceLast } from '../../core/since-last.ts'
import { readComponents } from './content-lines.ts'
import type { CalendarComponent } from './content-lines.ts'
import { eventId } from './event-line.ts'
import type { EventLine } from './event-line.ts'
import { occurrencesOf } from './occurrences.ts'
import type { Occurrence } from './occurrences.ts'
import { Unreadable } from './problem.ts'
import type { CalendarProblem } from './problem.ts'
import { STEPS_OF_CALENDAR } from './recurrence.ts'
import type { Steps } from './recurrence.ts'
import { readEvent } from './vevent.ts'
import type { CalendarEvent } from './vevent.ts'
import { calendarZones } from './zones.ts'
import type { CalendarZones } from './zones.ts'
import { DAY_MS } from '../../core/time/spans.ts'

export interface CalendarOptions {
  /** IANA zone of the city: of floating times and of whole days. */
  readonly cityZone: string
  /** When the text was received, ms since 1970 UTC. */
  readonly nowMs: number
  /** Rules are followed so far into the past. @default 30 */
  readonly pastDays?: number
  /** And so far ahead. @default 400 */
  readonly aheadDays?: number
  /** Occurrences of one rule. @default 1000 */
  readonly maxOccurrences?: number
  /** Put before each event_id, so that two feeds that use the same UIDs don't meet. @default '' */
  readonly idPrefix?: string
  /** Of events that don't say theirs. @default 'other' */
  readonly kind?: EventKind
  /** `all` of the last reading of the same calendar: what is as it was is not delivered again. */
  readonly previous?: readonly EventLine[]
  /** What the last reading had and this one has not is withdrawn, where this one could be read whole. @default false */
  readonly withdrawMissing?: boolean
}

export interface CalendarReading {
  /** To be delivered to the stream `events`. */
  readonly lines: readonly EventLine[]
  readonly problems: readonly CalendarProblem[]
  /** All that the calendar says now: the next reading's `previous`. */
  readonly all: readonly EventLine[]
  readonly counts: {
    /** VEVENTs of the file = taken + refused + held back. */
    readonly events: number
    readonly taken: number
    readonly refused: number
    /** Private ones. */
    readonly heldBack: number
    /** `lines`, and those that are as they were. */
    readonly delivered: number
    readonly unchanged: number
    /** Of those delivered: occurrences and events that are no more. */
    readonly withdrawn: number
  }
}

/** Characters of a calendar; a city's year of events has a million. */
const MAX_CHARS = 64 * 1024 * 1024
const MAX_EVENTS = 50_000
const MAX_LINES = 200_000
const MAX_PROBLEMS = 1_000
const AND_MORE: CalendarProblem = {
  line: null,
  message: 'there are more problems than these',
  isRefusal: false,
}

/**
 * The events of an iCalendar text (RFC 5545), each occurrence of a rule as one of its own. Pure: same text and options, same
 * lines. What can't be read is a problem with its line and the remedy; the other events are taken nevertheless, unless the
 * text as a whole is no calendar.
 */
export function eventsOfCalendar(text: string, options: CalendarOptions): CalendarReading {
  const reading = new Reading(options)
  try {
    if (text.length > MAX_CHARS)
      throw new Unreadable(
        null,
        `the calendar has ${text.length} characters; at most ${MAX_CHARS} are read: split it`,
      )
    for (const calendar of readComponents(text)) reading.add(calendar)
  } catch (error) {
    reading.refuse(error)
    return reading.nothing()
  }
  return reading.end()
}

class Reading {
  readonly #options: CalendarOptions
  readonly #problems: CalendarProblem[] = []
  readonly #lines = new Map<string, EventLine>()
  readonly #steps: Steps = { left: STEPS_OF_CALENDAR }
  #events = 0
  #refused = 0
  #heldBack = 0
  #isWhole = true

  constructor(options: CalendarOptions) {
    this.#options = options
  }

  add(calendar: CalendarComponent): void {
    if (calendar.name !== 'vcalendar')
      throw new Unreadable(calendar.line, `${calendar.name.toUpperCase()} stands where VCALENDAR should`)
    const { cityZone, nowMs, kind = 'other' } = this.#options
    const method = calendar.properties.find(({ name }) => name === 'method')?.values[0]
    const context = {
      zones: calendarZones(calendar, cityZone),
      nowMs,
      kind,
      isCancelled: String(method).toUpperCase() === 'CANCEL',
      note: (line: number, message: string) => this.#note(line, message),
    }
    for (const broken of unreadableIn(calendar)) this.#tell(broken, true)
    const groups = new Map<string, CalendarEvent[]>()
    for (const component of calendar.components) {
      if (component.name !== 'vevent') continue
      if (++this.#events > MAX_EVENTS)
        throw new Unreadable(component.line, `the calendar has more than ${MAX_EVENTS} events; split it`)
      if (isPrivate(component)) {
        this.#heldBack++
        continue
      }
      try {
        const event = readEvent(component, context)
        const key = event.uid ?? idWithoutUid(event)
        groups.set(key, [...(groups.get(key) ?? []), event])
      } catch (error) {
        this.refuse(error)
      }
    }
    for (const [uid, group] of groups) this.#addGroup(uid, group, context.zones)
  }

  #addGroup(uid: string, group: readonly CalendarEvent[], zones: CalendarZones): void {
    const { nowMs, pastDays = 30, aheadDays = 400, maxOccurrences = 1000 } = this.#options
    const bounds = { fromMs: nowMs - pastDays * DAY_MS, toMs: nowMs + aheadDays * DAY_MS, maxOccurrences }
    const { occurrences, isCut, refused } = occurrencesOf(group, zones, bounds, this.#steps)
    for (const error of refused) this.refuse(error)
    if (isCut) {
      this.#isWhole = false
      this.#note(
        group[0]?.line ?? null,
        `the event repeats more than ${maxOccurrences} times within the time that is looked at; the first ${maxOccurrences} are taken`,
      )
    }
    for (const occurrence of occurrences) this.#addLine(this.#lineOf(uid, occurrence), occurrence.event.line)
  }

  #lineOf(uid: string, { event, part, startMs, endMs, isGone }: Occurrence): EventLine {
    const { idPrefix = '' } = this.#options
    return {
      event_id: eventId(...(part === null ? [`${idPrefix}${uid}`] : [`${idPrefix}${uid}`, part])),
      updated_at: instant(event.updatedMs),
      ...event.common,
      starts_at: instant(startMs),
      ends_at: instant(endMs),
      ...(event.doorsMs === null ? {} : { doors_open_at: instant(startMs - event.doorsMs) }),
      ...(isGone ? { withdrawn: true } : {}),
    }
  }

  #addLine(line: EventLine, at: number): void {
    const known = this.#lines.get(line.event_id)
    if (known === undefined && this.#lines.size >= MAX_LINES) {
      if (this.#isWhole)
        this.#note(
          at,
          `the calendar gives more than ${MAX_LINES} occurrences; those from here on are left out`,
        )
      this.#isWhole = false
      return
    }
    // The same event twice: the newer one counts.
    if (known === undefined || known.updated_at < line.updated_at) this.#lines.set(line.event_id, line)
  }

  refuse(error: unknown): void {
    if (!(error instanceof Unreadable)) throw error
    this.#refused++
    this.#tell(error, true)
  }

  #note(line: number | null, message: string): void {
    this.#push({ line, message, isRefusal: false })
  }

  #tell({ line, message }: Unreadable, isRefusal: boolean): void {
    this.#isWhole &&= !isRefusal
    this.#push({ line, message, isRefusal })
  }

  #push(problem: CalendarProblem): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem)
    else if (this.#problems.length === MAX_PROBLEMS) this.#problems.push(AND_MORE)
  }

  nothing(): CalendarReading {
    const { previous = [] } = this.#options
    const counts = {
      events: this.#events,
      taken: 0,
      refused: this.#events,
      heldBack: 0,
      delivered: 0,
      unchanged: 0,
      withdrawn: 0,
    }
    return { lines: [], problems: this.#problems, all: previous, counts }
  }

  end(): CalendarReading {
    const { previous = [], withdrawMissing = false, nowMs } = this.#options
    if (this.#heldBack > 0) this.#note(null, `${this.#heldBack} events are marked private and were left out`)
    // An empty answer is more often a fault of its sender than the end of all events.
    const isEmpty = this.#lines.size === 0 && previous.length > 0
    if (isEmpty && withdrawMissing)
      this.#note(null, 'the calendar is empty now; nothing is withdrawn for that')
    const { lines, all, unchanged } = sinceLast([...this.#lines.values()], previous, {
      withdrawMissing: withdrawMissing && this.#isWhole && !isEmpty,
      nowMs,
      idOf: ({ event_id }) => event_id,
      isOver: ({ ends_at }) => Date.parse(ends_at) < nowMs,
    })
    return {
      lines,
      problems: this.#problems,
      all,
      counts: {
        events: this.#events,
        taken: this.#events - this.#refused - this.#heldBack,
        refused: this.#refused,
        heldBack: this.#heldBack,
        delivered: lines.length,
        unchanged,
        withdrawn: lines.filter(({ withdrawn }) => withdrawn === true).length,
      },
    }
  }
}

/** Lines that can't be read, but those that an event is refused for. */
function unreadableIn(component: CalendarComponent): Unreadable[] {
  const own = component.name === 'vevent' ? [] : component.unreadable
  return [...own, ...component.components.flatMap(unreadableIn)]
}

function isPrivate({ properties }: CalendarComponent): boolean {
  const said = properties.find(({ name }) => name === 'class')?.values[0]
  return said === 'PRIVATE' || said === 'CONFIDENTIAL'
}

/** Stays the same from reading to reading as long as its title and start do. */
function idWithoutUid({ common, startMs }: CalendarEvent): string {
  return `no-uid-${createHash('sha256').update(`${common.title}\n${startMs}`).digest('hex').slice(0, 24)}`
}

const instant = (ms: number) => new Date(ms).toISOString()
