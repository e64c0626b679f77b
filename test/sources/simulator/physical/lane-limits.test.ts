import { expect, it } from 'vitest'
import { LaneLimits } from '../../../../src/sources/simulator/physical/lane-limits.ts'
import { CAR, SPEED_MS, atTimes, everyS, street, trafficOn } from './street.ts'
import { gridTraffic } from './grid.ts'

const CAPACITY_PER_S = 1 / (CAR.reactionS + CAR.spacingM / SPEED_MS)

it('of several limits of a lane the tightest counts, and each can be taken away', () => {
  const limits = new LaneLimits(2)
  const one = { headwayS: 3, drop: 0.1 }
  const other = { capacityFactor: 0.7, drop: 0 }
  limits.add(1, one)
  limits.add(1, other)
  limits.add(1, 'closed')
  expect(limits.bottleneckOf(1)).toEqual({ headwayS: 3, capacityFactor: 0.7, drop: 0.1 })
  expect([limits.isClosed(1), limits.isClosed(0), limits.anyClosed]).toEqual([true, false, true])
  limits.remove(1, one)
  limits.remove(1, 'closed')
  expect(limits.bottleneckOf(1)).toEqual({ headwayS: 0, capacityFactor: 0.7, drop: 0 })
  expect(limits.anyClosed).toBe(false)
  limits.remove(1, other)
  expect(limits.bottleneckOf(1)).toBeNull()
})

/**
 * An incident narrows a lane from t0 to t1 to m, with arrivals at a between m and its capacity c: by t1 the queue that Newell's cumulative curves stand apart by is (a − m)(t1 − t0);
 * then it discharges at c and is gone after (a − m)(t1 − t0) / (c − a) more. Delay is half the product of the greatest queue and the whole duration.
 */
it('an incident’s queue, its discharge and its delay are those of the deterministic queue', () => {
  const a = 1300 / 3600
  const factor = 0.5
  const m = factor * CAPACITY_PER_S
  const [t0, t1, untilS] = [1200, 2400, 9000]
  const freeS = 4000 / SPEED_MS
  const late: number[] = []
  const crossings: number[] = []
  const traffic = trafficOn(street([4000, 100]), atTimes(everyS(1 / a, 6000)), {
    onCrossing(lane, _n, vehicle, atS) {
      if (lane !== 0) return
      crossings.push(atS)
      late.push(atS - vehicle.wantedS - freeS)
    },
  })
  const limit = { capacityFactor: factor, drop: 0 }
  traffic.at(t0, () => traffic.limit(0, limit))
  traffic.at(t1, () => traffic.unlimit(0, limit))
  traffic.run(untilS)
  const between = (from: number, to: number) => crossings.filter(t => t >= from && t < to).length
  const queue = (a - m) * (t1 - t0)
  const goneS = t1 + queue / (CAPACITY_PER_S - a)
  // Arrivals at the line, less those who passed.
  const stood = a * (t1 - t0) - between(t0, t1)
  expect(stood / queue).toBeGreaterThan(0.98)
  expect(stood / queue).toBeLessThan(1.02)
  const discharged = between(t1 + 30, goneS - 30) / (goneS - t1 - 60)
  expect(discharged / CAPACITY_PER_S).toBeGreaterThan(0.98)
  expect(discharged / CAPACITY_PER_S).toBeLessThan(1.02)
  const lastLateS = crossings.filter((_, i) => (late[i] ?? 0) > 3).at(-1) ?? 0
  expect((lastLateS - t0) / (goneS - t0)).toBeGreaterThan(0.95)
  expect((lastLateS - t0) / (goneS - t0)).toBeLessThan(1.05)
  const delayS = late.reduce((sum, one) => sum + one, 0)
  const expected = (queue * (goneS - t0)) / 2
  expect(delayS / expected).toBeGreaterThan(0.97)
  expect(delayS / expected).toBeLessThan(1.03)
})

it('a closed lane passes nobody, and keeps who stands in it until it opens', () => {
  const passed: number[] = []
  const traffic = trafficOn(street([100, 100, 100]), atTimes(everyS(5, 1000)), {
    onCrossing: (lane, _n, _vehicle, atS) => lane === 1 && passed.push(atS),
  })
  const entered: number[] = []
  traffic.at(300, () => traffic.limit(1, 'closed'))
  traffic.at(900, () => traffic.unlimit(1, 'closed'))
  traffic.run(300)
  const inside = traffic.lanes.held(1)
  expect(inside).toBeGreaterThan(0)
  for (let atS = 320; atS < 900; atS += 20) {
    traffic.run(atS)
    entered.push(traffic.lanes.held(1))
  }
  expect(new Set(entered)).toEqual(new Set([inside]))
  traffic.run(4000)
  expect(passed.filter(t => t > 300 && t < 900)).toEqual([])
  expect(passed).toHaveLength(200)
})

it('drivers take other lanes and other ways round a street of which all lanes are closed, and all arrive', () => {
  let inShut = 0
  const traffic = gridTraffic(4, 1, 300, 3 * 3600, {
    onEntry(lane, atS) {
      if (atS > 600 && traffic.streets.linkOfLane[lane] === link) inShut++
    },
  })
  const { links, nodes } = traffic.streets.network
  const link = links.findIndex(({ from, to }) => nodes[from]?.id.length === nodes[to]?.id.length)
  const [from, end] = [traffic.streets.lanesFrom[link] ?? 0, traffic.streets.lanesFrom[link + 1] ?? 0]
  traffic.at(600, () => {
    for (let lane = from; lane < end; lane++) traffic.limit(lane, 'closed')
  })
  traffic.run(3 * 3600)
  expect(inShut).toBe(0)
  for (let lane = from; lane < end; lane++) traffic.unlimit(lane, 'closed')
  traffic.run(8 * 3600)
  expect(traffic.vehicles.ended).toBe(traffic.vehicles.started)
})

it('with the lane of a turn closed its drivers go on by the lanes that are open', () => {
  let intoClosed = 0
  const traffic = gridTraffic(4, 1, 400, 2 * 3600, {
    onEntry: (lane, atS) => atS > 60 && lane === closed && intoClosed++,
  })
  const closed = traffic.streets.lanesFrom[0] ?? 0
  traffic.at(60, () => traffic.limit(closed, 'closed'))
  let others = 0
  traffic.run(2 * 3600)
  for (let lane = closed; lane < (traffic.streets.lanesFrom[1] ?? 0); lane++)
    others += traffic.lanes.first(lane)
  expect(intoClosed).toBe(0)
  expect(others).toBeGreaterThan(50)
  traffic.unlimit(closed, 'closed')
  traffic.run(6 * 3600)
  expect(traffic.vehicles.ended).toBe(traffic.vehicles.started)
})

it('what is to be done at a time that is past is refused', () => {
  const traffic = trafficOn(street([100]), atTimes([]))
  traffic.run(100)
  expect(() => {
    traffic.at(99, () => undefined)
  }).toThrow('99 s is past: it is 100 s')
})

it('a twin without the closure is equal to the last bit until it comes, and another afterwards', () => {
  const closedS = 5400
  const dayOf = (isClosed: boolean): string[] => {
    const order: string[] = []
    const traffic = gridTraffic(4, 3, 300, 3 * 3600, {
      onCrossing: (lane, _n, { id }, atS) => order.push(`${id} ${lane} ${atS}`),
    })
    if (isClosed)
      traffic.at(closedS, () => {
        for (const lane of [0, 1, 2]) traffic.limit(lane, 'closed')
      })
    traffic.run(3 * 3600)
    return order
  }
  const [with_, without] = [dayOf(true), dayOf(false)]
  const until = (order: string[]) => order.filter(line => Number(line.split(' ')[2]) < closedS)
  expect(until(with_)).toEqual(until(without))
  expect(until(with_).length).toBeGreaterThan(1000)
  expect(with_).not.toEqual(without)
})
