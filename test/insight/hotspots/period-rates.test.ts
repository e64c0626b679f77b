import { describe, expect, it } from 'vitest'
import { periodRates, type CountedSite, type SiteCounts } from '../../../src/insight/hotspots/index.ts'

const usual: SiteCounts = { incidents: 10, vehicles: 10e6 }
const high: SiteCounts = { incidents: 40, vehicles: 10e6 }
const busy: SiteCounts = { incidents: 60, vehicles: 60e6 }
const others = Array.from({ length: 20 }, (_, i): CountedSite => ({
  id: `usual ${i}`,
  now: usual,
  before: usual,
}))
const courses = (...sites: CountedSite[]) =>
  Object.fromEntries(
    periodRates([...others, ...sites])
      .filter(({ id }) => !id.startsWith('usual'))
      .map(({ id, course, isHigh }) => [id, [course, isHigh]]),
  )

describe('periodRates', () => {
  it('knows what emerged, what persists and what faded, for its traffic', () => {
    expect(
      courses(
        { id: 'new', now: high, before: usual },
        { id: 'old', now: high, before: high },
        { id: 'mended', now: usual, before: high },
        { id: 'busy', now: busy, before: busy },
      ),
    ).toEqual({
      ...{ new: ['emerging', true], old: ['persistent', true], mended: ['fading', false] },
      busy: [null, false],
    })
  })

  it('compares nothing with days on which nobody counted', () => {
    const [rate] = periodRates([{ id: 'new', now: high, before: null }, ...others])
    expect(rate).toMatchObject({ id: 'new', isHigh: true, course: null, ratio: null, before: null })
    const still = { incidents: 0, vehicles: 0 }
    expect(periodRates([{ id: 'new', now: high, before: still }, ...others])[0]).toMatchObject({
      ratio: null,
    })
  })

  it('leaves out what nobody counts any more', () => {
    expect(courses({ id: 'gone', now: null, before: high })).toEqual({})
  })

  it('has the rate a vehicle now over before', () => {
    const [rate] = periodRates([{ id: 'a', now: high, before: { incidents: 10, vehicles: 5e6 } }])
    expect(rate?.ratio?.value).toBeCloseTo(2, 9)
    expect(rate).toMatchObject({ incidents: 40, vehicles: 10e6, perMillion: { value: 4 } })
  })
})
