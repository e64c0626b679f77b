import type { LiveBatch, SitePartial } from '../../core/live.ts'
import type { Enriched } from './enriched.ts'
import type { Scanner } from './scan/index.ts'
import { MINUTE_MS } from '../../core/time/spans.ts'

/** Only the newest minutes of a batch are news; a replay of years would else send them all. */
const KEPT_MINUTES = 15
/** And of these the newest of each site: the live page looks no further back. */
const SITE_MINUTES = 5
const SIGNALS = [null, 'red', 'yellow', 'green'] as const

/** Sums per site and minute of each site's newest minutes among the selected readings. */
export function sitePartials(rows: Enriched, scanner: Scanner, selection: Uint32Array): LiveBatch {
  const { site, timeMs } = rows.columns
  // Minutes count from 1, so that 0 says that nothing was met.
  const newestOf = new Uint32Array(scanner.places.size)
  let newest = 0
  for (let i = 0; i < selection.length; i++) {
    const row = selection[i] ?? 0
    const minute = minuteOf(timeMs[row] ?? 0)
    if (minute > (newestOf[site[row] ?? 0] ?? 0)) newestOf[site[row] ?? 0] = minute
    if (minute > newest) newest = minute
  }
  const sums: (Sum | undefined)[] = []
  const found: Sum[] = []
  for (let i = 0; i < selection.length; i++) {
    const row = selection[i] ?? 0
    const time = timeMs[row] ?? 0
    const siteId = site[row] ?? 0
    const minute = minuteOf(time)
    if (minute <= newest - KEPT_MINUTES || minute <= (newestOf[siteId] ?? 0) - SITE_MINUTES) continue
    const key = siteId * SITE_MINUTES + (minute % SITE_MINUTES)
    let sum = sums[key]
    if (sum === undefined) {
      sum = emptySum(siteId, (minute - 1) * MINUTE_MS)
      sums[key] = sum
      found.push(sum)
    }
    add(sum, rows, row, time)
  }
  const partials = found.map(sum => finish(sum, scanner.places.text(sum.siteId)))
  return { partials, readings: selection.length }
}

/** The oldest reading allowed is of 1970 or later. */
function minuteOf(timeMs: number): number {
  return Math.max(0, Math.floor(timeMs / MINUTE_MS)) + 1
}

type Sum = { -readonly [K in keyof Omit<SitePartial, 'site'>]: SitePartial[K] } & { siteId: number }

function emptySum(siteId: number, minuteMs: number): Sum {
  return {
    siteId,
    minuteMs,
    readings: 0,
    vehicles: null,
    speedSum: 0,
    speedWeight: 0,
    waitSumS: 0,
    waitCount: 0,
    occupancySum: 0,
    occupancyCount: 0,
    maxQueueVeh: null,
    lastAtMs: -Infinity,
    signal: null,
  }
}

function add(sum: Sum, rows: Enriched, row: number, time: number): void {
  const c = rows.columns
  const vehicles = c.vehicles[row] ?? -1
  const speed = c.speed[row] ?? -1
  const wait = c.wait[row] ?? -1
  const occupancy = c.occupancy[row] ?? -1
  const queue = c.queue[row] ?? -1
  sum.readings++
  if (vehicles >= 0) sum.vehicles = (sum.vehicles ?? 0) + vehicles
  if (speed >= 0) {
    const weight = vehicles >= 0 ? vehicles : 1
    sum.speedSum += (weight * speed) / 1000
    sum.speedWeight += weight
  }
  if (wait >= 0) {
    sum.waitSumS += wait / 1000
    sum.waitCount++
  }
  if (occupancy >= 0) {
    sum.occupancySum += occupancy / 1e6
    sum.occupancyCount++
  }
  if (queue >= 0) sum.maxQueueVeh = Math.max(sum.maxQueueVeh ?? 0, queue)
  if (time >= sum.lastAtMs) {
    sum.lastAtMs = time
    sum.signal = SIGNALS[c.signal[row] ?? 0] ?? null
  }
}

function finish({ siteId: _, ...sum }: Sum, site: string): SitePartial {
  return { site, ...sum }
}
