import { UsageError } from '../errors.ts'
import { CARRIED_FROM_YEAR, CARRIED_TO_YEAR, carriedZone } from './carried-zones.ts'
import type { CarriedZone } from './carried-zones.ts'
import { DAY_MS } from './spans.ts'

/**
 * A time zone with the offsets it has been asked for so far. Same answers always; only the caches inside grow
 * (one page a year), so one `Zone` serves a whole process.
 */
export class Zone {
  readonly name: string
  readonly #format: Intl.DateTimeFormat
  readonly #years = new Map<number, YearOffsets>()
  readonly #carried: CarriedZone | null
  /** The run of constant offset asked for last, [start, end) in UTC ms: most calls end here. */
  spanStartMs = 0
  spanEndMs = 0
  spanOffsetMs = 0

  constructor(name: string) {
    this.name = name
    this.#format = formatter(name)
    this.#carried = carriedZone(name)
  }

  /** Moves the span to the one that holds this instant. A span ends at the latest with its UTC year. */
  seek(utcMs: number): void {
    const year = new Date(utcMs).getUTCFullYear()
    const page = this.year(year)
    let i = page.startsMs.length - 1
    while (i > 0 && (page.startsMs[i] ?? 0) > utcMs) i--
    this.spanStartMs = page.startsMs[i] ?? 0
    this.spanEndMs = page.startsMs[i + 1] ?? startOfYearMs(year + 1)
    this.spanOffsetMs = page.offsetsMs[i] ?? 0
  }

  year(year: number): YearOffsets {
    let page = this.#years.get(year)
    if (page === undefined) {
      page =
        this.#carried !== null && year >= CARRIED_FROM_YEAR && year <= CARRIED_TO_YEAR
          ? carriedYear(this.#carried, year)
          : offsetsOfYear(year, utcMs => slowOffsetMs(this.#format, utcMs))
      this.#years.set(year, page)
    }
    return page
  }
}

/** Runs of constant offset within a UTC year, in order; the first starts with the year. */
export interface YearOffsets {
  readonly startsMs: readonly number[]
  readonly offsetsMs: readonly number[]
}

export interface ZoneTransition {
  /** First instant of the new offset, ms since 1970 UTC. */
  readonly atMs: number
  readonly beforeMinutes: number
  readonly afterMinutes: number
}

const zones = new Map<string, Zone>()

/** A year's offsets by the runtime's zone data alone, to compare. */
export function runtimeOffsetsOfYear(zone: string, year: number): YearOffsets {
  const format = formatter(zone)
  return offsetsOfYear(year, utcMs => slowOffsetMs(format, utcMs))
}

/**
 * The zone of this IANA name (`America/New_York`) or fixed offset (`+05:30`). Of named zones the data this program carries
 * count from 2000 to 2037, so that it says the same whatever Node it runs on; else the runtime's.
 * @throws {UsageError} for a name the runtime does not know
 */
export function zoneOffsets(zone: string): Zone {
  let known = zones.get(zone)
  if (known === undefined) {
    known = new Zone(zone)
    zones.set(zone, known)
  }
  return known
}

/** Local time minus UTC at this instant, ms. NaN outside the range of `Date`. */
export function offsetMsAt(zone: Zone, utcMs: number): number {
  if (utcMs >= zone.spanStartMs && utcMs < zone.spanEndMs) return zone.spanOffsetMs
  if (Number.isNaN(new Date(utcMs).getTime())) return NaN
  zone.seek(utcMs)
  return zone.spanOffsetMs
}

/** Local time minus UTC at this instant, minutes (−240 for New York in summer). */
export function offsetMinutesAt(zone: Zone, utcMs: number): number {
  return offsetMsAt(zone, utcMs) / 60_000
}

/** The changes of offset with `fromMs <= atMs < toMs`, in order. */
export function zoneTransitions(zone: Zone, fromMs: number, toMs: number): ZoneTransition[] {
  const found: ZoneTransition[] = []
  const lastYear = new Date(toMs).getUTCFullYear()
  for (let year = new Date(fromMs).getUTCFullYear(); year <= lastYear; year++) {
    const { startsMs, offsetsMs } = zone.year(year)
    startsMs.forEach((atMs, i) => {
      if (atMs < fromMs || atMs >= toMs) return
      // The first run of a year starts with it whether or not the offset changes there.
      const beforeMs = i > 0 ? (offsetsMs[i - 1] ?? 0) : (zone.year(year - 1).offsetsMs.at(-1) ?? 0)
      const afterMs = offsetsMs[i] ?? 0
      if (beforeMs !== afterMs) {
        found.push({ atMs, beforeMinutes: beforeMs / 60_000, afterMinutes: afterMs / 60_000 })
      }
    })
  }
  return found
}

function formatter(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch (cause) {
    throw new UsageError(
      `time zone "${zone}" is unknown here; use an IANA name such as America/New_York, or UTC`,
      { cause },
    )
  }
}

function carriedYear({ startsMs, offsetsMs }: CarriedZone, year: number): YearOffsets {
  const startMs = startOfYearMs(year)
  const endMs = startOfYearMs(year + 1)
  const first = startsMs.findLastIndex(atMs => atMs <= startMs)
  const later = startsMs.flatMap((atMs, i) => (atMs > startMs && atMs < endMs ? [i] : []))
  return {
    startsMs: [startMs, ...later.map(i => startsMs[i] ?? NaN)],
    offsetsMs: [first, ...later].map(i => offsetsMs[i] ?? NaN),
  }
}

/** Days are looked at one by one (no zone ever changed twice within one), and a change is then found to the second. */
function offsetsOfYear(year: number, offsetAt: (utcMs: number) => number): YearOffsets {
  const startMs = startOfYearMs(year)
  const endMs = startOfYearMs(year + 1)
  const startsMs = [startMs]
  const offsetsMs = [offsetAt(startMs)]
  for (let fromMs = startMs; fromMs < endMs; fromMs += DAY_MS) {
    const toMs = Math.min(fromMs + DAY_MS, endMs - 1000)
    const before = offsetsMs.at(-1)
    const after = offsetAt(toMs)
    if (after === before) continue
    startsMs.push(firstSecondOf(after, fromMs, toMs, offsetAt))
    offsetsMs.push(after)
  }
  return { startsMs, offsetsMs }
}

/** Halves (fromMs, toMs] until the first whole second with the offset `after` is found. */
function firstSecondOf(
  after: number,
  fromMs: number,
  toMs: number,
  offsetAt: (utcMs: number) => number,
): number {
  let low = fromMs / 1000
  let high = toMs / 1000
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle * 1000) === after) high = middle
    else low = middle
  }
  return high * 1000
}

function slowOffsetMs(format: Intl.DateTimeFormat, utcMs: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {}
  for (const { type, value } of format.formatToParts(utcMs)) part[type] = value
  const eraYear = Number(part.year)
  const local = new Date(0)
  local.setUTCFullYear(
    part.era?.startsWith('B') === true ? 1 - eraYear : eraYear,
    Number(part.month) - 1,
    Number(part.day),
  )
  local.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second))
  return local.getTime() - Math.floor(utcMs / 1000) * 1000
}

function startOfYearMs(year: number): number {
  return new Date(0).setUTCFullYear(year, 0, 1)
}
