import { describe, expect, it } from 'vitest'
import { cellSpots } from '../../../../../web/src/features/history/hotspots/cells.ts'
import { hexCell, hotspots } from '../records.ts'

describe('hotspots by cells', () => {
  it('are listed hot ones first, what faded after, and cold ones never', () => {
    const { rows } = cellSpots(
      hotspots([
        hexCell('cold', { kind: 'cold', z: -3 }),
        hexCell('faded', { kind: 'usual', course: 'fading', z: 1 }),
        hexCell('new', { kind: 'hot', course: 'emerging', z: 4 }),
        hexCell('old', { kind: 'hot', course: 'persistent', z: 7 }),
        hexCell('calm', {}),
      ]),
    )
    expect(rows.map(({ id, label }) => [id, label])).toEqual([
      ['old', 'Persistent'],
      ['new', 'Emerging'],
      ['faded', 'Fading'],
    ])
  })

  it('say how a rate changed, and where that may be chance', () => {
    const changeOf = (ratio: { value: number | null; low: number; high: number | null }) =>
      cellSpots(hotspots([hexCell('a', { kind: 'hot', course: 'emerging', ratio })])).rows[0]?.change
    expect(changeOf({ value: 2.41, low: 1.5, high: 4 })).toBe('2.4 times as many')
    expect(changeOf({ value: 1.3, low: 0.8, high: 2 })).toBe('30 % more, which may be chance')
    expect(changeOf({ value: 1.001, low: 0.8, high: 1.2 })).toBe('as many as before')
    expect(changeOf({ value: 0.6, low: 0.4, high: 0.9 })).toBe('40 % fewer')
    expect(changeOf({ value: null, low: 2, high: null })).toBe('none before')
  })

  it('have no course where there is no period before, and say why', () => {
    const alone = { before: null, why_no_before: 'no_range' } as const
    const found = cellSpots(hotspots([hexCell('a', { kind: 'hot', incidents_before: null })], alone))
    expect(found.rows[0]).toMatchObject({ standing: 'hot', change: null, figures: '5 incidents' })
    expect(found.legend.map(({ standing }) => standing)).toEqual(['hot', 'cold'])
    expect(found.words).toContain('Choose a range')
    expect(cellSpots(hotspots([], { before: null, why_no_before: 'not_recorded' })).words).toContain(
      'too little',
    )
  })

  it('are closed hexagons whose shade is a share of the most', () => {
    const cells = [hexCell('a', { incidents: 16 }), hexCell('b', { incidents: 4 })]
    const { features } = cellSpots(hotspots(cells)).marks
    expect(features.map(({ properties }) => properties.share)).toEqual([1, 0.5])
    const { geometry } = features[0]!
    const ring = geometry.type === 'Polygon' ? geometry.coordinates[0]! : []
    expect(ring).toHaveLength(4)
    expect(ring.at(-1)).toEqual(ring[0])
    expect(cellSpots(hotspots([])).marks.features).toEqual([])
  })

  it('tell under the pointer what they are', () => {
    const { tipOf } = cellSpots(hotspots([hexCell('a', { kind: 'hot', course: 'emerging' })]))
    expect(tipOf('a')?.title).toContain('Emerging')
    expect(tipOf('a')?.lines).toEqual(['A Street', '5 incidents, 2 in the period before'])
    expect(tipOf('b')).toBeNull()
  })
})
