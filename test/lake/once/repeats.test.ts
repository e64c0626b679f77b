import { describe, expect, it } from 'vitest'
import { RepeatIndex, SEEN, WINDOW_MS } from '../../../src/lake/once/repeats.ts'
import { seededRandom } from '../../random.ts'

type Reading = readonly [sensor: number, timeMs: number, content: number]

/** An index over a silver that holds what was accepted, asked and supplied as the loader does it. */
class Model {
  readonly silver = new Map<string, Reading>()
  readonly index: RepeatIndex
  loads = 0

  constructor(before: readonly Reading[], maxBytes?: number) {
    for (const reading of before) this.silver.set(`${reading[0]} ${reading[1]}`, reading)
    this.index = new RepeatIndex(new Set(before.map(([, ms]) => Math.floor(ms / 3_600_000))), maxBytes)
  }

  batch(readings: readonly Reading[]): number[] {
    const sensors = Int32Array.from(readings, r => r[0])
    const times = Float64Array.from(readings, r => r[1])
    const missing = this.index.missing(sensors, times, Uint32Array.from(readings.keys()))
    if (missing !== null) {
      this.loads++
      this.index.loaded(missing)
      const from = Math.min(...missing.windows) * WINDOW_MS
      const to = (Math.max(...missing.windows) + 1) * WINDOW_MS
      // All between the first and the last window, as the loader may ask for it.
      for (const [sensor, ms, content] of this.silver.values()) {
        if (ms >= from && ms < to && missing.sensors?.includes(sensor) !== false)
          this.index.put(sensor, ms, content)
      }
    }
    const seen = readings.map(r => this.index.see(...r))
    this.index.trim()
    return seen
  }

  expected(readings: readonly Reading[]): number[] {
    return readings.map(reading => {
      const key = `${reading[0]} ${reading[1]}`
      const first = this.silver.get(key)
      if (first === undefined) this.silver.set(key, reading)
      return first === undefined ? SEEN.new : first[2] === reading[2] ? SEEN.repeat : SEEN.conflict
    })
  }

  check(readings: readonly Reading[]): void {
    const found = this.batch(readings)
    expect(found).toEqual(this.expected(readings))
  }
}

const START = Date.parse('2026-03-15T00:00:00Z')

describe('RepeatIndex', () => {
  it.each([
    ['small', 20_000, 40],
    ['unbounded', undefined, 40],
    ['of many sensors', 3_000_000, 2000],
  ])('agrees with a plain map, evicting and loading (%s)', (_, maxBytes, sensors) => {
    const random = seededRandom(5)
    const reading = (hours: number): Reading => [
      Math.floor(random() * sensors),
      START + Math.floor((random() * hours * 3_600_000) / 500) * 500 + (random() < 0.1 ? 1 : 0),
      Math.floor(random() * 2),
    ]
    const model = new Model(
      Array.from({ length: 3000 }, () => reading(6)),
      maxBytes,
    )
    for (let i = 0; i < 60; i++) {
      const fresh = Array.from({ length: 10 + Math.floor(random() * 800) }, () => reading(12))
      const again = [...model.silver.values()].filter(() => random() < 0.02)
      model.check([...fresh, ...again, ...fresh.slice(0, 20)])
    }
    expect(model.loads).toBeGreaterThan(0)
  })

  it('keeps to its bound as the hours go by', () => {
    const model = new Model([], 100_000)
    for (let hour = 0; hour < 100; hour++) {
      model.check(Array.from({ length: 50 }, (_, i): Reading => [i, START + hour * 3_600_000 + i, 0]))
      expect(model.index.bytes).toBeLessThanOrEqual(100_000)
    }
    model.check(Array.from({ length: 50 }, (_, i): Reading => [i, START + i, 1]))
  })

  it('holds a sensor that sends a thousand times a second', () => {
    const model = new Model([])
    const burst = Array.from({ length: 5000 }, (_, i): Reading => [3, START + (i % 4000), i % 4000])
    model.check(burst)
    model.check(burst)
    model.check(burst.map(([sensor, ms, content]): Reading => [sensor, ms, content + 1]))
  })

  it('asks silver for nothing of a time it has nothing of', () => {
    const model = new Model([[1, START, 0]])
    model.check([[1, START + 3_600_000, 0]])
    expect(model.loads).toBe(0)
    model.check([[1, START + 1, 0]])
    expect(model.loads).toBe(1)
  })

  it('stays small when one sensor of many brings a year', () => {
    const index = new RepeatIndex([])
    for (let i = 0; i < 3000; i++) expect(index.see(19_999, START + i * WINDOW_MS, i)).toBe(SEEN.new)
    for (let i = 0; i < 3000; i++) expect(index.see(19_999, START + i * WINDOW_MS, i)).toBe(SEEN.repeat)
    expect(index.bytes / 3000).toBeLessThan(1000)
  })

  it('finds the pages of few and of many sensors', () => {
    const index = new RepeatIndex([])
    const sensors = Array.from({ length: 400 }, (_, i) => (i * 7919) % 5000)
    for (const sensor of sensors) expect(index.see(sensor, START, 1)).toBe(SEEN.new)
    for (const sensor of sensors) expect(index.see(sensor, START, 2)).toBe(SEEN.conflict)
  })

  it('knows times before 1970 and contents of all 32 bits', () => {
    const model = new Model([[1, -5, 0xffff_ffff]])
    model.check([
      [1, -5, 0xffff_ffff],
      [1, -5, 0],
      [1, -6, 1],
      [1, -6, 1],
    ])
  })
})
