import { describe, expect, it } from 'vitest'
import { shrunkEffects } from '../../../src/insight/risk/shrunk-effects.ts'

const effects = (seen: readonly number[], expected: readonly number[]) => [
  ...shrunkEffects(Float64Array.from(seen), Float64Array.from(expected)),
]

describe('shrunkEffects', () => {
  it('trusts levels with many incidents and draws those with few towards 1', () => {
    const [many, few] = effects([300, 3, 50, 100, 40, 160], [100, 1, 100, 100, 100, 100])
    expect(many).toBeGreaterThan(2.9)
    expect(few).toBeLessThan(2.5)
    expect(few).toBeGreaterThan(1)
  })

  it('gives 1 where levels differ by no more than chance', () => {
    expect(effects([10, 11, 9, 10], [10, 10, 10, 10])).toEqual([1, 1, 1, 1])
  })

  it('gives 1 to a level that could not be seen', () => {
    expect(effects([300, 30, 0], [100, 100, 0])[2]).toBe(1)
  })
})
