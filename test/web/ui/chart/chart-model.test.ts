import { describe, expect, it } from 'vitest'
import { cityTrends } from '../../../../web/src/analysis/city-trends.ts'
import { readoutAt, readoutText, ticksOf, toCsv } from '../../../../web/src/ui/chart/chart-model.ts'
import { chartModels, chartTitles, sameTitles } from '../../../../web/src/ui/chart/chart-models.ts'
import { chartOption } from '../../../../web/src/ui/chart/chart-option.ts'
import { niceTop, spreadLabels } from '../../../../web/src/ui/chart/end-labels.ts'
import { district, T0 } from '../../fixtures.ts'

const QUARTER = 900_000
const recent = Array.from({ length: 192 }, (_, i) => T0 - (i + 1) * QUARTER)
  .filter((_, i) => i !== 3)
  .map(atMs => district('d', atMs, { mean_speed_kmh: 160.9344, mean_wait_s: null }))
const trends = cityTrends({ recent, quarters: [], endMs: T0, timeZone: 'UTC' }, null)
const titles = chartTitles(trends, {}, 'UTC')
const models = chartModels(trends, titles, 'us', '15 min')
const speed = models[0]!

describe('chartModels', () => {
  it('leaves out what nobody measures', () => {
    expect(models.map(model => model.key)).toEqual(['speed', 'vehicles'])
  })

  it('is in the units shown', () => {
    expect(speed.caption).toBe('Mean speed, mph')
    expect(readoutAt(speed, 95).now).toBeCloseTo(100)
    expect(readoutText(readoutAt(speed, 95), speed.format)).toBe('100 mph, yesterday 100 mph')
  })

  it('says where nothing was measured', () => {
    expect(readoutText(readoutAt(speed, 92), speed.format)).toBe('not measured, yesterday 100 mph')
  })
})

describe('sameTitles', () => {
  it('keeps the old titles while they say the same, so that no chart draws anew for nothing', () => {
    expect(sameTitles(titles, chartTitles(trends, {}, 'UTC'))).toBe(titles)
    expect(sameTitles(titles, { ...titles, wait: 'other' })).not.toBe(titles)
  })
})

describe('toCsv', () => {
  it('has a line per window, and nothing in a gap', () => {
    const lines = toCsv(speed).trim().split('\n')
    expect(lines).toHaveLength(97)
    expect(lines[0]).toBe('window_start,"now (Mean speed, mph)",usual,yesterday,source')
    expect(lines[93]).toBe('2026-03-03T16:00:00.000Z,,,100,')
    expect(lines[92]).toBe('2026-03-03T15:45:00.000Z,100,,100,loop')
  })
})

describe('what a camera counted for loops', () => {
  const byCamera = speed.trend.now.values.map((_, slot) => slot >= 93)
  const model = { ...speed, trend: { ...speed.trend, byCamera } }

  it('is said in the title, where the figures are read off, and in the file', () => {
    expect(chartTitles({ ...trends, speed: model.trend }, {}, 'UTC', T0 - QUARTER).speed).toBe(
      'Speed, counted by camera since 16:15',
    )
    expect(readoutText(readoutAt(model, 95), speed.format)).toBe('100 mph by camera, yesterday 100 mph')
    expect(toCsv(model).trim().split('\n')[96]).toBe('2026-03-03T16:45:00.000Z,100,,100,camera')
  })

  it('is drawn dotted and not as the line of loops', () => {
    const series = chartOption(model, 'dark', String, 'UTC', 116)['series'] as {
      name?: string
      data: (number | null)[][]
      lineStyle: { type?: string }
    }[]
    const of = (name: string) => series.find(one => one.name === name)
    expect(
      of('now')
        ?.data.slice(91)
        .every(([, value]) => value === null || value === undefined),
    ).toBe(false)
    expect(
      of('now')
        ?.data.slice(93)
        .every(([, value]) => value === null),
    ).toBe(true)
    expect(of('by camera')?.lineStyle.type).toBe('dotted')
    expect(
      of('by camera')
        ?.data.slice(93)
        .map(([, value]) => Math.round(value ?? 0)),
    ).toEqual([100, 100, 100])
    expect(of('by camera')?.data[90]?.[1]).toBeNull()
  })
})

describe('ticksOf', () => {
  it('stands on the city’s own six-hour marks', () => {
    const hours = (zone: string) => ticksOf(speed, zone).map(ms => new Date(ms).getUTCHours())
    expect(hours('UTC')).toEqual([18, 0, 6, 12])
    // Midnight, 6, 12 and 18 of the local clock, five hours later in UTC.
    expect(hours('America/New_York')).toEqual([17, 23, 5, 11])
  })
})

describe('chartOption', () => {
  it('keeps gaps as gaps', () => {
    const option = chartOption(speed, 'dark', String, 'UTC', 116)
    const series = option['series'] as { name?: string; data: (number | null)[][] }[]
    const now = series.find(one => one.name === 'now')!
    expect(now.data[92]?.[1]).toBeNull()
    expect(now.data).toHaveLength(96)
  })

  it('names all lines at one place, the right edge, also those that end earlier', () => {
    const short = { ...trends.speed.now, values: trends.speed.now.values.map((v, i) => (i > 60 ? null : v)) }
    const model = { ...speed, trend: { ...trends.speed, now: short } }
    const series = chartOption(model, 'dark', String, 'UTC', 116)['series'] as object[]
    expect(series.at(-1)).toMatchObject({
      data: [
        { value: [T0, expect.closeTo(100)], label: { formatter: 'yesterday' } },
        { value: [T0, expect.closeTo(100)], label: { formatter: 'now' } },
      ],
    })
  })
})

describe('spreadLabels', () => {
  it('moves labels that would cover each other, keeping their order', () => {
    const ys = [50, 52, 51]
    const moved = spreadLabels(ys).map((offset, i) => ys[i]! + offset)
    expect(moved[2]! - moved[0]!).toBeGreaterThanOrEqual(12)
    expect(moved[1]! - moved[2]!).toBeGreaterThanOrEqual(12)
  })

  it('leaves labels that are apart', () => {
    expect(spreadLabels([0, 50, 100])).toEqual([0, 0, 0])
  })
})

describe('niceTop', () => {
  it('is round and never under the values', () => {
    expect([47, 108, 0.7, 20_500].map(value => niceTop([value, null]))).toEqual([
      50,
      120,
      expect.closeTo(0.8),
      25_000,
    ])
    expect(niceTop([])).toBe(1)
  })
})
