import { describe, expect, it } from 'vitest'
import {
  coverageAt,
  coverageOf,
  gapsOf,
  localDayOf,
  localHourOf,
  weekdayOf,
} from '../../../src/core/time/index.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time/spans.ts'
import { CALGARY_HERE, CALGARY_REASON, calgaryIncidents } from '../../insight/calgary.ts'

const DAY = 17_000
/** So many incidents on each day, from DAY on, hourly from midnight UTC. */
const incidentsOn = (counts: readonly number[]) =>
  counts.flatMap((count, i) =>
    Array.from({ length: count }, (_, n) => ({
      startedAtMs: (DAY + i) * DAY_MS + (n % 24) * HOUR_MS,
      utcOffsetMin: 0,
    })),
  )
const days = (length: number, count: number) => Array.from({ length }, () => count)

describe('coverageOf', () => {
  it('calls a busy record that falls empty silent', () => {
    const coverage = coverageOf(incidentsOn([...days(30, 12), 0, 0, 0, ...days(30, 12)]))
    expect(gapsOf(coverage)).toEqual([{ fromDay: DAY + 30, toDay: DAY + 32 }])
  })

  it('calls a day without incidents quiet where few are usual', () => {
    const coverage = coverageOf(incidentsOn([...days(30, 2), 0, ...days(30, 2)]))
    expect(gapsOf(coverage)).toEqual([])
    expect(coverageAt(coverage, DAY + 30)).toBe('full')
  })

  it('takes a long empty stretch for silence even where few are usual', () => {
    const coverage = coverageOf(incidentsOn([...days(30, 2), ...days(20, 0), ...days(30, 2)]))
    expect(gapsOf(coverage)).toEqual([{ fromDay: DAY + 30, toDay: DAY + 49 }])
  })

  it('knows the days at the ends and beside silence in part only', () => {
    const coverage = coverageOf(incidentsOn([...days(9, 12), ...days(5, 0), ...days(9, 12)]))
    const inPart = coverage.days.flatMap((known, i) => (known === 'part' ? [i] : []))
    expect(inPart).toEqual([0, 8, 14, 22])
  })

  it('knows nothing outside the record, and nothing of an empty one', () => {
    const coverage = coverageOf(incidentsOn([5, 5, 5]))
    expect(coverageAt(coverage, DAY - 1)).toBe('silent')
    expect(coverageAt(coverage, DAY + 3)).toBe('silent')
    expect(coverageOf([])).toEqual({ firstDay: 0, days: [] })
  })

  it.skipIf(!CALGARY_HERE)(`finds the known gaps of Calgary (${CALGARY_REASON})`, async () => {
    const coverage = coverageOf(await calgaryIncidents())
    const date = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10)
    const long = gapsOf(coverage).filter(({ fromDay, toDay }) => toDay - fromDay > 2)
    expect(long.map(({ fromDay, toDay }) => [date(fromDay), date(toDay)])).toEqual([
      ['2016-12-21', '2017-02-07'],
      ['2019-04-19', '2019-04-28'],
      ['2019-06-14', '2019-09-15'],
    ])
  })
})

describe('the local clock of an incident', () => {
  it('takes the offset that it had then', () => {
    const incident = { startedAtMs: Date.parse('2018-01-02T05:30:00Z'), utcOffsetMin: -420 }
    expect(localDayOf(incident)).toBe(Date.parse('2018-01-01') / DAY_MS)
    expect(localHourOf(incident)).toBe(22)
  })

  it('counts hours before 1970 forward too', () => {
    expect(localHourOf({ startedAtMs: -HOUR_MS, utcOffsetMin: 0 })).toBe(23)
  })

  it('begins the week on Monday', () => {
    expect(weekdayOf(Date.parse('2018-01-01') / DAY_MS)).toBe(1)
    expect(weekdayOf(Date.parse('2017-12-31') / DAY_MS)).toBe(7)
    expect(weekdayOf(-4)).toBe(7)
  })
})
