import { expect, it } from 'vitest'
import { CAR, SPEED_MS, atTimes, everyS, street, trafficOn } from '../street.ts'

const CAPACITY_PER_S = 1 / (CAR.reactionS + CAR.spacingM / SPEED_MS)

/** One lane with these factors: mean speed of few, and the discharge of a queue of many. */
function measured(factors: { speed: number; capacity: number }, gapS: number) {
  const [out, trips]: [number[], number[]] = [[], []]
  const traffic = trafficOn(street([1000, 100]), atTimes(everyS(gapS, 1800)), {
    onCrossing(lane, n, _vehicle, atS) {
      if (lane !== 0) return
      out.push(atS)
      trips.push(1000 / (atS - traffic.lanes.enteredS(lane, n)))
    },
  })
  for (const link of [0, 1]) traffic.setFactors(link, factors)
  traffic.run(3600)
  const speedMs = trips.reduce((sum, one) => sum + one, 0) / trips.length
  const flow = out.filter(t => t > 300 && t < 1500).length / 1200
  return { speedMs, flow }
}

it('speeds in rain are lower by the factor, and those of who is on the link already are not', () => {
  const [dry, wet] = [measured({ speed: 1, capacity: 1 }, 30), measured({ speed: 0.94, capacity: 0.9 }, 30)]
  expect(dry.speedMs / SPEED_MS).toBeCloseTo(1, 9)
  expect(wet.speedMs / dry.speedMs).toBeCloseTo(0.94, 9)
})

/** Headway at the bottleneck that the entry of the link is: reaction + spacing / speed, which is capacity's inverse. */
it.each([
  { speed: 1, capacity: 0.8 },
  { speed: 0.86, capacity: 0.8 },
  { speed: 0.88, capacity: 0.97 },
])('a lane with factors $speed of speed and $capacity of capacity passes that share', factors => {
  const { flow } = measured(factors, 0.5)
  expect(flow / CAPACITY_PER_S / factors.capacity).toBeGreaterThan(0.98)
  expect(flow / CAPACITY_PER_S / factors.capacity).toBeLessThan(1.02)
})
