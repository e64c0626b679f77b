import { expect, it } from 'vitest'
import { gridTraffic } from './grid.ts'

const DAY_S = 86_400

interface Seen {
  readonly order: readonly string[]
  readonly ended: ReadonlySet<number>
  readonly started: ReadonlySet<number>
}

/** A day in steps of so many seconds, and what happened in it, in order. */
function dayOf(seed: number, perHour: number, stepS: number, checkS = Infinity, gridSize = 4): Seen {
  const order: string[] = []
  const wrong: number[] = []
  const [started, ended, on] = [new Set<number>(), new Set<number>(), new Set<number>()]
  const traffic = gridTraffic(gridSize, seed, perHour, DAY_S, {
    onStart({ id }) {
      if (started.has(id)) wrong.push(id)
      started.add(id)
      on.add(id)
    },
    onEnd({ id }, atS) {
      // Only who is on his way can arrive, once.
      if (!on.delete(id)) wrong.push(id)
      ended.add(id)
      order.push(`${id}@${atS}`)
    },
  })
  let nextCheckS = 0
  for (let atS = stepS; atS < DAY_S + 2 * 3600 + stepS; atS += stepS) {
    traffic.run(atS)
    if (atS < nextCheckS) continue
    nextCheckS = atS + checkS
    // By id: everybody who wanted to start waits, is on one lane, or has arrived.
    const held: number[] = []
    for (let lane = 0; lane < traffic.lanes.count; lane++)
      for (let i = 0; i < traffic.lanes.held(lane); i++) {
        const number = traffic.lanes.vehicleAt(lane, traffic.lanes.first(lane) + i)
        held.push(traffic.vehicles.at(number).id)
      }
    expect(held.toSorted((a, b) => a - b)).toEqual([...on].toSorted((a, b) => a - b))
    expect(traffic.vehicles.started).toBe(ended.size + on.size + traffic.wanting)
  }
  expect(wrong).toEqual([])
  expect(traffic.wanting).toBe(0)
  expect(traffic.onTheWay).toBe(0)
  return { order, ended, started }
}

it.each([
  { seed: 1, perHour: 40 },
  { seed: 2, perHour: 90 },
])(
  'every vehicle of a day that started is on one lane or has arrived, by id: $perHour an hour and link, seed $seed',
  ({ seed, perHour }) => {
    const { started, ended } = dayOf(seed, perHour, 900, 900)
    expect(started.size).toBeGreaterThan(5000)
    expect(ended).toEqual(started)
  },
)

it('the same seed gives the same arrivals to the last bit, whatever the steps it is run in; another seed gives others', () => {
  const once = dayOf(3, 40, DAY_S + 7200)
  expect(dayOf(3, 40, 613.7).order).toEqual(once.order)
  expect(dayOf(4, 40, DAY_S + 7200).order).not.toEqual(once.order)
})

it('a rush hour over capacity fills the city, and dissolves: those who wait too long look for another way', () => {
  const { started, ended } = dayOf(1, 150, 1800, 1800, 6)
  expect(started.size).toBeGreaterThan(50_000)
  expect(ended).toEqual(started)
})
