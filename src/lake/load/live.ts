import type { LiveBatch, SitePartial } from '../../core/live.ts'
import type { Enriched } from './enriched.ts'
import type { Scanner } from './scan/index.ts'

const MINUTE_MS = 60_000
/** Only the newest minutes of a batch are news; a replay of years would else send them all. */
const KEPT_MINUTES = 15
const SIGNALS = [null, 'red', 'yellow', 'green'] as const

/** Sums per site and minute of the newest minutes among the selected readings. */
export function sitePartials(rows: Enriched, scanner: Scanner, selection: Uint32Array): LiveBatch {
  const c = rows.columns
  let newest = -Infinity
  for (const row of selection) newest = Math.max(newest, c.timeMs[row] ?? 0)
  const oldest = (Math.floor(newest / MINUTE_MS) - KEPT_MINUTES) * MINUTE_MS
  const sums = new Map<number, Sum>()
  for (const row of selection) {
    const time = c.timeMs[row] ?? 0
    if (time < oldest) continue
    const minute = Math.floor((time - oldest) / MINUTE_MS)
    const site = c.site[row] ?? 0
    const key = site * 64 + minute
    let sum = sums.get(key)
    if (sum === undefined) {
      sum = emptySum(site, oldest + minute * MINUTE_MS)
      sums.set(key, sum)
    }
    add(sum, rows, row, time)
  }
  const partials = [...sums.values()].map(sum => finish(sum, scanner.places.text(sum.siteId)))
  return { partials, readings: selection.length }
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
