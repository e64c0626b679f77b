import { describe, expect, it } from 'vitest'
import { withRules } from '../../src/lake/rule-sql.ts'

describe('a rule in SQL', () => {
  it('stands in the place of its name', () => {
    expect(withRules('SELECT 1 WHERE @is_night AND x')).toBe('SELECT 1 WHERE local_hour < 5 AND x')
    expect(withRules('SELECT @delay_grade')).toBe(
      "SELECT multiIf(mean_wait_s IS NULL, NULL, mean_wait_s <= 10, 'A', mean_wait_s <= 20, 'B', mean_wait_s <= 35, 'C', mean_wait_s <= 55, 'D', mean_wait_s <= 80, 'E', 'F')",
    )
  })

  it('leaves other names as they are', () => {
    expect(withRules('@measures, @is_nightly')).toBe('@measures, @is_nightly')
  })
})
