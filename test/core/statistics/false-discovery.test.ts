import { describe, expect, it } from 'vitest'
import { benjaminiHochberg } from '../../../src/core/statistics/index.ts'

describe('benjaminiHochberg', () => {
  it("equals R's p.adjust(method = 'BH')", () => {
    const p = Float64Array.from([0.01, 0.04, 0.03, 0.005, 0.5])
    expect(Array.from(benjaminiHochberg(p), q => Number(q.toFixed(6)))).toEqual([
      0.025, 0.05, 0.05, 0.025, 0.5,
    ])
  })

  it('calls as many as the step-up rule of the paper', () => {
    // The example of Benjamini and Hochberg (1995), section 4.1: at 0.05 the four smallest are called.
    const p = Float64Array.from([
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ])
    expect(benjaminiHochberg(p).filter(q => q <= 0.05)).toHaveLength(4)
  })

  it('leaves a single test and no test as they are', () => {
    expect([...benjaminiHochberg(Float64Array.from([0.3]))]).toEqual([0.3])
    expect(benjaminiHochberg(new Float64Array(0))).toHaveLength(0)
  })
})
