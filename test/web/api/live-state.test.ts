import { describe, expect, it } from 'vitest'
import { applyChange, fromSnapshot } from '../../../web/src/api/live-state.ts'
import { district, site, snapshot, T0 } from '../fixtures.ts'

describe('applyChange', () => {
  const before = fromSnapshot(snapshot({ districts: [district('b', T0), district('a', T0)] }))
  const { city, status } = snapshot()

  it('replaces the named sites and leaves the others as they are', () => {
    const after = applyChange(before, { sites: [site('B', { waitS: 90 })], city, status })
    expect(after.sites.get('A')).toBe(before.sites.get('A'))
    expect(after.sites.get('B')?.waitS).toBe(90)
    expect(before.sites.get('B')?.waitS).toBe(25)
  })

  it('adds a site that was not known', () => {
    expect([...applyChange(before, { sites: [site('C')], city, status }).sites.keys()]).toEqual([
      'A',
      'B',
      'C',
    ])
  })

  it('keeps the districts when the change brings none, and sorts them by name', () => {
    expect(applyChange(before, { sites: [], city, status }).districts.map(row => row.district)).toEqual([
      'a',
      'b',
    ])
  })

  it('keeps the very same map when no site changed, so that nothing is drawn anew', () => {
    expect(applyChange(before, { sites: [], city, status }).sites).toBe(before.sites)
  })
})
