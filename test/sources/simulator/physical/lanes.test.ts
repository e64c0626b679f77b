import { expect, it } from 'vitest'
import { atTimes, CAR, everyS, greenThenRed, SPEED_MS, street, trafficOn } from './street.ts'

const LENGTH_M = 600
/** Red until 300 s. */
const red = { ...greenThenRed(3600, 60), offsetS: 300 }
/** Twenty cars stand at the light from the two hundredth second on, at the latest. */
const queue = () => trafficOn(street([LENGTH_M, 300], red), atTimes(everyS(4, 80)))
const places = (traffic: ReturnType<typeof queue>, atS: number) =>
  Array.from({ length: traffic.lanes.held(0) }, (_, i) =>
    traffic.lanes.beforeEndM(0, traffic.lanes.first(0) + i, atS),
  )

it('a vehicle that nothing holds is where its free speed takes it', () => {
  const traffic = trafficOn(street([LENGTH_M, 300]), atTimes([0]))
  for (const atS of [0, 1, 20, LENGTH_M / SPEED_MS - 0.01]) {
    traffic.run(atS + 0.001)
    expect(traffic.lanes.beforeEndM(0, 0, atS)).toBeCloseTo(LENGTH_M - SPEED_MS * atS, 6)
  }
})

it('those who stand at a red light stand a spacing apart, and queue', () => {
  const traffic = queue()
  traffic.run(250)
  const standing = places(traffic, 250)
  expect(standing).toHaveLength(20)
  standing.forEach((place, i) => expect(place).toBeCloseTo(i * CAR.spacingM, 6))
  expect(traffic.lanes.slowerThan(0, 5 / 3.6, 250)).toBe(20)
})

it('a queue starts from its head, one after the other, nobody drives back, faster than he may, or into the one ahead', () => {
  const traffic = queue()
  let before = new Map<number, number>()
  let queued = Infinity
  for (let atS = 295; atS < 360; atS += 0.25) {
    traffic.run(atS)
    const now = new Map<number, number>()
    const first = traffic.lanes.first(0)
    places(traffic, atS).forEach((place, i) => now.set(first + i, place))
    for (const [n, place] of now) {
      const drivenM = (before.get(n) ?? place) - place
      expect(drivenM).toBeGreaterThanOrEqual(-1e-9)
      expect(drivenM).toBeLessThanOrEqual(SPEED_MS * 0.25 + 1e-9)
      const ahead = now.get(n - 1)
      if (ahead !== undefined) expect(place - ahead).toBeGreaterThanOrEqual(CAR.spacingM - 1e-9)
    }
    const stillQueued = traffic.lanes.slowerThan(0, 5 / 3.6, atS)
    expect(stillQueued).toBeLessThanOrEqual(queued)
    queued = stillQueued
    before = now
  }
  expect(queued).toBe(0)
})
