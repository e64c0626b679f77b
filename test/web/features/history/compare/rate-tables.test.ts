import { describe, expect, it } from 'vitest'
import { weatherBars } from '../../../../../web/src/features/history/model/figures.ts'
import { ratioAt, ratioWords } from '../../../../../web/src/features/history/compare/ratio.ts'
import { rateNotes, rateTables } from '../../../../../web/src/features/history/compare/rate-tables.ts'
import { overview } from '../records.ts'

describe('a ratio in words', () => {
  it.each([
    [{ value: 1.234, low: 1.1, high: 1.38 }, '23 % more than when dry (95 %: ×1.10 to ×1.38)'],
    [{ value: 2.4, low: 1.9, high: 3 }, '2.4 times as many as when dry (95 %: ×1.90 to ×3.00)'],
    [
      { value: 0.9, low: 0.7, high: 1.1 },
      '10 % fewer than when dry (95 %: ×0.70 to ×1.10), which may be chance',
    ],
    [{ value: 1.004, low: 0.8, high: 1.3 }, 'as many as when dry (95 %: ×0.80 to ×1.30)'],
    [
      { value: 0, low: 0, high: 17.954 },
      '100 % fewer than when dry (95 %: at most ×17.95), which may be chance',
    ],
    [{ value: null, low: 2, high: null }, 'too few to compare'],
    [null, 'too few to compare'],
  ])('of %j', (ratio, words) => {
    expect(ratioWords(ratio, 'when dry')).toBe(words)
  })

  it('stands in the middle where nothing differs, and never beyond the scale', () => {
    expect([0.1, 0.25, 1, 4, 90].map(ratioAt)).toEqual([0, 0, 0.5, 1, 1])
  })
})

describe('weather on the page', () => {
  it('stands in its own order, what is not known last, and can be chosen', () => {
    const bars = weatherBars(overview({}).weather, ['fog', 'unknown'])
    expect(bars.map(({ value, incidents, chosen }) => [value, incidents, chosen])).toEqual([
      ['dry', 21, false],
      ['snow', 7, false],
      ['fog', 0, true],
      ['unknown', 2, true],
    ])
  })

  it('is compared by hours and by days apart, and says what was left out', () => {
    const rates = [
      { weather: 'heavy_snow', incidents: 30, hours: 48, ratio: { value: 1.9, low: 1.5, high: 2.4 } },
    ]
    const of = { units: 9, scatter: 1, reference_incidents: 1_200, reference_hours: 2_400, rates }
    const found = {
      reference: 'dry',
      compared: [
        { known_by: 'hour' as const, ...of },
        { known_by: 'day' as const, ...of },
      ],
      not_covered: { hours: 96, incidents: 1 },
      weather_unknown: { hours: 5_000, incidents: 40 },
    }
    const [hours, days] = rateTables(found)
    expect(hours?.reference).toBe('Dry: 1,200 incidents in 2,400 h')
    expect(days?.rows[0]).toMatchObject({ label: 'Heavy snow', exposure: '30 incidents in 2 days' })
    expect(rateNotes(found).join(' ')).toContain('5,000 hours of which no weather is known (40 incidents)')
  })
})
