import type { SitePartial } from '../../core/live.ts'
import type { LiveSite } from '../contract/index.ts'
import { delayGrade } from '../../core/traffic/delay-grades.ts'
import { MINUTE_MS } from '../../core/time/spans.ts'

/** Minutes of a site's window, its newest one included. */
export const WINDOW_MINUTES = 5

type Bucket = { -readonly [K in Exclude<keyof SitePartial, 'site'>]: SitePartial[K] }

/** The last five minutes of one site, counted back from the newest minute of that site itself. */
export class SiteWindow {
  readonly id: string
  #buckets: Bucket[] = []

  constructor(id: string) {
    this.id = id
  }

  /** measured_at of the newest reading, ms since 1970 UTC. */
  get atMs(): number {
    return this.#buckets.reduce((newest, bucket) => Math.max(newest, bucket.lastAtMs), -Infinity)
  }

  /** Adds a partial; false when it is older than the window and changes nothing. */
  add(partial: SitePartial): boolean {
    const newest = this.#buckets.reduce((at, bucket) => Math.max(at, bucket.minuteMs), partial.minuteMs)
    const oldest = newest - (WINDOW_MINUTES - 1) * MINUTE_MS
    if (partial.minuteMs < oldest) return false
    this.#buckets = this.#buckets.filter(bucket => bucket.minuteMs >= oldest)
    const bucket = this.#buckets.find(({ minuteMs }) => minuteMs === partial.minuteMs)
    if (bucket === undefined) this.#buckets.push({ ...partial })
    else merge(bucket, partial)
    return true
  }

  totals(): Totals {
    return this.#buckets.reduce(addTotals, NO_TOTALS)
  }

  view(): LiveSite {
    const { vehicles, speedSum, speedWeight, waitSumS, waitCount, occupancySum, occupancyCount } =
      this.totals()
    const newest = this.#buckets.reduce<Bucket | null>(
      (last, bucket) => (last === null || bucket.lastAtMs > last.lastAtMs ? bucket : last),
      null,
    )
    const waitS = mean(waitSumS, waitCount, 1)
    return {
      id: this.id,
      at: newest?.lastAtMs ?? 0,
      vehicles,
      speedKmh: mean(speedSum, speedWeight, 2),
      waitS,
      queueVeh: this.#buckets.reduce<number | null>(
        (most, bucket) => greater(most, bucket.maxQueueVeh),
        null,
      ),
      occupancy: mean(occupancySum, occupancyCount, 4),
      grade: waitCount > 0 ? delayGrade(waitSumS / waitCount) : null,
      signal: newest?.signal ?? null,
    }
  }
}

export type Totals = Pick<
  SitePartial,
  'vehicles' | 'speedSum' | 'speedWeight' | 'waitSumS' | 'waitCount' | 'occupancySum' | 'occupancyCount'
>

export const NO_TOTALS: Totals = {
  vehicles: null,
  speedSum: 0,
  speedWeight: 0,
  waitSumS: 0,
  waitCount: 0,
  occupancySum: 0,
  occupancyCount: 0,
}

export function addTotals(a: Totals, b: Totals): Totals {
  return {
    vehicles: sum(a.vehicles, b.vehicles),
    speedSum: a.speedSum + b.speedSum,
    speedWeight: a.speedWeight + b.speedWeight,
    waitSumS: a.waitSumS + b.waitSumS,
    waitCount: a.waitCount + b.waitCount,
    occupancySum: a.occupancySum + b.occupancySum,
    occupancyCount: a.occupancyCount + b.occupancyCount,
  }
}

/** Null when nothing was weighed; rounded to the digits that are known. */
export function mean(total: number, weight: number, digits: number): number | null {
  return weight > 0 ? Number((total / weight).toFixed(digits)) : null
}

function merge(bucket: Bucket, partial: SitePartial): void {
  Object.assign(bucket, addTotals(bucket, partial))
  bucket.readings += partial.readings
  bucket.maxQueueVeh = greater(bucket.maxQueueVeh, partial.maxQueueVeh)
  if (partial.lastAtMs >= bucket.lastAtMs) {
    bucket.lastAtMs = partial.lastAtMs
    bucket.signal = partial.signal
  }
}

function sum(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : a + b
}

function greater(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.max(a, b)
}
