import { DAY_MS, HOUR_MS } from './spans.ts'

/** An incident as far as its time goes: the instant and the offset that the city's clock had then. */
export interface TimedIncident {
  readonly startedAtMs: number
  /** Local time minus UTC, minutes. */
  readonly utcOffsetMin: number
}

/**
 * What the record knows of a day: `full`; `part` where it begins or ends on that day; `silent` where nothing was recorded, which says
 * nothing about the streets.
 */
export type DayCoverage = 'full' | 'part' | 'silent'

/** Which days the record covers, by local date. */
export interface Coverage {
  /** Days since 1970-01-01 of the first incident. */
  readonly firstDay: number
  /** One a day, up to the day of the last incident. */
  readonly days: readonly DayCoverage[]
}

/** A run of silent days, both ends included, days since 1970-01-01. */
export interface Gap {
  readonly fromDay: number
  readonly toDay: number
}

/** Days on either side whose counts tell how unlikely a run of days without any is. */
const AROUND_DAYS = 28
/** A run of empty days that chance would make less often is silence: about one false gap in a thousand runs. */
const CHANCE = 1e-3

/** Local date of an incident, days since 1970-01-01. */
export function localDayOf({ startedAtMs, utcOffsetMin }: TimedIncident): number {
  return Math.floor((startedAtMs + utcOffsetMin * 60_000) / DAY_MS)
}

/** Local hour of an incident, 0–23. */
export function localHourOf({ startedAtMs, utcOffsetMin }: TimedIncident): number {
  return Math.floor(
    (startedAtMs + utcOffsetMin * 60_000 - localDayOf({ startedAtMs, utcOffsetMin }) * DAY_MS) / HOUR_MS,
  )
}

/** 1 = Monday … 7 = Sunday, of days since 1970-01-01 (a Thursday). */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

/**
 * Which days the record covers. Give it every incident of the record, not a selection: a week without cyclists is no gap.
 *
 * A run of days without any incident is silent when its chance under the counts of the covered days around it (28 on either side)
 * is below 1 in 1,000, else the streets were quiet and the days are full. Days that border on silence or on the ends of the record
 * are `part`: it may have begun at noon.
 *
 * @param incidents in any order; none gives no days
 */
export function coverageOf(incidents: readonly TimedIncident[]): Coverage {
  if (incidents.length === 0) return { firstDay: 0, days: [] }
  let first = Infinity
  let last = -Infinity
  for (const incident of incidents) {
    const day = localDayOf(incident)
    first = Math.min(first, day)
    last = Math.max(last, day)
  }
  const counts = new Int32Array(last - first + 1)
  for (const incident of incidents) {
    const place = localDayOf(incident) - first
    counts[place] = (counts[place] ?? 0) + 1
  }
  return { firstDay: first, days: withEdges(silentDays(counts)) }
}

/** The runs of silent days, in order. */
export function gapsOf({ firstDay, days }: Coverage): Gap[] {
  const gaps: { fromDay: number; toDay: number }[] = []
  days.forEach((day, i) => {
    if (day !== 'silent') return
    const last = gaps.at(-1)
    if (last !== undefined && last.toDay === firstDay + i - 1) last.toDay++
    else gaps.push({ fromDay: firstDay + i, toDay: firstDay + i })
  })
  return gaps
}

/** What is known of one day; a day outside the record is silent. */
export function coverageAt({ firstDay, days }: Coverage, day: number): DayCoverage {
  return days[day - firstDay] ?? 'silent'
}

function silentDays(counts: Int32Array): boolean[] {
  const silent = Array.from(counts, () => false)
  for (let start = 0; start < counts.length; start++) {
    if (counts[start] !== 0) continue
    let end = start
    while (end + 1 < counts.length && counts[end + 1] === 0) end++
    const expected = meanAround(counts, start, end) * (end - start + 1)
    if (Math.exp(-expected) < CHANCE) silent.fill(true, start, end + 1)
    start = end
  }
  return silent
}

/** Mean of the days with incidents around an empty run; days without are left out, they may be silent themselves. */
function meanAround(counts: Int32Array, start: number, end: number): number {
  const around = [...counts.subarray(Math.max(0, start - AROUND_DAYS), start)]
  around.push(...counts.subarray(end + 1, end + 1 + AROUND_DAYS))
  const active = around.filter(count => count > 0)
  return active.reduce((sum, count) => sum + count, 0) / Math.max(1, around.length)
}

function withEdges(silent: readonly boolean[]): DayCoverage[] {
  return silent.map((isSilent, i) => {
    if (isSilent) return 'silent'
    return (silent[i - 1] ?? true) || (silent[i + 1] ?? true) ? 'part' : 'full'
  })
}
