import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'
import { cellArea, countsByCell, hotCells } from '../../../src/insight/hotspots/index.ts'

const random = new Random(21)
const spread = (n: number, latitude: number, longitude: number, width: number) =>
  Array.from({ length: n }, () => ({
    latitude: latitude + (random.unit() - 0.5) * width,
    longitude: longitude + (random.unit() - 0.5) * width * 1.6,
  }))
const area = cellArea(spread(6000, 51.05, -114.07, 0.15), 8)

describe('hotCells', () => {
  it('calls the cells hot in which incidents were put together', () => {
    const incidents = [...spread(400, 51.05, -114.07, 0.15), ...spread(120, 51.07, -114.1, 0.01)]
    const cells = hotCells(area, countsByCell(area, incidents).counts, 0.05, new Random(1))
    const hot = cells.filter(({ kind }) => kind === 'hot')
    expect(hot.length).toBeGreaterThan(0)
    const most = Math.max(...cells.map(({ incidents: count }) => count))
    expect(hot.some(({ incidents: count }) => count === most)).toBe(true)
    hot.forEach(({ z, q, p }) => expect(z > 2 && q <= 0.05 && p <= q).toBe(true))
  })

  it('calls next to none where incidents fall by chance', () => {
    const rounds = Array.from({ length: 6 }, (_, seed) => {
      const counts = new Float64Array(area.cells.length)
      for (let i = 0; i < 2 * counts.length; i++) counts[random.below(counts.length)]! += 1
      return hotCells(area, counts, 0.05, new Random(seed)).filter(({ kind }) => kind !== 'usual').length
    })
    // Without the control some 5 % of the cells would be called in each round.
    expect(rounds.filter(called => called > 0).length).toBeLessThanOrEqual(1)
  })
})
