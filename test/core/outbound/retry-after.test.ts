import { expect, it } from 'vitest'
import { retryAfterS } from '../../../src/core/outbound/retry-after.ts'

const now = Date.UTC(2026, 0, 5, 12)

it('reads seconds and dates, and bounds both', () => {
  expect(retryAfterS('120', now)).toBe(120)
  expect(retryAfterS(' 0 ', now)).toBe(0)
  expect(retryAfterS('Mon, 05 Jan 2026 12:01:30 GMT', now)).toBe(90)
  expect(retryAfterS('Mon, 05 Jan 2026 11:00:00 GMT', now)).toBe(0)
  expect(retryAfterS('Fri, 01 Jan 2044 00:00:00 GMT', now)).toBe(86_400)
  expect(retryAfterS('999999999999', now)).toBe(86_400)
})

it('is null for what can’t be read', () => {
  for (const text of [undefined, '', '-5', '1.5', 'soon', '9'.repeat(40)])
    expect(retryAfterS(text, now)).toBeNull()
})
