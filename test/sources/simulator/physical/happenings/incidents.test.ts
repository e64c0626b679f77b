import { describe, expect, it } from 'vitest'
import type { Happening } from '../../../../../src/sources/simulator/physical/happenings/happenings.ts'
import { Happenings } from '../../../../../src/sources/simulator/physical/happenings/happenings.ts'
import {
  FREEWAY_KINDS,
  INCIDENTS_PER_KM,
  STREET_KINDS,
} from '../../../../../src/sources/simulator/physical/happenings/incident-figures.ts'
import type { Incident } from '../../../../../src/sources/simulator/physical/happenings/incidents.ts'
import { Incidents } from '../../../../../src/sources/simulator/physical/happenings/incidents.ts'
import type { Conditions } from '../../../../../src/sources/simulator/physical/happenings/weather-effects.ts'
import { FAIR } from '../../../../../src/sources/simulator/physical/happenings/weather-effects.ts'
import { streetsOf } from '../../../../../src/sources/simulator/physical/network/streets.ts'
import type { Vehicle } from '../../../../../src/sources/simulator/physical/vehicles/vehicle.ts'
import { gridTraffic, shapeOfDay } from '../grid.ts'
import { CAR, street } from '../street.ts'

const HOUR_S = 3600
const RAIN: Conditions = { ...FAIR, condition: 'rain', precipitationMmH: 2, roadState: 'wet' }

interface Made {
  readonly all: readonly Incident[]
  readonly acted: readonly Happening[]
}

interface Setting {
  readonly weather?: Conditions
  readonly lanes?: number
  readonly kind?: 'street' | 'freeway'
  readonly seed?: number
}

/** Incidents of so many drivers who each drive a link of 1 km; what they do is only collected. */
function madeBy(
  drivers: number,
  rate: number,
  { weather = FAIR, lanes = 3, kind = 'street', seed = 1 }: Setting = {},
): Made {
  const network = street([1000, 1000])
  const links = network.links.map(link => ({ ...link, lanes, kind }))
  const acted: Happening[] = []
  const incidents = new Incidents({
    streets: streetsOf({ ...network, links }),
    happenings: { add: happening => acted.push(happening) },
    weather: () => weather,
    seed,
    rate,
  })
  for (let n = 0; n < drivers; n++) {
    const vehicle: Vehicle = {
      ...{ ...CAR, id: n, origin: 0, n, destination: 1, variant: 0, wantedS: 0, movement: 0 },
    }
    incidents.onCrossing(n % lanes, vehicle, n)
  }
  return { all: incidents.all, acted }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('the number of incidents', () => {
  /** Each of N drivers has one with chance p, independently: N p with a deviation of √(N p). */
  it.each([
    { kind: 'street' as const, seed: 1 },
    { kind: 'street' as const, seed: 2 },
    { kind: 'freeway' as const, seed: 3 },
  ])('on a $kind is that of the rate per vehicle-kilometre, seed $seed', ({ kind, seed }) => {
    const rate = 5000
    const drivers = 60_000
    const expected = drivers * rate * INCIDENTS_PER_KM[kind]
    const { all } = madeBy(drivers, rate, { kind, seed })
    expect(all.length).toBeGreaterThan(expected - 4 * Math.sqrt(expected))
    expect(all.length).toBeLessThan(expected + 4 * Math.sqrt(expected))
  })

  it('is about three a million vehicle-kilometres, twice as many in rain, and none with a rate of 0', () => {
    expect(INCIDENTS_PER_KM.street * 1e6).toBeCloseTo(3.08, 1)
    expect(INCIDENTS_PER_KM.freeway * 1e6).toBeCloseTo(4.01, 1)
    const dry = madeBy(60_000, 5000)
    const wet = madeBy(60_000, 5000, { weather: RAIN })
    expect(wet.all.length / dry.all.length).toBeGreaterThan(1.8)
    expect(wet.all.length / dry.all.length).toBeLessThan(2.2)
    // Who has one on a dry road has it in rain.
    const drivers = new Set(wet.all.map(({ fromS }) => fromS))
    expect(dry.all.filter(({ fromS }) => !drivers.has(fromS))).toEqual([])
    expect(madeBy(10_000, 0).all).toEqual([])
  })

  it('follows the traffic of the day: more at its peaks', () => {
    const traffic = gridTraffic(4, 1, 60, 24 * HOUR_S, {
      onCrossing(lane, _n, vehicle, atS) {
        incidents.onCrossing(lane, vehicle, atS)
      },
    })
    const incidents = new Incidents({
      streets: traffic.streets,
      happenings: { add: () => undefined },
      seed: 1,
      rate: 20_000,
    })
    traffic.run(24 * HOUR_S)
    const hours = Array.from({ length: 24 }, (_, hour) => hour)
    const perHour = (from: number, to: number) =>
      incidents.all.filter(({ fromS }) => fromS >= from * HOUR_S && fromS < to * HOUR_S).length / (to - from)
    const expected = mean(hours.slice(16, 19).map(hour => shapeOfDay((hour + 0.5) * HOUR_S)))
    const night = mean(hours.slice(0, 5).map(hour => shapeOfDay((hour + 0.5) * HOUR_S)))
    const ratio = perHour(16, 19) / perHour(0, 5)
    expect(ratio / (expected / night)).toBeGreaterThan(0.75)
    expect(ratio / (expected / night)).toBeLessThan(1.25)
  })
})

describe('an incident', () => {
  it('is of types, lanes and severities in the published shares', () => {
    for (const kinds of [STREET_KINDS, FREEWAY_KINDS])
      expect(kinds.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
    const { all } = madeBy(100_000, 20_000)
    const share = (is: (incident: Incident) => boolean) => all.filter(is).length / all.length
    const within = 4 * Math.sqrt(0.25 / all.length)
    expect(Math.abs(share(({ type }) => type === 'accident') - 0.358)).toBeLessThan(within)
    expect(Math.abs(share(({ type }) => type === 'breakdown') - 0.532)).toBeLessThan(within)
    expect(Math.abs(share(({ severity }) => severity === 'injury') - 0.119)).toBeLessThan(within)
    expect(Math.abs(share(({ lanes }) => lanes.length === 2) - 0.134)).toBeLessThan(within)
    expect(Math.abs(share(({ rubberneckers }) => rubberneckers !== null))).toBe(0)
  })

  /** A log-normal with a deviation of 0.8 of its mean: so is the deviation of the mean of N over √N. */
  it('lasts as long as published in the mean, from its onset over help to its end', () => {
    const { all } = madeBy(100_000, 20_000)
    for (const [type, severity, minutes] of [
      ['breakdown', 'none', 2 + 15 + 10.8],
      ['debris', 'none', 2 + 15 + 6.7],
      ['accident', 'damage', 2 + 15 + 39.5],
      ['accident', 'injury', 2 + 15 + 56.4],
    ] as const) {
      const of = all.filter(one => one.type === type && one.severity === severity)
      const lasts = mean(of.map(({ fromS, toS }) => (toS - fromS) / 60))
      expect(of.length).toBeGreaterThan(100)
      expect(Math.abs(lasts - minutes)).toBeLessThan((4 * 0.8 * minutes) / Math.sqrt(of.length))
    }
    for (const { fromS, detectedS, reachedS, toS } of all)
      expect([fromS, detectedS, reachedS, toS].toSorted((a, b) => a - b)).toEqual([
        fromS,
        detectedS,
        reachedS,
        toS,
      ])
  })

  it('on a freeway leaves its open lanes what the exhibit says, and never closes all', () => {
    const { all, acted } = madeBy(50_000, 20_000, { kind: 'freeway' })
    expect(new Set(all.map(({ lanes, openLaneFactor }) => `${lanes.length} ${openLaneFactor}`))).toEqual(
      new Set(['0 0.83', '1 0.74', '2 0.51']),
    )
    const share = all.filter(({ lanes }) => lanes.length === 0).length / all.length
    expect(Math.abs(share - 0.754)).toBeLessThan(4 * Math.sqrt(0.25 / all.length))
    expect(acted.every(({ fromS, toS }) => toS - fromS >= 8.7 * 60 && toS - fromS <= 93.3 * 60)).toBe(true)
  })

  it('on the only lane of a street lets a tenth by', () => {
    const { all, acted } = madeBy(20_000, 20_000, { lanes: 1 })
    expect(all.length).toBeGreaterThan(100)
    expect(all.filter(({ lanes, openLaneFactor }) => lanes.length > 0 || openLaneFactor !== 0.1)).toEqual([])
    expect(acted[0]).toMatchObject({ kind: 'lanes', lanes: [0], limit: { capacityFactor: 0.1, drop: 0 } })
  })
})

it('one accident in ten slows down who looks at it from the other direction', () => {
  const acted: Happening[] = []
  const traffic = gridTraffic(3, 1, 300, 2 * HOUR_S, {
    onCrossing(lane, _n, vehicle, atS) {
      incidents.onCrossing(lane, vehicle, atS)
    },
  })
  const { network, lanesFrom } = traffic.streets
  const incidents = new Incidents({
    streets: traffic.streets,
    happenings: { add: happening => acted.push(happening) },
    seed: 1,
    rate: 100_000,
  })
  traffic.run(2 * HOUR_S)
  const accidents = incidents.all.filter(({ type }) => type === 'accident')
  const looked = incidents.all.filter(({ rubberneckers }) => rubberneckers !== null)
  expect(looked.filter(({ type }) => type !== 'accident')).toEqual([])
  const share = looked.length / accidents.length
  expect(Math.abs(share - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / accidents.length))
  for (const { link, rubberneckers, fromS, toS } of looked) {
    const here = network.links.find(({ id }) => id === link)
    const other = network.links.findIndex(({ id }) => id === rubberneckers)
    expect([network.links[other]?.from, network.links[other]?.to]).toEqual([here?.to, here?.from])
    const lanes = Array.from(
      { length: network.links[other]?.lanes ?? 0 },
      (_, i) => (lanesFrom[other] ?? 0) + i,
    )
    expect(acted).toContainEqual({
      kind: 'lanes',
      fromS,
      toS,
      lanes,
      limit: { capacityFactor: 0.873, drop: 0 },
    })
  }
})

/** A city in which much happens: incidents, a closed street, dark signals, rain. */
function eventful(gridSize: number, perHour: number, untilS: number, rate: number) {
  const on = new Set<number>()
  const order: string[] = []
  const traffic = gridTraffic(gridSize, 1, perHour, untilS, {
    onStart: ({ id }) => on.add(id),
    onEnd({ id }) {
      expect(on.delete(id)).toBe(true)
    },
    onCrossing(lane, _n, vehicle, atS) {
      order.push(`${vehicle.id} ${lane} ${atS}`)
      incidents.onCrossing(lane, vehicle, atS)
    },
  })
  const happenings = new Happenings(traffic)
  const incidents = new Incidents({ streets: traffic.streets, happenings, seed: 1, rate })
  return { traffic, happenings, incidents, on, order }
}

it('vehicles are conserved by id over a day of incidents, closures, rain and dark signals', () => {
  const { traffic, happenings, incidents, on } = eventful(4, 60, 24 * HOUR_S, 300)
  const { linkOfLane, network } = traffic.streets
  const lanes = [...linkOfLane.keys()].filter(lane => linkOfLane[lane] === 2)
  happenings.add({ kind: 'lanes', lanes, limit: 'closed', fromS: 7 * HOUR_S, toS: 20 * HOUR_S })
  happenings.add({ kind: 'signal', node: 5, mode: 'dark', fromS: 8 * HOUR_S, toS: 11 * HOUR_S })
  happenings.add({
    ...{ kind: 'links', links: network.links.map((_, link) => link), fromS: 6 * HOUR_S, toS: 12 * HOUR_S },
    factors: { speed: 0.9, capacity: 0.9 },
  })
  for (let atS = 900; atS <= 30 * HOUR_S; atS += 900) {
    traffic.run(atS)
    const held: number[] = []
    for (let lane = 0; lane < traffic.lanes.count; lane++)
      for (let i = 0; i < traffic.lanes.held(lane); i++)
        held.push(traffic.vehicles.at(traffic.lanes.vehicleAt(lane, traffic.lanes.first(lane) + i)).id)
    expect(held.toSorted((a, b) => a - b)).toEqual([...on].toSorted((a, b) => a - b))
    expect(traffic.vehicles.started).toBe(traffic.vehicles.ended + held.length + traffic.wanting)
  }
  expect(incidents.all.length).toBeGreaterThan(20)
  expect(traffic.vehicles.started).toBeGreaterThan(10_000)
  expect([traffic.onTheWay, traffic.wanting]).toEqual([0, 0])
})

it('a twin without incidents is equal to the last bit until the first of them, and another afterwards', () => {
  const [with_, without] = [eventful(4, 300, 3 * HOUR_S, 300), eventful(4, 300, 3 * HOUR_S, 0)]
  for (const { traffic } of [with_, without]) traffic.run(3 * HOUR_S)
  const first = with_.incidents.all[0]?.fromS ?? NaN
  const until = (order: readonly string[]) => order.filter(line => Number(line.split(' ')[2]) <= first)
  expect(until(with_.order).length).toBeGreaterThan(200)
  expect(until(with_.order)).toEqual(until(without.order))
  expect(with_.order).not.toEqual(without.order)
})
