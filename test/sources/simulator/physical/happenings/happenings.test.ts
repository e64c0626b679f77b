import { expect, it } from 'vitest'
import { Happenings } from '../../../../../src/sources/simulator/physical/happenings/happenings.ts'
import { SPEED_MS, atTimes, everyS, greenThenRed, street, trafficOn } from '../street.ts'

/** Speeds of single cars on a street of 1 km, by when they came onto it. */
function speedsOf(act: (happenings: Happenings) => void): Map<number, number> {
  const speeds = new Map<number, number>()
  const traffic = trafficOn(street([1000, 100]), atTimes(everyS(100, 2000)), {
    onCrossing(lane, n, _vehicle, atS) {
      if (lane !== 0) return
      const inS = traffic.lanes.enteredS(lane, n)
      speeds.set(Math.round(inS), 1000 / (atS - inS))
    },
  })
  act(new Happenings(traffic))
  traffic.run(4000)
  return speeds
}

it('factors of a link begin and end with what happens, multiply, and leave nothing behind', () => {
  const speeds = speedsOf(happenings => {
    const links = [0]
    happenings.add({ kind: 'links', links, factors: { speed: 0.9, capacity: 1 }, fromS: 450, toS: 1450 })
    happenings.add({ kind: 'links', links, factors: { speed: 0.7, capacity: 0.9 }, fromS: 950, toS: 1150 })
  })
  expect([400, 500, 1000, 1200, 1500].map(atS => (speeds.get(atS) ?? 0) / SPEED_MS)).toEqual([
    expect.closeTo(1, 9),
    expect.closeTo(0.9, 9),
    expect.closeTo(0.63, 9),
    expect.closeTo(0.9, 9),
    expect.closeTo(1, 9),
  ])
})

it('a lane that two things close opens when both have ended', () => {
  const passed: number[] = []
  const traffic = trafficOn(street([100, 100]), atTimes(everyS(10, 1000)), {
    onCrossing: (lane, _n, _vehicle, atS) => lane === 0 && passed.push(atS),
  })
  const happenings = new Happenings(traffic)
  happenings.add({ kind: 'lanes', lanes: [0], limit: 'closed', fromS: 205, toS: 500 })
  happenings.add({ kind: 'lanes', lanes: [0], limit: 'closed', fromS: 300, toS: 700 })
  traffic.run(3000)
  expect(passed.filter(t => t > 205 && t < 700)).toEqual([])
  // Who stood at the line goes at once.
  expect(passed.find(t => t > 205)).toBe(700)
  expect(passed).toHaveLength(100)
})

it('of two modes of a signal the later counts, then the earlier, then its plan', () => {
  const traffic = trafficOn(street([100, 100], greenThenRed(90, 40)), atTimes([]))
  const happenings = new Happenings(traffic)
  happenings.add({ kind: 'signal', node: 1, mode: 'flashing', fromS: 100, toS: 400 })
  happenings.add({ kind: 'signal', node: 1, mode: 'dark', fromS: 200, toS: 300 })
  happenings.add({ kind: 'plan', node: 1, plan: greenThenRed(80, 40), fromS: 500, toS: Infinity })
  const seen = [50, 150, 250, 350, 450].map(atS => {
    traffic.run(atS)
    return traffic.signals.modeOf(1)
  })
  expect(seen).toEqual(['plan', 'flashing', 'dark', 'flashing', 'plan'])
  traffic.run(1000)
  expect(traffic.signals.planAt(1, 1000)?.cycleS).toBe(80)
})

it('what would end before it begins is refused, and what is past', () => {
  const traffic = trafficOn(street([100]), atTimes([]))
  const happenings = new Happenings(traffic)
  const closed = { kind: 'lanes', lanes: [0], limit: 'closed' } as const
  expect(() => {
    happenings.add({ ...closed, fromS: 10, toS: 10 })
  }).toThrow('what begins at 10 s cannot end at 10 s')
  traffic.run(100)
  expect(() => {
    happenings.add({ ...closed, fromS: 50, toS: 200 })
  }).toThrow('50 s is past')
})
