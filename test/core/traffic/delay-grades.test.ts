import { describe, expect, it } from 'vitest'
import { delayGrade } from '../../../src/core/traffic/delay-grades.ts'

describe('the delay grade of a mean wait', () => {
  it('takes the upper end of a grade into it, and what is beyond the last into F', () => {
    expect([0, 10, 10.1, 20, 35, 55, 80, 80.1, 1e9].map(delayGrade).join('')).toBe('AABBCDEFF')
  })
})
