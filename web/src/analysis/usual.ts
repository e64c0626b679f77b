import { localDay } from './local-time.ts'
import { quantile, timeOf, type Point, type Series } from './series.ts'

/** Fewer earlier days than this make no "usual". */
export const USUAL_MIN_DAYS = 3
/** Quartiles of fewer days would be the days themselves. */
const BAND_MIN_DAYS = 4

export interface Usual {
  readonly middle: readonly (number | null)[]
  /** Lower and upper quartile; null where too few days were measured. */
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
  /** Days that the newest slot's rests on. */
  readonly days: number
  /** The middle at any instant; null beside a time of day that too few days measured. */
  readonly at: (atMs: number) => number | null
}

interface Bucket {
  readonly days: Set<number>
  readonly values: number[]
}

interface Profile {
  readonly days: number
  readonly middle: readonly (number | null)[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

/**
 * What is usual for each slot of `target`: the median over earlier days of the same kind (working day or weekend, each
 * slot by its own day) at the same local time. Where there are too few days of the kind, all days count. Null when
 * there are fewer than three.
 *
 * @param points   earlier measurements, in any order; one a slot of `stepMin` minutes at most
 * @param stepMin  length of their slots, min; between the slots' middles the usual is interpolated
 */
export function usualFor(
  target: Series,
  points: readonly Point[],
  stepMin: number,
  timeZone: string,
): Usual | null {
  if (target.values.length === 0) return null
  const earlier = points.filter(point => point.value !== null)
  if (countDays(earlier, timeZone) < USUAL_MIN_DAYS) return null
  const kinds = [false, true].map(weekend => profileOf(kindOf(earlier, weekend, timeZone), stepMin, timeZone))
  const read = (atMs: number, which: 'middle' | 'low' | 'high') => {
    const { minute, weekend } = localDay(atMs, timeZone)
    // The middle of a window may lie within a minute.
    const within = minute + (atMs % 60_000) / 60_000
    return between(kinds[weekend ? 1 : 0]?.[which] ?? [], stepMin, within)
  }
  const over = (which: 'middle' | 'low' | 'high') =>
    target.values.map((_, slot) => read(timeOf(target, slot) + target.stepMs / 2, which))
  const newest = localDay(timeOf(target, target.values.length - 1), timeZone)
  return {
    middle: over('middle'),
    low: over('low'),
    high: over('high'),
    days: kinds[newest.weekend ? 1 : 0]?.days ?? 0,
    at: atMs => read(atMs, 'middle'),
  }
}

/** Points of working days or of weekends; all of them where those are of too few days. */
function kindOf(points: readonly Point[], weekend: boolean, timeZone: string): readonly Point[] {
  const same = points.filter(point => localDay(point.atMs, timeZone).weekend === weekend)
  return countDays(same, timeZone) >= USUAL_MIN_DAYS ? same : points
}

function profileOf(points: readonly Point[], stepMin: number, timeZone: string): Profile {
  const buckets = bucketsOf(points, stepMin, timeZone)
  const at = (share: number, minDays: number) =>
    buckets.map(bucket => (bucket.days.size >= minDays ? quantile(bucket.values, share) : null))
  return {
    days: countDays(points, timeZone),
    middle: at(0.5, USUAL_MIN_DAYS),
    low: at(0.25, BAND_MIN_DAYS),
    high: at(0.75, BAND_MIN_DAYS),
  }
}

function bucketsOf(points: readonly Point[], stepMin: number, timeZone: string): Bucket[] {
  const buckets = Array.from({ length: Math.ceil(1440 / stepMin) }, (): Bucket => ({
    days: new Set(),
    values: [],
  }))
  for (const { atMs, value } of points) {
    const { minute, day } = localDay(atMs, timeZone)
    const bucket = buckets[Math.floor(minute / stepMin)]
    if (bucket === undefined || value === null) continue
    bucket.days.add(day)
    bucket.values.push(value)
  }
  return buckets
}

/**
 * Between the middles of two buckets, around midnight too. Null beside a bucket without a value: what one neighbour
 * has says nothing of the time between. On a middle itself only that bucket counts.
 *
 * @param values one a bucket of `stepMin` minutes of the day
 * @param minute of the day, 0 to 1440
 */
export function between(values: readonly (number | null)[], stepMin: number, minute: number): number | null {
  const place = minute / stepMin - 0.5
  const share = place - Math.floor(place)
  const before = (Math.floor(place) + values.length) % values.length
  const after = (before + 1) % values.length
  const [a, b] = [values[before] ?? null, values[after] ?? null]
  if (share === 0) return a
  if (a === null || b === null) return null
  return a + (b - a) * share
}

function countDays(points: readonly Point[], timeZone: string): number {
  return new Set(points.map(point => localDay(point.atMs, timeZone).day)).size
}
