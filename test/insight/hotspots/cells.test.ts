import { gridDisk, latLngToCell } from 'h3-js'
import { describe, expect, it } from 'vitest'
import { cellArea, countsByCell } from '../../../src/insight/hotspots/index.ts'

const centre = { latitude: 51.05, longitude: -114.07 }
const road = Array.from({ length: 40 }, (_, i) => ({ latitude: 51.05, longitude: -114.07 + i * 0.001 }))

describe('cellArea', () => {
  it('holds each cell of a road once, in order', () => {
    const { cells } = cellArea([...road, ...road], 9)
    expect(cells.length).toBeGreaterThan(5)
    expect([...cells]).toEqual([...new Set(cells)].sort())
    expect(cells).toContain(latLngToCell(51.05, -114.07, 9))
  })

  it('joins cells that touch, both ways, and none with itself', () => {
    const { cells, starts, at } = cellArea(road, 9)
    const neighbours = cells.map((_, i) => [...at.subarray(starts[i], starts[i + 1])])
    neighbours.forEach((others, i) => {
      expect(others).not.toContain(i)
      const touching = gridDisk(cells[i]!, 1).filter(cell => cell !== cells[i] && cells.includes(cell))
      expect(others.map(other => cells[other]).sort()).toEqual(touching.sort())
      others.forEach(other => expect(neighbours[other]).toContain(i))
    })
  })

  it('has a lonely cell without neighbours', () => {
    const { starts } = cellArea([centre, { latitude: 51.2, longitude: -114.07 }], 9)
    expect([...starts]).toEqual([0, 0, 0])
  })
})

describe('countsByCell', () => {
  it('counts 0 where nothing happened, and says what is outside', () => {
    const area = cellArea(road, 9)
    const { counts, outside } = countsByCell(area, [centre, centre, { latitude: 50.8, longitude: -114 }])
    expect(outside).toBe(1)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2)
    expect(counts).toHaveLength(area.cells.length)
    expect(counts[area.cells.indexOf(latLngToCell(51.05, -114.07, 9))]).toBe(2)
  })
})
