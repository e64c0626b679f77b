import { describe, expect, it } from 'vitest'
import {
  cellLines,
  hexesOf,
  hotspotWords,
  spotsOf,
  standingsOf,
} from '../../../../web/src/features/history/model/hotspots.ts'
import { hexCell, hotspots } from './records.ts'

describe('hotspots', () => {
  it('are listed hot ones first, what faded after, and cold ones never', () => {
    const found = hotspots([
      hexCell('cold', { kind: 'cold', z: -3 }),
      hexCell('faded', { kind: 'usual', course: 'fading', z: 1 }),
      hexCell('new', { kind: 'hot', course: 'emerging', z: 4 }),
      hexCell('old', { kind: 'hot', course: 'persistent', z: 7 }),
      hexCell('calm', {}),
    ])
    expect(spotsOf(found, 9).map(({ cell }) => cell)).toEqual(['old', 'new', 'faded'])
    expect(spotsOf(found, 1)).toHaveLength(1)
  })

  it('say how a rate changed, and where that may be chance', () => {
    const changeOf = (ratio: { value: number | null; low: number; high: number | null }) =>
      spotsOf(hotspots([hexCell('a', { kind: 'hot', course: 'emerging', ratio })]), 1)[0]?.change
    expect(changeOf({ value: 2.41, low: 1.5, high: 4 })).toBe('2.4 times as many')
    expect(changeOf({ value: 1.3, low: 0.8, high: 2 })).toBe('30 % more, which may be chance')
    expect(changeOf({ value: 0.6, low: 0.4, high: 0.9 })).toBe('40 % fewer')
    expect(changeOf({ value: null, low: 2, high: null })).toBe('none before')
  })

  it('have no course where there is no period before, and say why', () => {
    const alone = { before: null, why_no_before: 'no_range' } as const
    const found = hotspots([hexCell('a', { kind: 'hot', incidents_before: null })], alone)
    expect(spotsOf(found, 1)[0]).toMatchObject({ standing: 'hot', change: null, figures: '5 incidents' })
    expect(standingsOf(found).map(({ standing }) => standing)).toEqual(['hot', 'cold'])
    expect(hotspotWords(found)).toContain('Choose a range')
    expect(hotspotWords(hotspots([], { before: null, why_no_before: 'not_recorded' }))).toContain(
      'too little',
    )
  })

  it('are closed hexagons whose shade is a share of the most', () => {
    const { features } = hexesOf(hotspots([hexCell('a', { incidents: 16 }), hexCell('b', { incidents: 4 })]))
    expect(features.map(({ properties }) => properties.share)).toEqual([1, 0.5])
    const ring = features[0]!.geometry.coordinates[0]!
    expect(ring.at(-1)).toEqual(ring[0])
    expect(hexesOf(hotspots([])).features).toEqual([])
  })

  it('tell under the pointer what they are', () => {
    const { title, lines } = cellLines(hexCell('a', { kind: 'hot', course: 'emerging' }))
    expect(title).toContain('Emerging')
    expect(lines).toEqual(['A Street', '5 incidents, 2 in the period before'])
  })
})
