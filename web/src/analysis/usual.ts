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
  /** Days it rests on. */
  readonly days: number
}

interface Bucket {
  readonly days: Set<number>
  readonly values: number[]
}

/**
 * What is usual for each slot of `target`: the median over earlier days of the same kind (working day or weekend) at
 * the same local time. Where there are too few days of the kind, all days count. Null when there are fewer than three.
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
  const { minute, weekend } = localDay(timeOf(target, target.values.length - 1), timeZone)
  const earlier = points.filter(point => point.value !== null)
  const sameKind = earlier.filter(point => localDay(point.atMs, timeZone).weekend === weekend)
  const chosen = countDays(sameKind, timeZone) >= USUAL_MIN_DAYS ? sameKind : earlier
  const days = countDays(chosen, timeZone)
  if (days < USUAL_MIN_DAYS || Number.isNaN(minute)) return null

  const buckets = bucketsOf(chosen, stepMin, timeZone)
  const profile = (share: number, minDays: number) =>
    buckets.map(bucket => (bucket.days.size >= minDays ? quantile(bucket.values, share) : null))
  const at = (values: readonly (number | null)[]) =>
    target.values.map((_, slot) =>
      between(values, stepMin, localDay(timeOf(target, slot) + target.stepMs / 2, timeZone).minute),
    )
  return {
    middle: at(profile(0.5, USUAL_MIN_DAYS)),
    low: at(profile(0.25, BAND_MIN_DAYS)),
    high: at(profile(0.75, BAND_MIN_DAYS)),
    days,
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

/** Between the middles of two buckets, around midnight too; null beside a bucket without a value. */
function between(values: readonly (number | null)[], stepMin: number, minute: number): number | null {
  const place = minute / stepMin - 0.5
  const before = (Math.floor(place) + values.length) % values.length
  const after = (before + 1) % values.length
  const [a, b] = [values[before] ?? null, values[after] ?? null]
  if (a === null || b === null) return a ?? b
  return a + (b - a) * (place - Math.floor(place))
}

function countDays(points: readonly Point[], timeZone: string): number {
  return new Set(points.map(point => localDay(point.atMs, timeZone).day)).size
}
