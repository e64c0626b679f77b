import { describe, expect, it } from 'vitest'
import { withLive } from '../../../web/src/analysis/city-trends.ts'
import { districtCards, districtTrends } from '../../../web/src/features/districts/view-model.ts'
import { district, T0 } from '../fixtures.ts'

const QUARTER = 900_000
/** Two days of quarter-hours up to T0. */
const history = (speed: number) => ({
  recent: Array.from({ length: 193 }, (_, i) =>
    district('inner_ring', T0 - i * QUARTER, { mean_speed_kmh: speed }),
  ),
  quarters: [],
  endMs: T0,
  timeZone: 'UTC',
})
const last = T0 - QUARTER

describe('districtCards', () => {
  const now = [district('inner_ring', last, { mean_speed_kmh: 30 })]

  it('compares with yesterday before there is a usual', () => {
    const [card] = districtCards(now, districtTrends(['inner_ring'], history(40)), 'metric')
    expect(card).toMatchObject({
      title: 'Inner ring',
      shareEf: '12 %',
      change: { against: 'yesterday', measure: 'speed' },
    })
    expect(card?.change?.change).toBeCloseTo(-0.25)
  })

  it('falls back to free flow when there is no history', () => {
    const [card] = districtCards(now, new Map(), 'us')
    expect(card).toMatchObject({
      change: null,
      freeFlow: '56 % of free flow',
      // The time-mean, as the header and the charts.
      speed: { value: '19', unit: 'mph' },
    })
  })

  it('says of which quarter-hour all its figures are', () => {
    expect(districtCards(now, new Map(), 'metric')[0]).toMatchObject({
      fromMs: last,
      toMs: T0,
      silent: false,
    })
  })

  it('shows no old figures of a district that did not report in the last quarter-hour', () => {
    const rows = [...now, district('outer', last - 2 * QUARTER)]
    const [, outer] = districtCards(rows, districtTrends(['outer'], history(40)), 'metric')
    expect(outer).toMatchObject({
      silent: true,
      toMs: last - QUARTER,
      speed: null,
      change: null,
      shareEf: null,
    })
  })

  it('has nothing where the district does not measure', () => {
    const bare = district('d', last, { share_sites_ef: null, idle_veh_h: null, speed_index: null })
    expect(districtCards([bare], new Map(), 'metric')[0]).toMatchObject({
      shareEf: null,
      idle: null,
      freeFlow: null,
    })
  })
})

describe('a quarter-hour’s turn', () => {
  it('leaves cards and charts on the window that is finished, with the figures that the stream knows', () => {
    // 09:00:10: the window just opened holds a few readings, all of them free.
    const opened = district('inner_ring', T0, { share_sites_ef: 0, mean_speed_kmh: 70, readings: 2 })
    const finished = district('inner_ring', last, { share_sites_ef: 0.75, mean_speed_kmh: 20 })
    const { recent, ...rest } = history(40)
    const rows = withLive(
      [...recent.filter(row => row.window_start !== opened.window_start), opened],
      [finished],
    )
    const trends = districtTrends(['inner_ring'], { ...rest, recent: rows })
    expect(districtCards([finished], trends, 'metric')[0]).toMatchObject({
      shareEf: '75 %',
      speed: { value: '20' },
    })
    expect(trends.get('inner_ring')?.speed.now.values.at(-1)).toBe(20)
  })
})
