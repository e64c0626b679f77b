import { expect, it } from 'vitest'
import { poissonDemand } from '../../../../src/sources/simulator/physical/vehicles/demand.ts'
import { greenThenRed, SPEED_MS, street, trafficOn } from './street.ts'

const CYCLE_S = 90
/** As much yellow is used as is lost at the start: the effective green. */
const GREEN_S = 42
const SATURATION_PER_H = 1900
const CAPACITY_PER_H = (SATURATION_PER_H * GREEN_S) / CYCLE_S
const PERIOD_S = 900
const LENGTH_M = 400
const REPLICATIONS = 150

/**
 * Mean control delay of a lane group at a pre-timed signal with random arrivals, from empty: HCM 2000, eqs. 16-11 (d1, PF = 1) and 16-12 (d2, k = 0.5, I = 1).
 */
function hcmDelayS(ratio: number): number {
  const green = GREEN_S / CYCLE_S
  const T = PERIOD_S / 3600
  const d1 = (0.5 * CYCLE_S * (1 - green) ** 2) / (1 - Math.min(1, ratio) * green)
  const d2 = 900 * T * (ratio - 1 + Math.sqrt((ratio - 1) ** 2 + (8 * 0.5 * ratio) / (CAPACITY_PER_H * T)))
  return d1 + d2
}

/** Of all who wanted to pass within the period, until the last has passed: what they took longer than at their free speed. */
function simulatedDelayS(ratio: number): number {
  const perHour = ratio * CAPACITY_PER_H
  let delayS = 0
  let count = 0
  for (let seed = 1; seed <= REPLICATIONS; seed++) {
    const demand = poissonDemand({
      seed,
      flows: [
        {
          link: 0,
          mostPerHour: perHour,
          perHour: t => (t < PERIOD_S ? perHour : 0),
          destinations: [{ destination: 0, weight: 1 }],
        },
      ],
      classes: { truck: 0, motorcycle: 0, bus: 0 },
    })
    const plan = { ...greenThenRed(CYCLE_S, GREEN_S), offsetS: (seed * 37) % CYCLE_S }
    const traffic = trafficOn(street([LENGTH_M, 100], plan), demand, {
      onCrossing(lane, _n, { wantedS, speedFactor }, atS) {
        if (lane !== 0) return
        delayS += atS - wantedS - LENGTH_M / (SPEED_MS * speedFactor)
        count++
      },
    })
    traffic.run(4 * PERIOD_S)
  }
  return delayS / count
}

it.each([
  { ratio: 0.5, within: 0.1 },
  { ratio: 0.8, within: 0.1 },
  { ratio: 0.95, within: 0.15 },
  { ratio: 1.1, within: 0.15 },
])('mean control delay at $ratio of capacity is that of the Highway Capacity Manual', ({ ratio, within }) => {
  const share = simulatedDelayS(ratio) / hcmDelayS(ratio)
  expect(share).toBeGreaterThan(1 - within)
  expect(share).toBeLessThan(1 + within)
})
