import { describe, expect, it } from 'vitest'
import { paddingFor } from '../../../web/src/map/map-padding.ts'

describe('paddingFor', () => {
  const column = { width: 274, height: 234 }

  it('puts the city right of the legend where there is width', () => {
    expect(paddingFor({ width: 970, height: 760 }, column, 1)).toMatchObject({ left: 306, bottom: 18 })
  })

  it('puts the city above a legend that lies along the bottom', () => {
    const row = { width: 812, height: 62 }
    expect(paddingFor({ width: 820, height: 614 }, row, 1)).toMatchObject({ left: 40, bottom: 72 })
  })

  it('puts a long city above the legend where there is height', () => {
    expect(paddingFor({ width: 970, height: 760 }, column, 3)).toMatchObject({ left: 40, bottom: 244 })
  })
})
