import { describe, expect, it } from 'vitest'
import { dayChartOption } from '../../../../web/src/features/history/model/day-chart-option.ts'
import { changeWords, trendOn, weekWords } from '../../../../web/src/features/history/model/trend.ts'
import { days, levelChange, trend } from './records.ts'

describe('the trend', () => {
  it('stands on its days, and nowhere where the record has none', () => {
    const shown = days(4, null, 6, 5)
    expect(trendOn(trend({ first_day: '2019-04-15', trend: [4, null, 5, 5.5] }), shown)).toEqual([
      4,
      null,
      5,
      5.5,
    ])
    expect(trendOn(trend({ first_day: '2019-04-16', trend: [1] }), shown)).toEqual([null, 1, null, null])
    expect(trendOn(trend({ first_day: null, trend: [] }), shown)).toEqual([null, null, null, null])
  })

  it('is drawn in place of the mean, with a number at each change', () => {
    const found = trend({ changes: [levelChange({ day: '2019-04-17', is_of_recording: true })] })
    const { series } = dayChartOption(days(4, 5, 6, 5), 'dark', found) as {
      series: { endLabel?: { formatter: string }; lineStyle: { type?: string } }[]
    }
    const marks = series.filter(({ endLabel }) => endLabel !== undefined)
    expect(marks.map(({ endLabel, lineStyle }) => [endLabel?.formatter, lineStyle.type])).toEqual([
      ['1', 'dotted'],
    ])
  })
})

describe('a change of the level', () => {
  it('is said with its size, and with what speaks against the traffic', () => {
    expect(changeWords(levelChange({}))).toBe('17 Apr 2019: from 12.0 to 18.0 a day (+50 %)')
    expect(changeWords(levelChange({ is_of_recording: true }))).toContain(
      'rather the recording than the traffic',
    )
    expect(changeWords(levelChange({ silent_days_before: 11 }))).toContain('after 11 days without data')
    expect(changeWords(levelChange({ before_per_day: 0 }))).not.toContain('%')
  })
})

describe('the week', () => {
  it('is said by its busiest and calmest day', () => {
    expect(weekWords(trend({ by_weekday: [1, 0, 0, 0.5, 3.21, -1, -4] }))).toBe(
      'Fridays +3.2, Sundays −4.0 against the mean of the week',
    )
    expect(weekWords(trend({ by_weekday: [] }))).toBeNull()
  })
})
