import { expect, it } from 'vitest'
import { CAR, SPEED_MS, atTimes, everyS, greenThenRed, street, trafficOn } from './street.ts'

/** What a car's spacing and reaction make of one lane: jam density, backward wave, capacity. */
const JAM_PER_M = 1 / CAR.spacingM
const WAVE_MS = CAR.spacingM / CAR.reactionS
const CAPACITY_PER_S = 1 / (CAR.reactionS + CAR.spacingM / SPEED_MS)

it('discharges 1,900 cars an hour and lane, with a backward wave of 20 km/h', () => {
  expect(CAPACITY_PER_S * 3600).toBeCloseTo(1900, -1)
  expect(WAVE_MS * 3.6).toBeCloseTo(20, 0)
})

/**
 * A stretch of road, long enough to have one state; its flow and density by their definitions for any region of time and space
 * (L. C. Edie, 1963): flow is the distance driven in it, density the time spent in it, both over its area. Newell's cars have a
 * triangular diagram: flow = min(v k, w (kj − k)).
 */
it.each([
  { name: 'a third of capacity', demand: 0.3, outflow: 1 },
  { name: 'near capacity', demand: 0.95, outflow: 1 },
  { name: 'behind a bottleneck of half', demand: 1, outflow: 0.5 },
  { name: 'behind a bottleneck of a fifth', demand: 0.9, outflow: 0.2 },
])('a link $name lies on the triangular fundamental diagram', ({ demand, outflow }) => {
  const gapS = 1 / (demand * CAPACITY_PER_S)
  const [fromS, toS, lengthM] = [2400, 3000, 500]
  let drivenM = 0
  let spentS = 0
  const traffic = trafficOn(street([500, lengthM, 200]), atTimes(everyS(gapS, 3600)), {
    onCrossing(lane, n, _, atS) {
      if (lane !== 1) return
      const inS = traffic.lanes.enteredS(lane, n)
      // Of one that is in the region for a part of its way, the time counts, and that part of the link.
      const share = Math.max(0, Math.min(atS, toS) - Math.max(inS, fromS)) / (atS - inS)
      spentS += share * (atS - inS)
      drivenM += share * lengthM
    },
  })
  traffic.setBottleneck(1, { headwayS: 1 / (outflow * CAPACITY_PER_S), drop: 0 })
  traffic.run(6000)
  const area = (toS - fromS) * lengthM
  const flow = drivenM / area
  const density = spentS / area
  // The density of this flow on the branch that the demand puts it on.
  const onDiagram = outflow < demand ? JAM_PER_M - flow / WAVE_MS : flow / SPEED_MS
  expect(flow / CAPACITY_PER_S).toBeCloseTo(Math.min(demand, outflow), 2)
  expect(density / onDiagram).toBeGreaterThan(0.98)
  expect(density / onDiagram).toBeLessThan(1.02)
})

/**
 * Arrivals at rate a for T, then at rate b, through a bottleneck of rate m: the queue grows by a − m, is greatest at T with (a − m) T vehicles, is gone
 * after (a − m) T / (m − b) more, and costs half the product of its height and its duration in vehicle-seconds.
 */
it('a bottleneck has the queue, its end and the delay of the deterministic queue', () => {
  const [a, m, b] = [1500 / 3600, 1200 / 3600, 600 / 3600]
  const T = 1200
  const times = [...everyS(1 / a, T), ...everyS(1 / b, 4 * T, T)]
  const freeS = 2000 / SPEED_MS
  let delayS = 0
  let lastDelayedS = 0
  let worst = 0
  const crossings: number[] = []
  const traffic = trafficOn(street([2000, 100]), atTimes(times), {
    onCrossing(lane, _n, vehicle, atS) {
      if (lane !== 0) return
      crossings.push(atS)
      const late = atS - vehicle.wantedS - freeS
      delayS += late
      if (late > 1 / m) lastDelayedS = atS - freeS
      // Arrivals that would have passed by now without the bottleneck, less those that did.
      const arrived = times.filter(t => t + freeS <= atS).length
      worst = Math.max(worst, arrived - crossings.length)
    },
  })
  traffic.setBottleneck(0, { headwayS: 1 / m, drop: 0 })
  traffic.run(9 * T)
  const greatest = (a - m) * T
  const goneS = T + greatest / (m - b)
  expect(worst / greatest).toBeGreaterThan(0.98)
  expect(worst / greatest).toBeLessThan(1.02)
  expect(lastDelayedS / goneS).toBeGreaterThan(0.98)
  expect(lastDelayedS / goneS).toBeLessThan(1.02)
  const expected = (greatest * goneS) / 2
  expect(delayS / expected).toBeGreaterThan(0.98)
  expect(delayS / expected).toBeLessThan(1.02)
})

it('a bottleneck with a capacity drop discharges so much less while a queue stands, and all of it before and after', () => {
  const m = 1200 / 3600
  const drop = 0.1
  const crossings: number[] = []
  const traffic = trafficOn(street([1000, 100]), atTimes(everyS(2.5, 1200)), {
    onCrossing: (lane, _n, _vehicle, atS) => lane === 0 && crossings.push(atS),
  })
  traffic.setBottleneck(0, { headwayS: 1 / m, drop })
  traffic.run(4000)
  const during = crossings.filter(t => t > 300 && t < 900).length / 600
  expect(during / (m * (1 - drop))).toBeCloseTo(1, 2)
})

/**
 * Cars at flow q meet a red light: between the state (q/v, q) and the jam (kj, 0) the border moves back at q / (kj − q/v), so that a link of
 * length L is full after L over that; when the light turns green, room comes back to the beginning after L / w.
 */
it('the end of a queue and the wave of its discharge move at the theoretical speed', () => {
  const q = 0.5 * CAPACITY_PER_S
  const lengthM = 600
  const entries: number[] = []
  const leaving: number[] = []
  // The first link is where the queue of the second is seen from; red from 0 s, green at 1,800 s.
  const network = street([50, lengthM, 100])
  const plan = { ...greenThenRed(7200, 1200), offsetS: 1800 }
  const withSignal = {
    ...network,
    signals: [
      null,
      null,
      { ...plan, phases: plan.phases.map(phase => ({ ...phase, movements: [1] })) },
      null,
    ],
  }
  const traffic = trafficOn(withSignal, atTimes(everyS(1 / q, 1700)), {
    onCrossing(lane, _n, _vehicle, atS) {
      if (lane === 0) entries.push(atS)
      if (lane === 1) leaving.push(atS)
    },
  })
  traffic.run(2400)
  const firstAtLightS = (entries[0] ?? 0) + lengthM / SPEED_MS
  const full = entries.filter(t => t < 1800)
  const lastBeforeS = full.at(-1) ?? 0
  // Distance over time, from when the first stands at the light to when the last finds room.
  const shock = lengthM / (lastBeforeS - firstAtLightS)
  const theory = q / (JAM_PER_M - q / SPEED_MS)
  expect(shock / theory).toBeGreaterThan(0.95)
  expect(shock / theory).toBeLessThan(1.05)
  const firstAfterS = entries.find(t => t >= 1800) ?? NaN
  // From when the first one passes the stop line.
  const wave = lengthM / (firstAfterS - (leaving.find(t => t >= 1800) ?? NaN))
  expect(wave / WAVE_MS).toBeGreaterThan(0.95)
  expect(wave / WAVE_MS).toBeLessThan(1.05)
})

it('holds as many cars a link as stand in it, and lets nobody pass a red light', () => {
  const network = street([200, 75, 100])
  const red = {
    ...greenThenRed(3600, 10),
    offsetS: 3000,
    phases: [{ number: 2, startS: 0, greenS: 10, yellowS: 3, allRedS: 1, movements: [1] }],
  }
  const traffic = trafficOn({ ...network, signals: [null, null, red, null] }, atTimes(everyS(3, 150)))
  traffic.run(1000)
  expect(traffic.lanes.held(1)).toBe(75 / CAR.spacingM)
  expect(traffic.vehicles.ended).toBe(0)
})

it('who wants to start waits while a queue stands in most of his street', () => {
  const red = { ...greenThenRed(3600, 10), offsetS: 3000 }
  const traffic = trafficOn(street([75, 100], red), atTimes(everyS(1, 100)))
  traffic.run(1000)
  expect(traffic.lanes.held(0)).toBe(6)
  expect(traffic.wanting).toBe(94)
  expect(traffic.lanes.filled(0)).toBeCloseTo((6 * CAR.spacingM) / 75, 9)
})
