import { describe, expect, it } from 'vitest'
import { daysFromCivil, localToUtcMs, utcToLocal } from '../../../src/core/time/local.ts'
import { zoneOffsets } from '../../../src/core/time/zone.ts'

const losAngeles = zoneOffsets('America/Los_Angeles')
type Clock = [number, number, number, number, number, number, number]
const iso = (zone: string, ...clock: Clock) =>
  new Date(localToUtcMs(zoneOffsets(zone), ...clock)).toISOString()

describe('localToUtcMs', () => {
  it('puts a wall-clock time at its instant, with milliseconds', () => {
    expect(iso('America/New_York', 2026, 7, 4, 9, 30, 15, 250)).toBe('2026-07-04T13:30:15.250Z')
    expect(iso('America/New_York', 2026, 12, 31, 23, 59, 59, 999)).toBe('2027-01-01T04:59:59.999Z')
    expect(iso('Asia/Kolkata', 2026, 1, 1, 0, 0, 0, 0)).toBe('2025-12-31T18:30:00.000Z')
  })

  it('takes the first, daylight pass of an hour that comes twice', () => {
    expect(iso('America/New_York', 2026, 11, 1, 1, 30, 0, 0)).toBe('2026-11-01T05:30:00.000Z')
    expect(iso('America/New_York', 2026, 11, 1, 0, 59, 59, 999)).toBe('2026-11-01T04:59:59.999Z')
    expect(iso('America/New_York', 2026, 11, 1, 2, 0, 0, 0)).toBe('2026-11-01T07:00:00.000Z')
    expect(iso('Europe/Paris', 2026, 10, 25, 2, 30, 0, 0)).toBe('2026-10-25T00:30:00.000Z')
  })

  it('moves an hour that is skipped forward by the gap', () => {
    expect(iso('America/Los_Angeles', 2012, 3, 11, 1, 55, 0, 0)).toBe('2012-03-11T09:55:00.000Z')
    expect(iso('America/Los_Angeles', 2012, 3, 11, 2, 30, 0, 0)).toBe('2012-03-11T10:30:00.000Z')
    expect(iso('America/Los_Angeles', 2012, 3, 11, 3, 0, 0, 0)).toBe('2012-03-11T10:00:00.000Z')
    // Apia skipped a whole day.
    expect(iso('Pacific/Apia', 2011, 12, 30, 12, 0, 0, 0)).toBe('2011-12-30T22:00:00.000Z')
  })

  it('gives the same answers in any order of asking', () => {
    const clocks: Clock[] = []
    for (let day = 1; day <= 31; day++)
      clocks.push([2012, 3, day, 2, 30, 0, 0], [2020, 11, day % 30, 1, 30, 0, 0])
    const forward = clocks.map(clock => localToUtcMs(losAngeles, ...clock))
    const backward = clocks.toReversed().map(clock => localToUtcMs(losAngeles, ...clock))
    expect(backward.reverse()).toEqual(forward)
  })

  it('is undone by utcToLocal at every quarter hour of a year without a change near', () => {
    for (
      let ms = Date.parse('2026-01-01T00:00:00Z');
      ms < Date.parse('2026-03-07T00:00:00Z');
      ms += 900_000
    ) {
      const { dateDays, hour } = utcToLocal(losAngeles, ms)
      const date = new Date(dateDays * 86_400_000)
      const minute = (ms / 60_000) % 60
      expect(
        localToUtcMs(
          losAngeles,
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
          hour,
          minute,
          0,
          0,
        ),
      ).toBe(ms)
    }
  })
})

describe('utcToLocal', () => {
  it('gives the local date, hour and weekday', () => {
    // Monday 2026-07-06 02:00 UTC is still Sunday evening in Los Angeles.
    expect(utcToLocal(losAngeles, Date.parse('2026-07-06T02:00:00Z'))).toEqual({
      dateDays: Date.parse('2026-07-05T00:00:00Z') / 86_400_000,
      hour: 19,
      weekday: 7,
    })
    expect(utcToLocal(losAngeles, Date.parse('2026-07-06T07:00:00Z'))).toMatchObject({ hour: 0, weekday: 1 })
  })

  it('holds before 1970', () => {
    expect(utcToLocal(zoneOffsets('UTC'), -1)).toEqual({ dateDays: -1, hour: 23, weekday: 3 })
  })
})

describe('daysFromCivil', () => {
  it('agrees with the calendar of the runtime, leap days included', () => {
    for (const date of ['1970-01-01', '2000-02-29', '2100-03-01', '1969-12-31', '2024-12-31', '0001-01-01']) {
      const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
      expect(daysFromCivil(year, month, day)).toBe(Date.parse(`${date}T00:00:00Z`) / 86_400_000)
    }
  })
})
