import { describe, expect, it } from 'vitest'
import { districtCards, districtTrends } from '../../../web/src/features/districts/view-model.ts'
import { district, T0 } from '../fixtures.ts'

const QUARTER = 900_000
const history = (speed: number) => ({
  recent: Array.from({ length: 192 }, (_, i) =>
    district('inner_ring', T0 - (i + 1) * QUARTER, { mean_speed_kmh: speed }),
  ),
  hours: [],
  endMs: T0,
  timeZone: 'UTC',
})

describe('districtCards', () => {
  const now = [district('inner_ring', T0, { mean_speed_kmh: 30 })]

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

  it('gives the idling of the last finished window, not of the open one', () => {
    const idle = (idle_veh_h: number, startMs: number) => district('inner_ring', startMs, { idle_veh_h })
    const finished = {
      ...history(40),
      recent: [idle(7, T0 - 2 * QUARTER), idle(5, T0 - QUARTER), idle(0.2, T0)],
    }
    const cards = districtCards([idle(0.2, T0)], districtTrends(['inner_ring'], finished), 'metric')
    expect(cards[0]?.idle).toEqual({ value: '5.0', unit: 'veh·h' })
  })

  it('has dashes for what the district does not measure', () => {
    const bare = district('d', T0, { share_sites_ef: null, idle_veh_h: null, speed_index: null })
    expect(districtCards([bare], new Map(), 'metric')[0]).toMatchObject({
      shareEf: '–',
      idle: { value: '–' },
      freeFlow: null,
    })
  })
})
