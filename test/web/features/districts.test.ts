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
      speed: { value: '17', unit: 'mph' },
    })
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
