import type { IncidentOverview } from '../../../../../src/serve/contract/index.ts'
import { DAY_MS } from '../../../../../src/serve/contract/spans.ts'
import { count } from '../../../ui/format.ts'
import { dayWords } from './words.ts'

type Day = IncidentOverview['days'][number]

/** A mean over a week evens the weekdays out; of fewer measured days there is none. */
const WEEK = 7
const LEAST_OF_WEEK = 4

/** Days that are meant, both ends included; the record ends where it ends. */
export function daysWithin(days: readonly Day[], from: string | null, to: string | null): readonly Day[] {
  return days.filter(({ day }) => (from === null || day >= from) && (to === null || day <= to))
}

/** Mean of the week around each day, of its days with data; null in a gap and where too few have any. */
export function weeklyMean(days: readonly Day[]): (number | null)[] {
  const half = Math.floor(WEEK / 2)
  return days.map(({ incidents }, i) => {
    if (incidents === null) return null
    const known = days
      .slice(Math.max(0, i - half), i + half + 1)
      .flatMap(day => (day.incidents === null ? [] : [day.incidents]))
    return known.length < LEAST_OF_WEEK ? null : known.reduce((sum, each) => sum + each, 0) / known.length
  })
}

export interface Gap {
  readonly from: string
  readonly to: string
  readonly days: number
}

/** Runs of days of which the record has nothing. */
export function gapsOf(days: readonly Day[]): Gap[] {
  const gaps: Gap[] = []
  for (const { day, incidents } of days) {
    if (incidents !== null) continue
    const last = gaps.at(-1)
    if (last !== undefined && Date.parse(day) - Date.parse(last.to) === DAY_MS)
      gaps[gaps.length - 1] = { from: last.from, to: day, days: last.days + 1 }
    else gaps.push({ from: day, to: day, days: 1 })
  }
  return gaps
}

/** One line for those who do not see the gaps. */
export function gapWords(gaps: readonly Gap[]): string | null {
  const long = gaps.toSorted((a, b) => b.days - a.days).slice(0, 3)
  const [first] = long
  if (first === undefined) return null
  const named = long.map(({ from, to, days }) =>
    days === 1 ? dayWords(from) : `${dayWords(from)} – ${dayWords(to)}`,
  )
  const more = gaps.length - long.length
  return `No data: ${named.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`
}

/** "4 May 2018: 14 incidents" */
export function dayLabel({ day, incidents }: Day): string {
  if (incidents === null) return `${dayWords(day)}: no data`
  return `${dayWords(day)}: ${incidents === 1 ? '1 incident' : `${count(incidents)} incidents`}`
}

/** The years of the record, newest first. */
export function yearsOf(days: readonly Day[]): string[] {
  return [...new Set(days.map(({ day }) => day.slice(0, 4)))].reverse()
}

/** The day at a share of the line, 0 … 1. */
export function dayAt(days: readonly Day[], share: number): number {
  return Math.min(days.length - 1, Math.max(0, Math.floor(share * days.length)))
}

/** The two ends of what was drawn over, as the address holds them; null for all of it. */
export function brushed(
  days: readonly Day[],
  one: number,
  other: number,
): { readonly from: string | null; readonly to: string | null } {
  const [first, last] = [Math.min(one, other), Math.max(one, other)]
  if (first <= 0 && last >= days.length - 1) return { from: null, to: null }
  return { from: days[first]?.day ?? null, to: days[last]?.day ?? null }
}

/** Bars of a strip over all of the record: the mean a day of each of `most` even spans; null where none has data. */
export function stripOf(days: readonly Day[], most: number): (number | null)[] {
  const size = Math.max(1, Math.ceil(days.length / most))
  return Array.from({ length: Math.ceil(days.length / size) }, (_, i) => {
    const known = days.slice(i * size, (i + 1) * size).flatMap(day => day.incidents ?? [])
    return known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0) / known.length
  })
}
