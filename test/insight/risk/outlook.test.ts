import { describe, expect, it } from 'vitest'
import { partOf, riskOutlook } from '../../../src/insight/risk/index.ts'
import { COMMUNITIES, FIRST, facts, madeCity } from './made-city.ts'

const { record } = madeCity(400)
const issue = FIRST + 399

describe('riskOutlook', () => {
  it('covers the 24 hours from an hour on, over midnight', () => {
    const { hours, byHour, communities } = riskOutlook(record, facts, issue, 20)!
    expect(hours).toHaveLength(24)
    expect([hours[0], hours[4], hours[23]]).toEqual([
      { day: issue, hour: 20 },
      { day: issue + 1, hour: 0 },
      { day: issue + 1, hour: 19 },
    ])
    const expected = communities.reduce((sum, each) => sum + each.expected, 0)
    expect(byHour.reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected, 6)
  })

  it('puts the highest risk first, with why it is highest at its peak', () => {
    const { communities, hours } = riskOutlook(record, facts, issue, 0)!
    expect(communities.map(({ community }) => community)).toHaveLength(COMMUNITIES.length)
    const [first] = communities
    expect(first?.community).toBe('Beltline')
    expect([8, 17]).toContain(hours[first!.peak]?.hour)
    expect(first?.reasons[0]?.factor).toBe('hour')
  })

  it('says nothing of a record that is too short, or of a city without communities', () => {
    expect(riskOutlook(partOf(record, FIRST, FIRST + 59), facts, FIRST + 59, 0)).toBeNull()
    expect(riskOutlook({ ...record, communities: [] }, facts, issue, 0)).toBeNull()
  })
})
