import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/time/spans.ts'
import type { UtcOffset } from '../calendar/index.ts'
import type { City } from '../city.ts'
import type { Streets } from '../physical/network/streets.ts'
import type { Demand, Flow } from '../physical/vehicles/demand.ts'
import { poissonDemand } from '../physical/vehicles/demand.ts'

/** Why people drive: to work, home from there, and everything else. */
const PURPOSES = ['work', 'home', 'other'] as const
type Purpose = (typeof PURPOSES)[number]

/** How much begins or ends at an intersection of each district, as in DISTRICTS, and where a street leaves the city. */
interface Weights {
  readonly districts: readonly [number, number, number, number]
  readonly outside: number
}

/** Offices in the middle and industry at one side draw those who live around and outside; in the evening it is the other way round. */
const HOMES: Weights = { districts: [0.5, 1, 0.2, 1.3], outside: 1.6 }
const WORK: Weights = { districts: [2.2, 0.5, 2, 0.25], outside: 0.4 }
const ERRANDS: Weights = { districts: [1.4, 1, 0.7, 0.7], outside: 0.8 }
const PLACES: Readonly<Record<Purpose, { readonly from: Weights; readonly to: Weights }>> = {
  work: { from: HOMES, to: WORK },
  home: { from: WORK, to: HOMES },
  other: { from: ERRANDS, to: ERRANDS },
}

/**
 * Trips an hour and intersection when most begin. Chosen so that the morning and the evening bring queues which dissolve, and the
 * rest of the day has few.
 */
const MOST_PER_SITE: Readonly<Record<Purpose, number>> = { work: 85, home: 80, other: 95 }
const SHARES = { truck: 0.07, motorcycle: 0.02, bus: 0.02 } as const
/** Ways that drivers to the same place choose from. */
export const VARIANTS = 3

/**
 * Trips of the city of the grid by purpose, hour and weekday.
 * @param startMs of the simulation's clock
 * @param offset  local time minus UTC at an instant, ms
 */
export function cityTrips(city: City, streets: Streets, startMs: number, offset: UtcOffset): Demand {
  const shapeAt = shapes(startMs, offset)
  const { nodes, links } = streets.network
  // Nobody begins where the only way is out; those who live at an intersection drive off by all its streets alike.
  const begins = links.flatMap(({ to }, link) => (to < city.sites.length ? [link] : []))
  const ways = new Map<number, number>()
  for (const link of begins) {
    const node = links[link]?.from ?? -1
    ways.set(node, (ways.get(node) ?? 0) + 1)
  }
  const flows = PURPOSES.flatMap((purpose): Flow[] => {
    const { from, to } = PLACES[purpose]
    const weightOf = (node: number, { districts, outside }: Weights) =>
      districts[city.sites[node]?.district ?? -1] ?? outside
    const destinations = nodes.map((_, node) => ({ destination: node, weight: weightOf(node, to) }))
    const origins = begins.map(link => {
      const node = links[link]?.from ?? -1
      return { link, weight: weightOf(node, from) / (ways.get(node) ?? 1) }
    })
    const whole = origins.reduce((sum, { weight }) => sum + weight, 0)
    const most = MOST_PER_SITE[purpose] * city.sites.length
    return origins.map(({ link, weight }) => {
      const mostPerHour = (most * weight) / whole
      return { link, destinations, mostPerHour, perHour: atS => mostPerHour * shapeAt(atS)[purpose] }
    })
  })
  return poissonDemand({ seed: city.config.seed, flows, classes: SHARES, variants: VARIANTS })
}

type Shape = Record<Purpose, number>

/** Shares of the most by purpose, minute by minute. */
function shapes(startMs: number, offset: UtcOffset): (atS: number) => Readonly<Shape> {
  let minute = NaN
  let shape: Shape = { work: 0, home: 0, other: 0 }
  return atS => {
    const now = Math.floor((startMs + atS * 1000) / MINUTE_MS)
    if (now === minute) return shape
    minute = now
    const localMs = now * MINUTE_MS + offset(now * MINUTE_MS)
    const day = Math.floor(localMs / DAY_MS)
    // 1970-01-01 was a Thursday.
    const weekday = ((((day + 3) % 7) + 7) % 7) + 1
    shape = shapeOf((localMs - day * DAY_MS) / HOUR_MS, weekday)
    return shape
  }
}

/**
 * @param hour    local, 0 ≤ hour < 24, with its fraction
 * @param weekday 1 = Monday … 7 = Sunday
 */
export function shapeOf(hour: number, weekday: number): Shape {
  if (weekday >= 6)
    return {
      work: 0.06 * hill(hour, 6, 10),
      home: 0.08 * hill(hour, 14, 20),
      other: 0.08 + 0.92 * weekend(hour),
    }
  const day = ease(hour, 5, 8) * (1 - ease(hour, 18.5, 23.5))
  return {
    work: 0.01 + 0.99 * hill(hour, 5.7, 10.1),
    home: 0.01 + 0.99 * hill(hour, 14.6, 20.2),
    other: 0.07 + 0.93 * day,
  }
}

function weekend(hour: number): number {
  return ease(hour, 7.5, 13.5) * (1 - ease(hour, 17, 24))
}

/** 0 outside, 1 in the middle, smooth between. By sums and products alone: every machine has the same. */
function hill(hour: number, from: number, to: number): number {
  const middle = (from + to) / 2
  return ease(hour, from, middle) * (1 - ease(hour, middle, to))
}

function ease(x: number, from: number, to: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)))
  return t * t * (3 - 2 * t)
}
