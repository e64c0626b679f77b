import type { LiveBatch, SitePartial } from '../../core/live.ts'

/** Partial sums as they cross between threads: numbers in one array, because thousands of objects are slow to copy. */
export interface PackedLive {
  /** Each site once; the numbers refer to it by its place here. */
  readonly sites: string[]
  /** `FIELDS` numbers a partial: index of its site, then as below; NaN for null. */
  readonly numbers: Float64Array<ArrayBuffer>
  readonly readings: number
}

const FIELDS = 13
const SIGNALS = [null, 'red', 'yellow', 'green'] as const

export function packLive({ partials, readings }: LiveBatch): PackedLive {
  const numbers = new Float64Array(partials.length * FIELDS)
  const indexOf = new Map<string, number>()
  let at = 0
  for (const partial of partials) {
    let site = indexOf.get(partial.site)
    if (site === undefined) {
      site = indexOf.size
      indexOf.set(partial.site, site)
    }
    numbers[at] = site
    numbers[at + 1] = partial.minuteMs
    numbers[at + 2] = partial.readings
    numbers[at + 3] = partial.vehicles ?? NaN
    numbers[at + 4] = partial.speedSum
    numbers[at + 5] = partial.speedWeight
    numbers[at + 6] = partial.waitSumS
    numbers[at + 7] = partial.waitCount
    numbers[at + 8] = partial.occupancySum
    numbers[at + 9] = partial.occupancyCount
    numbers[at + 10] = partial.maxQueueVeh ?? NaN
    numbers[at + 11] = partial.lastAtMs
    numbers[at + 12] = SIGNALS.indexOf(partial.signal)
    at += FIELDS
  }
  return { sites: [...indexOf.keys()], numbers, readings }
}

export function unpackLive({ sites, numbers, readings }: PackedLive): LiveBatch {
  const partials: SitePartial[] = []
  for (let at = 0; at < numbers.length; at += FIELDS) {
    const number = (field: number) => numbers[at + field] ?? 0
    const nullable = (field: number) => (Number.isNaN(number(field)) ? null : number(field))
    partials.push({
      site: sites[number(0)] ?? '',
      minuteMs: number(1),
      readings: number(2),
      vehicles: nullable(3),
      speedSum: number(4),
      speedWeight: number(5),
      waitSumS: number(6),
      waitCount: number(7),
      occupancySum: number(8),
      occupancyCount: number(9),
      maxQueueVeh: nullable(10),
      lastAtMs: number(11),
      signal: SIGNALS[number(12)] ?? null,
    })
  }
  return { partials, readings }
}
