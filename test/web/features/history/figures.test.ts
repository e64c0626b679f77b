import { describe, expect, it } from 'vitest'
import { ALL } from '../../../../web/src/features/history/model/choice.ts'
import {
  brushed,
  dayAt,
  daysWithin,
  gapsOf,
  gapWords,
  stripOf,
  weeklyMean,
  yearsOf,
} from '../../../../web/src/features/history/model/days.ts'
import {
  cellAfter,
  communityBars,
  heatRows,
  namesOf,
  tilesOf,
  typeBars,
  weatherNote,
} from '../../../../web/src/features/history/model/figures.ts'
import { dayChartOption } from '../../../../web/src/features/history/model/day-chart-option.ts'
import { chipsOf, placeName, wordingNote } from '../../../../web/src/features/history/model/words.ts'
import { days, overview } from './records.ts'

describe('the tiles', () => {
  const value = (label: string, of = overview()) => tilesOf(of).find(tile => tile.label === label)

  it('take a rate of the days with data only', () => {
    expect(value('A day')).toMatchObject({ value: '10', detail: 'mean of 3 days with data' })
    expect(value('Days without data')).toMatchObject({ value: '2', detail: 'of 5; left out of rates' })
  })

  it('find the peak hour over all weekdays, not in the fullest cell', () => {
    expect(value('Peak hour')).toMatchObject({ value: '08:00', detail: '50 % begin in this hour' })
    expect(value('Most frequent')).toMatchObject({ value: 'Two vehicles', detail: '67 % of all' })
  })

  it('say nothing of what is not there', () => {
    const none = overview({
      ...{ total: 0, days_with_data: 0, days_without_data: 0, hours: [], types: [] },
      ...{ first_day: null, last_day: null, days: [] },
    })
    expect(tilesOf(none).map(tile => tile.value)).toEqual(['0', '–', '–', '–', '0'])
  })
})

describe('the line of days', () => {
  it('has gaps where the record has, and zeroes where it is quiet', () => {
    const line = days(1, null, null, 0, null, 3)
    expect(gapsOf(line)).toEqual([
      { from: '2019-04-16', to: '2019-04-17', days: 2 },
      { from: '2019-04-19', to: '2019-04-19', days: 1 },
    ])
    expect(gapWords(gapsOf(line))).toBe('No data: 16 Apr 2019 – 17 Apr 2019, 19 Apr 2019')
    expect(gapWords([])).toBeNull()
  })

  it('has no mean in a gap, nor of fewer than four days', () => {
    expect(weeklyMean(days(7, 7, 7, 7, null, 7, 7))).toEqual([7, 7, 7, 7, null, 7, null])
    expect(weeklyMean(days(7, null, null, null, null, null, 7))[0]).toBeNull()
  })

  it('draws no value in a gap', () => {
    const { series } = dayChartOption(days(4, null, 6, 5), 'dark') as { series: { data: unknown[][] }[] }
    const line = series.find(({ data }) => data.length === 4)
    expect(line?.data.map(([, count]) => count)).toEqual([4, null, 6, 5])
  })

  it('is cut to the range, and drawn over to choose one', () => {
    const line = days(1, 2, 3, 4)
    expect(daysWithin(line, '2019-04-16', '2019-04-17').map(day => day.incidents)).toEqual([2, 3])
    expect(brushed(line, 2, 1)).toEqual({ from: '2019-04-16', to: '2019-04-17' })
    expect(brushed(line, 0, 3)).toEqual({ from: null, to: null })
    expect([dayAt(line, -1), dayAt(line, 0.5), dayAt(line, 2)]).toEqual([0, 2, 3])
    expect(yearsOf([...line, { day: '2020-01-01', incidents: 1 }])).toEqual(['2020', '2019'])
  })

  it('is a strip of means, with a gap only where no day has data', () => {
    expect(stripOf(days(2, 4, null, null, null, 6), 3)).toEqual([3, null, 6])
  })
})

describe('the grid of hours', () => {
  it('has every hour of the week, and fades what is not chosen', () => {
    const rows = heatRows(overview().hours, { ...ALL, weekdays: [5], hours: [17, 17] })
    expect(rows.flat()).toHaveLength(168)
    expect(rows[4]?.[17]).toMatchObject({ incidents: 12, share: 1, chosen: true })
    expect(rows[0]?.[8]).toMatchObject({ label: 'Monday 08:00, 10 incidents', chosen: false })
  })

  it('is walked by arrows and ends at its edges', () => {
    expect(cellAfter('ArrowRight', [1, 23])).toEqual([1, 23])
    expect(cellAfter('ArrowDown', [1, 5])).toEqual([2, 5])
    expect(cellAfter('Home', [3, 9])).toEqual([3, 0])
    expect(cellAfter('x', [1, 1])).toBeNull()
  })
})

describe('the bars', () => {
  it('keep what is chosen in sight though it be small or none', () => {
    const bars = communityBars(overview().communities, ['ACADIA', 'NOWHERE'], 1)
    expect(bars.map(({ label, incidents, chosen }) => [label, incidents, chosen])).toEqual([
      ['Beltline', 20, false],
      ['Acadia', 4, true],
      ['Nowhere', 0, true],
    ])
  })

  it('name what is not known, and offer no choice of it', () => {
    const bars = communityBars(overview().communities, [], 9)
    expect(bars[1]).toMatchObject({ value: null, label: 'Not known' })
    expect(namesOf(['B', null, 'A'])).toEqual(['A', 'B'])
    expect(typeBars(overview().types, ['stalled'], 1)[1]).toMatchObject({ share: 0.5, chosen: true })
  })
})

describe('the words', () => {
  it('say that types do not compare across the years in which the wording changed', () => {
    expect(wordingNote('2017-01-01', '2018-12-31')).toBeNull()
    expect(wordingNote('2018-12-31', '2019-01-01')).toContain('in 2019')
    expect(wordingNote('2017-01-01', '2024-01-01')).toContain('in 2019 and 2023')
    expect(wordingNote(null, null)).toBeNull()
  })

  it('name each choice, and take back that one', () => {
    const chips = chipsOf({ ...ALL, from: '2018-01-01', types: ['stalled', 'closure'], hours: [7, 9] })
    expect(chips.map(chip => chip.label)).toEqual([
      'since 1 Jan 2018',
      'Stalled vehicle',
      'Closure or works',
      '07:00–09:59',
    ])
    expect(chips[1]?.without).toEqual({ type: 'closure' })
  })

  it('write names in capitals as names', () => {
    expect(placeName('DEER RIDGE')).toBe('Deer Ridge')
    expect(placeName('McKenzie Towne')).toBe('McKenzie Towne')
    expect(placeName('SCARBORO/ SUNALTA WEST')).toBe('Scarboro/ Sunalta West')
  })
})

describe('what is said of the weather', () => {
  it('is how to compare, or where none is known, how to bring it in', () => {
    const dry = { weather: 'dry' as const, incidents: 3 }
    const unknown = { weather: null, incidents: 5 }
    expect(weatherNote([dry, unknown])).toContain('comparison')
    expect(weatherNote([unknown])).toContain('arterial import weather')
    expect(weatherNote([])).toBeNull()
  })
})
