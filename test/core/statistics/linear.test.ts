import { describe, expect, it } from 'vitest'
import { inverseOf, times } from '../../../src/core/statistics/index.ts'

describe('inverseOf', () => {
  it('times the matrix is the identity', () => {
    const matrix = Float64Array.from([4, 2, 0.6, 2, 5, 1, 0.6, 1, 3])
    const inverse = inverseOf(matrix, 3)
    for (let column = 0; column < 3; column++) {
      const unit = times(
        matrix,
        Float64Array.from([0, 1, 2], row => inverse[row * 3 + column]!),
      )
      unit.forEach((value, row) => expect(value).toBeCloseTo(row === column ? 1 : 0, 12))
    }
  })

  it('says which unknown the data leave open', () => {
    expect(() => inverseOf(Float64Array.from([1, 1, 1, 1]), 2)).toThrow('unknown 2 of 2 is not determined')
  })
})
