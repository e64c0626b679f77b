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
    ['0 17 L * *', '2026-11-27T00:00:00Z', '2026-11-30T17:00:00.000Z'],
    ['@daily', '2026-11-27T15:00:00Z', '2026-11-28T00:00:00.000Z'],
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

  it('goes by the zone data of this program', () => {
    expect(next('0 17 1,15 * *', '2026-11-27T00:00:00Z', 'America/Edmonton')).toBe('2026-12-01T23:00:00.000Z')
  })

  it('comes when a skipped hour is over, and once in an hour that comes twice', () => {
    const over = next('30 2 * * *', '2026-03-08T05:00:00Z', 'America/New_York')
    expect(over).toBe('2026-03-08T07:00:00.000Z')
    expect(next('30 2 * * *', over, 'America/New_York')).toBe('2026-03-09T06:30:00.000Z')
    const first = next('30 1 * * *', '2026-11-01T05:00:00Z', 'America/New_York')
    expect(first).toBe('2026-11-01T05:30:00.000Z')
    expect(next('30 1 * * *', first, 'America/New_York')).toBe('2026-11-02T06:30:00.000Z')
  })

  it('for every hour goes on through an hour that comes twice, and over one that is skipped', () => {
    const every5 = (after: string) => next('*/5 * * * *', after, 'America/New_York')
    expect(every5('2026-11-01T05:57:00Z')).toBe('2026-11-01T06:00:00.000Z')
    expect(every5('2026-11-01T06:00:00Z')).toBe('2026-11-01T06:05:00.000Z')
    expect(every5('2026-11-01T06:57:00Z')).toBe('2026-11-01T07:00:00.000Z')
    expect(every5('2026-03-08T06:57:00Z')).toBe('2026-03-08T07:00:00.000Z')
    expect(every5('2026-03-08T07:00:00Z')).toBe('2026-03-08T07:05:00.000Z')
    expect(next('@hourly', '2026-11-01T05:30:00Z', 'America/New_York')).toBe('2026-11-01T06:00:00.000Z')
  })

  it('comes in one order whatever it is asked after', () => {
    for (const expression of ['*/7 1-3 * * *', '30 */2 * * *', '*/10 * * * *', '0 0 * * *'])
      for (const begin of ['2026-03-08T00:00:00Z', '2026-11-01T00:00:00Z', '2026-12-31T12:00:00Z']) {
        const run = cron(expression, 'America/New_York')
        const runs = [run(Date.parse(begin))]
        for (let i = 0; i < 60; i++) runs.push(run(runs.at(-1) ?? 0))
        expect(runs).toEqual([...new Set(runs)].sort((a, b) => a - b))
        // Each is the next also of the moment before it.
        for (const ms of runs) expect(run(ms - 1)).toBe(ms)
      }
  })

  it.each([
    ['* * * *', 'exactly five'],
    ['0 * * * * *', 'five'],
    ['60 * * * *', 'Invalid value for minute: 60'],
    ['* * 0 * *', 'Invalid value for day'],
    ['* 5-1 * * *', "'5-1'"],
    ['*/0 * * * *', 'illegal stepping'],
    ['*-5 * * * *', 'illegal lower range'],
    ['* * * foo *', '(foo)'],
    ['0 0 31 2 *', 'never comes'],
  ])('refuses %s in words', (expression, words) => {
    expect(() => cron(expression, 'UTC')).toThrow(words)
  })
})
