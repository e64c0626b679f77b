import { describe, expect, it } from 'vitest'
import { fitBaseline } from '../../../src/insight/risk/index.ts'
import { FIRST, madeCity } from './made-city.ts'

const { record } = madeCity(365)
const risk = fitBaseline(record)

describe('fitBaseline', () => {
  it('expects as many incidents as there were', () => {
    let sum = 0
    for (const day of record.days)
      for (let community = 0; community < 5; community++)
        for (let hour = 0; hour < 24; hour++) sum += risk(community, day, hour)
    expect(sum / record.day.length).toBeCloseTo(1, 3)
  })

  it('knows communities and hours of the week', () => {
    const beltline = record.communities.indexOf('Beltline')
    const bowness = record.communities.indexOf('Bowness')
    expect(risk(beltline, FIRST, 17) / risk(bowness, FIRST, 17)).toBeGreaterThan(10)
    expect(risk(beltline, FIRST, 17) / risk(beltline, FIRST, 3)).toBeGreaterThan(10)
    expect(risk(beltline, FIRST, 17) / risk(beltline, FIRST + 5, 17)).toBeGreaterThan(1.5)
  })

  it('rules nothing out', () => {
    expect(risk(record.communities.indexOf('Downtown'), FIRST, 3)).toBeGreaterThan(0)
  })
})
