import ICAL from 'ical.js'
import { quoted, Unreadable } from './problem.ts'

/** A property of a component, unfolded, with the line of the file it begins on. */
export interface ContentLine {
  readonly line: number
  /** In lower case. */
  readonly name: string
  readonly params: Readonly<Record<string, string | readonly string[]>>
  /** iCalendar's type of the values, e.g. `date-time`. */
  readonly type: string
  /** As jCal has them (RFC 7265): `2026-07-04T19:30:00Z` for an instant. */
  readonly values: readonly unknown[]
}

export interface CalendarComponent {
  /** In lower case, e.g. `vevent`. */
  readonly name: string
  readonly line: number
  readonly properties: readonly ContentLine[]
  readonly components: readonly CalendarComponent[]
  /** Lines in it that can't be read. */
  readonly unreadable: readonly Unreadable[]
}

/** Components within components: VALARM in VEVENT in VCALENDAR is three. */
const MAX_DEPTH = 8
/** A longer line holds a picture at best. */
const MAX_LINE_CHARS = 1_000_000

interface Building {
  readonly name: string
  readonly line: number
  readonly properties: ContentLine[]
  readonly components: CalendarComponent[]
  readonly unreadable: Unreadable[]
}

/**
 * The calendars of a text (RFC 5545). Lines that can't be read are kept with the component they stand in.
 * @throws {Unreadable} where the text is no calendar, or its BEGIN and END don't fit: nothing in it can be trusted then
 */
export function readComponents(text: string): CalendarComponent[] {
  const root: Building = { name: '', line: 0, properties: [], components: [], unreadable: [] }
  const open: Building[] = [root]
  let seen = false
  for (const { line, text: content } of unfolded(text)) {
    const inner = open.at(-1) ?? root
    const marker = /^(BEGIN|END):\s*([\w-]+)\s*$/i.exec(content)
    if (!seen && !/^BEGIN:\s*VCALENDAR\s*$/i.test(content)) throw noCalendar(line, content)
    seen = true
    if (marker === null) {
      if (inner === root)
        throw new Unreadable(
          line,
          `${quoted(content)} stands outside BEGIN:VCALENDAR … END:VCALENDAR; take it away or move it inside`,
        )
      readInto(inner, line, content)
    } else if (marker[1]?.toUpperCase() === 'BEGIN') {
      if (open.length > MAX_DEPTH)
        throw new Unreadable(line, `components are nested deeper than ${MAX_DEPTH}; an END is missing above`)
      open.push({
        name: (marker[2] ?? '').toLowerCase(),
        line,
        properties: [],
        components: [],
        unreadable: [],
      })
    } else {
      close(open, line, (marker[2] ?? '').toLowerCase())
    }
  }
  const left = open.at(-1)
  if (left !== undefined && left !== root) {
    throw new Unreadable(
      left.line,
      `BEGIN:${left.name.toUpperCase()} has no END; the file was probably cut off: fetch or export it again`,
    )
  }
  if (!seen) throw new Unreadable(null, 'the file is empty; a calendar begins with BEGIN:VCALENDAR')
  return root.components
}

function close(open: Building[], line: number, name: string): void {
  const ended = open.length > 1 ? open.pop() : undefined
  if (ended?.name !== name) {
    const wanted =
      ended === undefined
        ? 'nothing is open here'
        : `BEGIN:${ended.name.toUpperCase()} of line ${ended.line} must end first`
    throw new Unreadable(line, `END:${name.toUpperCase()} does not fit: ${wanted}`)
  }
  open.at(-1)?.components.push(ended)
}

function readInto(inner: Building, line: number, content: string): void {
  try {
    inner.properties.push(readLine(line, content))
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    inner.unreadable.push(error)
  }
}

function readLine(line: number, content: string): ContentLine {
  if (content.length > MAX_LINE_CHARS)
    throw new Unreadable(line, 'the line is longer than a million characters; take the attachment out')
  if (!/^[\w-]+[;:]/.test(content)) {
    throw new Unreadable(
      line,
      `${quoted(content)} is no property (NAME:value); a line that goes on from the one above begins with a space`,
    )
  }
  try {
    const [name, params, type, ...values] = ICAL.parse.property(content) as [
      string,
      Record<string, string | string[]>,
      string,
      ...unknown[],
    ]
    return { line, name, params, type, values }
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split(' in ', 1)[0] ?? '') : String(cause)
    const remedy = /^RRULE/i.test(content)
      ? 'correct that part of the rule, or take it away'
      : 'write it as NAME;PARAMETER=value:value'
    throw new Unreadable(line, `${quoted(content)} can't be read (${reason}); ${remedy}`)
  }
}

function noCalendar(line: number, content: string): Unreadable {
  const guess = content.trimStart().startsWith('<')
    ? 'it looks like a web page: take the address of the .ics file itself'
    : 'a calendar begins with BEGIN:VCALENDAR'
  return new Unreadable(line, `${quoted(content)} begins no calendar; ${guess}`)
}

/** Lines with their continuations; blank ones, which some writers leave, are passed over. */
function* unfolded(text: string): Generator<{ line: number; text: string }> {
  let first = 0
  let parts: string[] = []
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  for (const [i, line] of lines.entries()) {
    if ((line.startsWith(' ') || line.startsWith('\t')) && parts.length > 0) {
      parts.push(line.slice(1))
      continue
    }
    if (parts.length > 0) yield { line: first, text: parts.join('') }
    parts = line.trim() === '' ? [] : [line]
    first = i + 1
  }
  if (parts.length > 0) yield { line: first, text: parts.join('') }
}
