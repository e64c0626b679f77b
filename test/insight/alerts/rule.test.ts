import { describe, expect, it } from 'vitest'
import { matcherOf } from '../../../src/insight/alerts/rule.ts'
import type { AlertIncident, IncidentRule } from '../../../src/insight/alerts/rule.ts'

const anyIncident: IncidentRule = {
  name: 'any',
  types: null,
  severity: null,
  communities: null,
  quadrants: null,
  circle: null,
  polygon: null,
}
const incident: AlertIncident = {
  incidentId: 'i1',
  type: 'pedestrian',
  severity: 'moderate',
  title: null,
  description: null,
  startedAtMs: 0,
  updatedAtMs: 0,
  latitude: 51.05,
  longitude: -114.07,
  community: 'BELTLINE',
  quadrant: 'SW',
}
const matches = (rule: Partial<IncidentRule>, over: Partial<AlertIncident> = {}) =>
  matcherOf({ ...anyIncident, ...rule })({ ...incident, ...over })

describe('a rule of alerts', () => {
  it('that says nothing is about every incident', () => {
    expect(matches({})).toBe(true)
  })

  it('names types, and how bad it is at least', () => {
    expect(matches({ types: ['cyclist', 'pedestrian'] })).toBe(true)
    expect(matches({ types: ['cyclist'] })).toBe(false)
    expect(matches({ severity: 'moderate' })).toBe(true)
    expect(matches({ severity: 'severe' })).toBe(false)
  })

  it('names communities without regard to case; what lies in none is in none of them', () => {
    expect(matches({ communities: ['Beltline'] })).toBe(true)
    expect(matches({ communities: ['Mission'] })).toBe(false)
    expect(matches({ communities: ['Beltline'] }, { community: null })).toBe(false)
  })

  it('takes a half of the city for both its quadrants', () => {
    expect(matches({ quadrants: ['S'] })).toBe(true)
    expect(matches({ quadrants: ['SW', 'NE'] })).toBe(true)
    expect(matches({ quadrants: ['N'] })).toBe(false)
    expect(matches({ quadrants: ['SW'] }, { quadrant: 'S' })).toBe(false)
    expect(matches({ quadrants: ['SW'] }, { quadrant: null })).toBe(false)
  })

  it('draws a circle in metres', () => {
    const around = (radiusM: number) => ({ circle: { latitude: 51.06, longitude: -114.07, radiusM } })
    expect(matches(around(1_120))).toBe(true)
    expect(matches(around(1_100))).toBe(false)
  })

  it('draws a polygon that closes itself', () => {
    const west = -114.1
    const polygon = [
      [west, 51],
      [-114, 51],
      [-114, 51.1],
      [west, 51.1],
    ] as const
    expect(matches({ polygon })).toBe(true)
    expect(matches({ polygon }, { longitude: -114.11 })).toBe(false)
  })

  it('wants everything that it says', () => {
    expect(matches({ types: ['pedestrian'], quadrants: ['NE'] })).toBe(false)
  })
})
