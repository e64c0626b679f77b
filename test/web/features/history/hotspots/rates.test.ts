import { describe, expect, it } from 'vitest'
import { rateSpots } from '../../../../../web/src/features/history/hotspots/rates.ts'
import { rates, siteRate } from '../records.ts'

describe('hotspots by traffic', () => {
  it('say the rate, how it stands to that of all, and what it is of', () => {
    const { rows } = rateSpots(rates([siteRate('a', { is_high: true, course: 'emerging' })]))
    expect(rows[0]).toEqual({
      ...{ id: 'a', standing: 'emerging', label: 'Emerging', name: 'A St & 1 Ave', place: 'Beltline' },
      figures: '12 incidents, 4M vehicles; 5 and 3.1M in the period before',
      change: '3.0 a million vehicles (1.5 to 5.2), 2.4 times the rate of all',
    })
  })

  it('call none high that is as its traffic lets one expect', () => {
    const usual = siteRate('a', { name: null, title: null, incidents_before: null, vehicles_before: null })
    const found = rateSpots(rates([usual], { before: null, why_no_before: 'not_recorded' }))
    expect(found.rows[0]).toMatchObject({ standing: 'usual', label: 'As usual', name: 'a' })
    expect(found.rows[0]?.figures).toBe('12 incidents, 4M vehicles')
    expect(found.legend.map(({ standing }) => standing)).toEqual(['hot'])
  })

  it('say how many incidents and sites are left out', () => {
    const { words } = rateSpots(rates([siteRate('a', {})]))
    expect(words).toContain('1 site with counts, 7 without.')
    expect(words).toContain('12 of 30 incidents lie within 150 m of a site')
    expect(words).toContain('16 are at no site, 2 on days without counts')
    expect(words).toContain('does not grow straight with traffic')
  })

  it('are discs whose shade is a share of the highest rate', () => {
    const low = siteRate('low', { per_million: { value: 0.75, low: 0.2, high: 2 } })
    const none = siteRate('none', { per_million: { value: 0, low: 0, high: 1 } })
    const { features } = rateSpots(rates([siteRate('high', {}), low, none])).marks
    expect(features.map(({ properties: { share } }) => share)).toEqual([1, 0.5, 0])
  })

  it('say what is missing where nobody counted', () => {
    const found = rateSpots(rates([], { sites_counted: 0, per_million: null, vehicles: 0 }))
    expect(found.rows).toEqual([])
    expect(found.none).toContain('No vehicles were counted')
    expect(found.words).not.toContain('All together')
  })
})
