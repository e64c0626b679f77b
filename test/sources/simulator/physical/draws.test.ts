import { expect, it } from 'vitest'
import {
  draw,
  exponential,
  logNormal,
  naturalExp,
  naturalLog,
  nearlyNormal,
  PURPOSE,
} from '../../../../src/sources/simulator/physical/draws.ts'

it.each([1e-12, 0.001, 0.4999, 0.5, 1, 1.5, 2.718281828459045, 1000, 1e15])(
  'the logarithm of %f is right to fifteen digits',
  x => {
    expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThanOrEqual(
      4e-16 * Math.max(1, Math.abs(Math.log(x))),
    )
  },
)

it.each([-600, -20.5, -1, -0.3, 0, 1e-9, 0.34, 0.35, 1, 10.7, 600])(
  'e to the power of %f is right to thirteen digits',
  x => {
    expect(Math.abs(naturalExp(x) / Math.exp(x) - 1)).toBeLessThan(2e-13)
  },
)

it('log-normal draws have the mean and the deviation that are asked for, and are not symmetric', () => {
  const n = 20_000
  const drawn = Array.from({ length: n }, (_, i) =>
    logNormal(
      30,
      24,
      Array.from({ length: 12 }, (_of, of) => draw(7, i, PURPOSE.incidentDuration + of, 0)),
    ),
  )
  const mean = drawn.reduce((sum, x) => sum + x, 0) / n
  const deviation = Math.sqrt(drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n)
  expect(Math.abs(mean / 30 - 1)).toBeLessThan(0.03)
  expect(Math.abs(deviation / 24 - 1)).toBeLessThan(0.05)
  // Its median is the mean over √(1 + 0.8²).
  const median = drawn.toSorted((a, b) => a - b)[n / 2] ?? 0
  expect(Math.abs((median * Math.sqrt(1.64)) / 30 - 1)).toBeLessThan(0.03)
})

it('exponential draws have mean and deviation 1, near-normal ones 0 and 1', () => {
  const n = 20_000
  const drawn = Array.from({ length: n }, (_, i) => exponential(7, 3, PURPOSE.gap, i))
  const mean = drawn.reduce((sum, x) => sum + x, 0) / n
  const deviation = Math.sqrt(drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n)
  expect(mean).toBeCloseTo(1, 1)
  expect(deviation).toBeCloseTo(1, 1)
  const normal = Array.from({ length: n }, (_, i) => nearlyNormal(7, 3, PURPOSE.speed, i))
  expect(normal.reduce((sum, x) => sum + x, 0) / n).toBeCloseTo(0, 1)
  expect(Math.sqrt(normal.reduce((sum, x) => sum + x * x, 0) / n)).toBeCloseTo(1, 1)
})

it('a draw depends on seed, entity, purpose and number, and on nothing else', () => {
  const all = [draw(1, 2, 3, 4), draw(2, 2, 3, 4), draw(1, 3, 3, 4), draw(1, 2, 4, 4), draw(1, 2, 3, 5)]
  expect(new Set(all).size).toBe(5)
  expect(draw(1, 2, 3, 4)).toBe(all[0])
})
