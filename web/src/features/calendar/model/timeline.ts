import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../../src/serve/contract/spans.ts'
import { localDay, offsetMinutes } from '../../../analysis/local-time.ts'
import { clock } from '../../../ui/city-time.ts'
import { shortDate } from './happening-words.ts'
import type { Happening } from './happening.ts'

export const SPANS = ['day', 'week', 'month'] as const
export type Span = (typeof SPANS)[number]
const DAYS: Record<Span, number> = { day: 1, week: 7, month: 28 }

/** What the timeline shows: whole days of the city. */
export interface Range {
  /** Days since 1970 on the city's calendar. */
  readonly day: number
  readonly days: number
  readonly startMs: number
  readonly endMs: number
}

export interface Tick {
  readonly atMs: number
  /** From the left, 0–1. */
  readonly share: number
  readonly label: string
  /** Midnight, where more than one day is shown. */
  readonly major: boolean
  readonly weekend: boolean
}

export function spanOf(text: string | null): Span {
  return SPANS.find(span => span === text) ?? 'week'
}

/** From the day that the address names, else from today; `nowMs` decides what today is. */
export function rangeOf(span: Span, day: string | null, nowMs: number, timeZone: string): Range {
  const named = dayOf(day)
  return rangeFrom(named ?? localDay(nowMs, timeZone).day, DAYS[span], timeZone)
}

function rangeFrom(day: number, days: number, timeZone: string): Range {
  return { day, days, startMs: midnightMs(day, timeZone), endMs: midnightMs(day + days, timeZone) }
}

/** The day that the address says for a range which begins `by` spans later; null is today. */
export function dayText(range: Range, by: number, nowMs: number, timeZone: string): string | null {
  const day = range.day + by * range.days
  if (day === localDay(nowMs, timeZone).day) return null
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

function dayOf(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const ms = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(ms) ? null : ms / DAY_MS
}

/** When a day of the city begins. Where clocks are put forward at midnight it is the first instant of the day. */
export function midnightMs(day: number, timeZone: string): number {
  const wallMs = day * DAY_MS
  const guess = wallMs - offsetMinutes(wallMs, timeZone) * MINUTE_MS
  const exact = wallMs - offsetMinutes(guess, timeZone) * MINUTE_MS
  return localDay(exact, timeZone).day < day ? exact + HOUR_MS : exact
}

/** Hours of a day, else days; labels that stand closer than readers can tell are left out by the page's width alone. */
export function ticksOf(range: Range, timeZone: string): Tick[] {
  const share = (atMs: number) => (atMs - range.startMs) / (range.endMs - range.startMs)
  if (range.days === 1) {
    const hours = Math.round((range.endMs - range.startMs) / HOUR_MS)
    return Array.from({ length: Math.ceil(hours / 3) }, (_, i) => {
      const atMs = range.startMs + i * 3 * HOUR_MS
      return { atMs, share: share(atMs), label: clock(atMs, timeZone), major: false, weekend: false }
    })
  }
  return Array.from({ length: range.days }, (_, i) => {
    const atMs = midnightMs(range.day + i, timeZone)
    const { weekend } = localDay(atMs + 12 * HOUR_MS, timeZone)
    const [name = '', number = ''] = shortDate(atMs + 12 * HOUR_MS, timeZone).split(' ')
    return {
      atMs,
      share: share(atMs),
      label: range.days > 7 ? number : `${name} ${number}`,
      major: true,
      weekend,
    }
  })
}

export interface Bar {
  /** From the left and wide, 0–1 of the range. */
  readonly left: number
  readonly width: number
  /** It began before the range, or lasts beyond it. */
  readonly cutLeft: boolean
  readonly cutRight: boolean
}

/** Where it stands in the range; null when it does not touch it. */
export function barOf({ startMs, endMs }: Pick<Happening, 'startMs' | 'endMs'>, range: Range): Bar | null {
  if (startMs >= range.endMs || endMs <= range.startMs) return null
  const wide = range.endMs - range.startMs
  const left = Math.max(0, startMs - range.startMs) / wide
  const right = Math.min(wide, endMs - range.startMs) / wide
  return { left, width: right - left, cutLeft: startMs < range.startMs, cutRight: endMs > range.endMs }
}

/** Where now is, 0–1; null when it is not in the range. */
export function nowShare(range: Range, nowMs: number): number | null {
  return nowMs < range.startMs || nowMs >= range.endMs
    ? null
    : (nowMs - range.startMs) / (range.endMs - range.startMs)
}

/** Those that touch the range and are of the chosen kinds; what counts for the whole city first, then by time. */
export function rowsIn(
  happenings: readonly Happening[],
  range: Range,
  kinds: ReadonlySet<string> | null,
): Happening[] {
  return happenings
    .filter(each => !each.twin && barOf(each, range) !== null && (kinds === null || kinds.has(each.type)))
    .sort(
      (a, b) =>
        Number(b.cityWide) - Number(a.cityWide) || a.startMs - b.startMs || a.title.localeCompare(b.title),
    )
}

/** How many of each kind touch the range, in the order of first sight. */
export function kindCounts(happenings: readonly Happening[], range: Range): Map<string, number> {
  const counts = new Map<string, number>()
  for (const each of happenings)
    if (!each.twin && barOf(each, range) !== null) counts.set(each.type, (counts.get(each.type) ?? 0) + 1)
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)))
}

/** Kinds of the address; null shows all. */
export function kindsOf(text: string | null): ReadonlySet<string> | null {
  const named = (text ?? '').split(',').filter(Boolean)
  return named.length === 0 ? null : new Set(named)
}

/** What the address says when one kind is chosen or let go. */
export function switchKind(text: string | null, kind: string): string | null {
  const kinds = new Set(kindsOf(text))
  if (!kinds.delete(kind)) kinds.add(kind)
  return kinds.size === 0 ? null : [...kinds].sort().join(',')
}
