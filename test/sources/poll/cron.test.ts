import { describe, expect, it } from 'vitest'
import { cron } from '../../../src/sources/poll/cron.ts'

const next = (expression: string, after: string, zone = 'UTC') =>
  new Date(cron(expression, zone)(Date.parse(after))).toISOString()

describe('cron', () => {
  it.each([
    ['*/15 * * * *', '2026-11-27T14:50:34Z', '2026-11-27T15:00:00.000Z'],
    ['0 * * * *', '2026-11-27T15:00:00Z', '2026-11-27T16:00:00.000Z'],
    ['5,35 6-8 * * *', '2026-11-27T08:35:00Z', '2026-11-28T06:05:00.000Z'],
    ['0 0 1 jan *', '2026-11-27T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['30 7 * * mon-fri', '2026-11-27T08:00:00Z', '2026-11-30T07:30:00.000Z'],
    ['0 0 * * 7', '2026-11-27T00:00:00Z', '2026-11-29T00:00:00.000Z'],
    ['0 12 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T12:00:00.000Z'],
    ['10/20 0 * * *', '2026-11-27T00:11:00Z', '2026-11-27T00:30:00.000Z'],
  ])('%s after %s is %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected)
  })

  it('takes either day where both are given', () => {
    expect(next('0 0 13 * fri', '2026-11-27T00:00:00Z')).toBe('2026-12-04T00:00:00.000Z')
    expect(next('0 0 13 * fri', '2026-12-12T00:00:00Z')).toBe('2026-12-13T00:00:00.000Z')
  })

  it('goes by the wall clock of its zone', () => {
    expect(next('0 6 * * *', '2026-11-27T00:00:00Z', 'America/New_York')).toBe('2026-11-27T11:00:00.000Z')
  })

  it('moves the runs of a skipped hour forward, and runs an hour that comes twice once', () => {
    expect(next('30 2 * * *', '2026-03-08T05:00:00Z', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z')
    const first = next('30 1 * * *', '2026-11-01T05:00:00Z', 'America/New_York')
    expect(first).toBe('2026-11-01T05:30:00.000Z')
    expect(next('30 1 * * *', first, 'America/New_York')).toBe('2026-11-02T06:30:00.000Z')
  })

  it.each([
    ['* * * *', 'has 4 fields'],
    ['60 * * * *', 'the minute "60" is none'],
    ['* * 0 * *', 'the day "0" is none'],
    ['* 5-1 * * *', 'the hour "5-1" is none'],
    ['*/0 * * * *', 'the minute "*/0" is none'],
    ['*-5 * * * *', 'the minute "*-5" is none'],
    ['* * * foo *', 'the month "foo" is none'],
    ['0 0 31 2 *', 'never comes'],
    ['@daily', 'has 1 fields'],
  ])('refuses %s in words', (expression, words) => {
    expect(() => cron(expression, 'UTC')).toThrow(words)
  })
})
