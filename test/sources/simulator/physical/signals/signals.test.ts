import { expect, it } from 'vitest'
import type { SignalPlan } from '../../../../../src/core/traffic/network.ts'
import { Signals } from '../../../../../src/sources/simulator/physical/signals/signals.ts'
import { streetsOf } from '../../../../../src/sources/simulator/physical/network/streets.ts'
import { Traffic } from '../../../../../src/sources/simulator/physical/traffic.ts'
import { gridTraffic } from '../grid.ts'
import { CAR, atTimes, cross, everyS, greenThenRed, street, trafficOn } from '../street.ts'

/** Two streets that cross: one movement of each. */
const phase = (number: number, startS: number, greenS: number, movements: number[]) => ({
  ...{ number, startS, greenS, movements },
  yellowS: 4,
  allRedS: 1,
})
const PLAN: SignalPlan = { cycleS: 90, offsetS: 0, phases: [phase(2, 0, 50, [0]), phase(4, 55, 30, [1])] }
const OTHER: SignalPlan = { cycleS: 80, offsetS: 30, phases: [phase(2, 0, 40, [0]), phase(4, 45, 30, [1])] }
const MOVEMENT = { from: 0, to: 1, turn: 'through', fromLanes: [0], toLanes: [0] } as const

function two(): Signals {
  return new Signals([MOVEMENT, MOVEMENT], Int32Array.from([0, 0]), [PLAN])
}

/** Colours of both by tenths of a second. */
function shown(signals: Signals, fromS: number, toS: number): string[] {
  return Array.from({ length: Math.round((toS - fromS) * 10) }, (_, i) => {
    const atS = fromS + i / 10 + 0.01
    return `${signals.colourAt(0, atS)} ${signals.colourAt(1, atS)}`
  })
}

/**
 * At 100 s the cycle that began at 90 runs to 180. Cycles of the new plan begin at 30 + 80 k, next at 190: 10 s are missing, in one cycle of 90 s, that is 180 to 270, where a
 * cycle begins by the new offset (30 + 3 · 80). Its longest green, phase 2, has 50 s then, and phase 4 begins 10 s later.
 */
it('a change of plan finishes the cycle and comes into step by longer cycles, without cutting a green', () => {
  const signals = two()
  expect(signals.changePlan(0, OTHER, 100)).toBe(270)
  expect(signals.planAt(0, 179.9)).toBe(PLAN)
  expect(signals.planAt(0, 180)?.cycleS).toBe(90)
  expect(signals.planAt(0, 270)).toBe(OTHER)
  // Of the old plan: phase 4 from 145, with two seconds of its yellow.
  expect(signals.greenFromS(1, 140)).toBe(145)
  expect(signals.greenFromS(1, 176.9)).toBe(145)
  // On the way: 0 from 180 for 50 + 2 s, 1 from 235.
  expect(signals.greenFromS(0, 177)).toBe(180)
  expect(signals.greenFromS(0, 231.9)).toBe(180)
  expect(signals.greenFromS(1, 177)).toBe(235)
  // In step.
  expect(signals.greenFromS(0, 232)).toBe(270)
  expect(signals.greenFromS(1, 300)).toBe(315)
  expect(shown(signals, 90, 900)).not.toContain('green green')
  expect(signals.planOf(0)).toBe(OTHER)
})

it('no cycle on the way is longer by more than a fifth, whenever the change comes', () => {
  for (let atS = 0; atS < 90; atS += 7.3) {
    const signals = two()
    const inStepS = signals.changePlan(0, { ...OTHER, offsetS: 29.5 }, atS)
    expect((inStepS * 10 - 295) % 800).toBe(0)
    for (let t = 90; t < inStepS; t += 10) {
      const cycleS = signals.planAt(0, t)?.cycleS ?? 0
      expect(cycleS).toBeGreaterThanOrEqual(80)
      expect(cycleS).toBeLessThanOrEqual(96)
    }
    expect(inStepS).toBeLessThanOrEqual(90 + 5 * 96)
    expect(shown(signals, 0, 700)).not.toContain('green green')
  }
})

it('a signal is dark, flashes, or stays in a stage, until it runs its plan again', () => {
  const signals = two()
  signals.setMode(0, 'dark')
  expect([signals.colourAt(0, 5), signals.greenFromS(1, 5)]).toEqual(['dark', -Infinity])
  expect(signals.isAllWayStop(0)).toBe(true)
  signals.setMode(0, 'flashing')
  expect([signals.colourAt(1, 5), signals.isAllWayStop(0)]).toEqual(['flashing', true])
  signals.setMode(0, { stuckIn: 4 })
  expect([signals.colourAt(0, 5), signals.colourAt(1, 5)]).toEqual(['red', 'green'])
  expect([signals.greenFromS(0, 5), signals.greenFromS(1, 5)]).toEqual([Infinity, -Infinity])
  expect(signals.anyAllWayStop).toBe(false)
  signals.setMode(0, 'plan')
  expect([signals.greenFromS(0, 60), signals.greenFromS(1, 60)]).toEqual([90, 55])
})

it('who waits at a signal that is stuck in red goes when it runs again', () => {
  const plan = { ...greenThenRed(90, 40), phases: [...greenThenRed(90, 40).phases, phase(4, 45, 30, [])] }
  const passed: number[] = []
  const traffic = trafficOn(street([300, 300], plan), atTimes(everyS(10, 1200)), {
    onCrossing: (lane, _n, _vehicle, atS) => lane === 0 && passed.push(atS),
  })
  traffic.at(300, () => {
    traffic.setSignalMode(1, { stuckIn: 4 })
  })
  traffic.at(900, () => {
    traffic.setSignalMode(1, 'plan')
  })
  traffic.run(3600)
  expect(passed.filter(t => t > 300 && t < 900)).toEqual([])
  expect(passed).toHaveLength(120)
})

/**
 * HCM ch. 21, one lane on each of four approaches, all with queues: every departure is of degree of conflict 5, 9.6 s after the one before it (lefts and
 * rights shift that by 0.2 and −0.6 s), so a lane has 375 an hour at most.
 */
it('a dark signal is an all-way stop with the capacity of the Highway Capacity Manual', () => {
  const out = new Map<number, number[]>()
  const network = cross()
  let due = 0
  const traffic = new Traffic({
    streets: streetsOf(network),
    routes: { next: link => (link < 4 ? link : -1) },
    // One from each side every four seconds: more than can pass.
    demand: {
      origins: [0, 1, 2, 3].map(link => ({ link })),
      nextS: origin => (Math.floor(due / 4) + (due % 4 > origin ? 1 : 0)) * 4,
      take(origin) {
        due++
        return { ...CAR, origin, n: due, destination: 0, variant: 0 }
      },
    },
    events: {
      onCrossing(lane, _n, _vehicle, atS) {
        if (lane < 4) out.set(lane, [...(out.get(lane) ?? []), atS])
      },
    },
  })
  traffic.setSignalMode(0, 'dark')
  traffic.run(3600)
  for (const times of out.values()) {
    const gaps = times.filter(t => t > 600 && t < 3000)
    const perHour = (gaps.length - 1) / (((gaps.at(-1) ?? 0) - (gaps[0] ?? 0)) / 3600)
    expect(perHour).toBeGreaterThan(375 * 0.98)
    expect(perHour).toBeLessThan(375 * 1.02)
  }
  expect(out.size).toBe(4)
})

it('a lone driver stops at a dark signal for a short while: 3.9 s less 2 s of moving up', () => {
  const late: number[] = []
  const traffic = trafficOn(street([500, 100], greenThenRed(90, 40)), atTimes([10]), {
    onCrossing: (lane, n, _vehicle, atS) => lane === 0 && late.push(atS - traffic.lanes.freeExitS(lane, n)),
  })
  traffic.setSignalMode(1, 'dark')
  traffic.run(600)
  expect(late[0]).toBeCloseTo(1.9, 9)
})

it('vehicles are conserved by id with dark and stuck signals and changes of plans', () => {
  const on = new Set<number>()
  const traffic = gridTraffic(4, 7, 300, 4 * 3600, {
    onStart: ({ id }) => on.add(id),
    onEnd({ id }) {
      expect(on.delete(id)).toBe(true)
    },
  })
  traffic.at(1800, () => {
    traffic.setSignalMode(5, 'dark')
    traffic.setSignalMode(6, { stuckIn: 2 })
    traffic.setSignalMode(9, 'flashing')
  })
  traffic.at(5400, () => {
    for (const node of [5, 6, 9]) traffic.setSignalMode(node, 'plan')
    const plan = traffic.signals.planOf(10)
    if (plan !== null) traffic.changePlan(10, { ...plan, offsetS: 13 })
  })
  traffic.run(10 * 3600)
  expect(on.size).toBe(0)
  expect(traffic.vehicles.ended).toBe(traffic.vehicles.started)
  expect(traffic.vehicles.started).toBeGreaterThan(2000)
})
