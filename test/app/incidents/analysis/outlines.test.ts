import { describe, expect, it } from 'vitest'
import { outlinesOf, simplified } from '../../../../src/app/incidents/analysis/outlines.ts'
import { areaOfWkt } from '../../../../src/core/geo/polygon.ts'
import { CommunityOutlines } from '../../../../src/serve/contract/index.ts'

/** A square of a kilometre whose southern side has a corner each ten metres, two metres off the line. */
const side = Array.from({ length: 100 }, (_, i) => `${-114 + i * 0.000143} ${51 + (i % 2) * 0.00002}`)
const square = `POLYGON ((${side.join(', ')}, -113.9857 51, -113.9857 51.009, -114 51.009, -114 51))`

describe('outlines of communities', () => {
  it('keep the corners and lose what no map shows', () => {
    const [ring] = areaOfWkt(square).rings
    const few = simplified(ring!)
    expect(few.length).toBeLessThan(10)
    expect(few).toContainEqual([-113.9857, 51.009])
    expect(few.at(-1)).toEqual(few[0])
    expect(simplified(ring!, 0.5).length).toBeGreaterThan(50)
  })

  it('are GeoJSON, each ring a polygon', () => {
    const rings = '((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5))'
    const found = outlinesOf([{ code: 'A', name: 'TWO ISLES', area: areaOfWkt(`MULTIPOLYGON (${rings})`) }])
    CommunityOutlines.parse(found)
    expect(found.features[0]).toMatchObject({ properties: { community: 'TWO ISLES' } })
    expect(found.features[0]?.geometry.coordinates).toHaveLength(2)
  })
})
