import { expect, it } from 'vitest'
import type { SignalPlan } from '../../../../src/core/traffic/network.ts'
import { CLASSES } from '../../../../src/sources/simulator/physical/vehicles/drivers.ts'
import { SiteMeters } from '../../../../src/sources/simulator/physical/site-meters.ts'
import type { Traffic } from '../../../../src/sources/simulator/physical/traffic.ts'
import { atTimes, CAR, everyS, greenThenRed, SPEED_KMH, SPEED_MS, street, trafficOn } from './street.ts'

const LENGTH_M = 500

function metered(timesS: Iterable<number>, plan: SignalPlan | null = null): [Traffic, SiteMeters] {
  const traffic: Traffic = trafficOn(street([LENGTH_M, 300], plan), atTimes(timesS), {
    onEntry: (lane, atS) => meters.onEntry(lane, atS),
    onCrossing: (lane, n, vehicle, atS) => meters.onCrossing(lane, n, vehicle, atS),
  })
  const meters = new SiteMeters(traffic.streets, traffic.lanes, CLASSES.length)
  return [traffic, meters]
}

it('of free traffic: as many as came, at their speed, without delay, and a detector covered as long as they take over it', () => {
  const [traffic, meters] = metered(everyS(6, 1000))
  traffic.run(300)
  meters.read(1, 300)
  traffic.run(600)
  const { count, byClass, speedKmh, occupancy, delayS, queue } = meters.read(1, 600)
  expect(count).toBe(50)
  expect(byClass).toEqual([50, 0, 0, 0])
  expect(speedKmh).toBeCloseTo(SPEED_KMH, 0)
  expect(occupancy).toBeCloseTo((50 * (CAR.lengthM + 1.83)) / SPEED_MS / 300, 2)
  expect(delayS).toBeCloseTo(0, 6)
  expect(queue).toBe(0)
})

it('of a red light: nobody crosses, the queue is counted, the detector is covered from when the first stands on it', () => {
  const red = { ...greenThenRed(3600, 10), offsetS: 1000 }
  const [traffic, meters] = metered(everyS(6, 180), red)
  const arrivedS = (LENGTH_M - 1.83) / SPEED_MS
  traffic.run(60)
  const first = meters.read(1, 60)
  expect(first).toMatchObject({ count: 0, delayS: null })
  expect(first.occupancy).toBeCloseTo((60 - arrivedS) / 60, 6)
  traffic.run(600)
  const second = meters.read(1, 600)
  expect(second).toMatchObject({ count: 0, queue: 30, delayS: null })
  expect(second.occupancy).toBeCloseTo(1, 9)
  traffic.run(900)
  expect(meters.read(1, 900)).toMatchObject({ count: 0, queue: 30, speedKmh: 0 })
})

it('of nobody: no speed and no delay', () => {
  const [traffic, meters] = metered([])
  traffic.run(30)
  expect(meters.read(1, 30)).toEqual({
    ...{ count: 0, byClass: [0, 0, 0, 0], speedKmh: null, occupancy: 0, delayS: null, queue: 0 },
  })
})

it('what it counts over many intervals is what crossed, however they are cut', () => {
  const plan = greenThenRed(60, 27)
  const totals = [7, 30, 945].map(stepS => {
    const [traffic, meters] = metered(everyS(3.3, 1500), plan)
    let [count, delayS] = [0, 0]
    for (let atS = stepS; atS <= 1890; atS += stepS) {
      traffic.run(atS)
      const seen = meters.read(1, atS)
      count += seen.count
      delayS += (seen.delayS ?? 0) * seen.count
      expect(seen.occupancy).toBeLessThanOrEqual(1)
    }
    return [count, Math.round(delayS * 1000)]
  })
  expect(totals[0]).toEqual(totals[1])
  expect(totals[0]).toEqual(totals[2])
  expect(totals[0]?.[0]).toBeGreaterThan(400)
})
