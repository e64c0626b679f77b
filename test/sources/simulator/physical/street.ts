import type { Network, SignalPlan } from '../../../../src/core/traffic/network.ts'
import type { Demand } from '../../../../src/sources/simulator/physical/vehicles/demand.ts'
import type { Driver } from '../../../../src/sources/simulator/physical/vehicles/drivers.ts'
import { driverOf } from '../../../../src/sources/simulator/physical/vehicles/drivers.ts'
import { streetsOf } from '../../../../src/sources/simulator/physical/network/streets.ts'
import type { TrafficEvents } from '../../../../src/sources/simulator/physical/traffic.ts'
import { Traffic } from '../../../../src/sources/simulator/physical/traffic.ts'

export const SPEED_KMH = 50
export const SPEED_MS = SPEED_KMH / 3.6
/** All alike: a car on a street without spread. */
export const CAR: Driver = driverOf(1, 0, 0, { truck: 0, motorcycle: 0, bus: 0 }, 0)

/** One lane of links behind each other, without turns; a plan may stand at the end of the first. */
export function street(lengthsM: readonly number[], plan: SignalPlan | null = null): Network {
  const links = lengthsM.map((lengthM, i) => ({
    id: `L${i}`,
    from: i,
    to: i + 1,
    lengthM,
    lanes: 1,
    freeFlowKmh: SPEED_KMH,
    kind: 'street' as const,
  }))
  return {
    nodes: Array.from({ length: links.length + 1 }, (_, i) => ({
      id: `N${i}`,
      name: `Node ${i}`,
      longitude: 0,
      latitude: 0,
    })),
    links,
    movements: links.slice(1).map((_, i) => ({
      from: i,
      to: i + 1,
      turn: 'through' as const,
      fromLanes: [0],
      toLanes: [0],
    })),
    signals: Array.from({ length: links.length + 1 }, (_, i) => (i === 1 ? plan : null)),
  }
}

/** A plan of one phase that begins with its green. */
export function greenThenRed(cycleS: number, greenS: number, yellowS = 3): SignalPlan {
  return {
    cycleS,
    offsetS: 0,
    phases: [{ number: 2, startS: 0, greenS, yellowS, allRedS: 1, movements: [0] }],
  }
}

/** Trips of one origin that want to start at these times, in order. */
export function atTimes(timesS: Iterable<number>, driver: (n: number) => Driver = () => CAR): Demand {
  const times = timesS[Symbol.iterator]()
  let next = times.next()
  let n = 0
  return {
    origins: [{ link: 0 }],
    nextS: () => (next.done === true ? Infinity : next.value),
    take() {
      next = times.next()
      const number = n++
      return { ...driver(number), origin: 0, n: number, destination: 0, variant: 0 }
    },
  }
}

export function* everyS(gapS: number, untilS: number, fromS = 0): Generator<number> {
  for (let i = 0; fromS + i * gapS < untilS; i++) yield fromS + i * gapS
}

/** Traffic along such a street to its end. */
export function trafficOn(network: Network, demand: Demand, events: TrafficEvents = {}): Traffic {
  const last = network.links.length - 1
  return new Traffic({
    streets: streetsOf(network),
    routes: { next: link => (link === last ? -1 : link) },
    demand,
    events,
  })
}

/** Four streets of one lane that meet at node 0, which has a signal: in by links 0–3 from north, east, south and west, out by 4–7, straight on. */
export function cross(): Network {
  const sides = [0, 1, 2, 3]
  const link = (id: string, from: number, to: number) => ({
    ...{ id, from, to, lengthM: 300, lanes: 1, freeFlowKmh: SPEED_KMH },
    kind: 'street' as const,
  })
  return {
    nodes: [0, 1, 2, 3, 4].map(i => ({ id: `N${i}`, name: `Node ${i}`, longitude: 0, latitude: 0 })),
    links: [
      ...sides.map(side => link(`I${side}`, side + 1, 0)),
      ...sides.map(side => link(`O${side}`, 0, side + 1)),
    ],
    movements: sides.map(side => ({
      ...{ from: side, to: 4 + ((side + 2) % 4), fromLanes: [0], toLanes: [0] },
      turn: 'through' as const,
    })),
    signals: [greenThenRed(90, 40), null, null, null, null],
  }
}
