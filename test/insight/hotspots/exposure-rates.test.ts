import { describe, expect, it } from 'vitest'
import { exposureRates } from '../../../src/insight/hotspots/index.ts'

const busy = { id: 'busy', incidents: 40, exposure: 40e6 }
const calm = { id: 'calm', incidents: 12, exposure: 2e6 }
const usual = Array.from({ length: 8 }, (_, i) => ({ id: `usual ${i}`, incidents: 5, exposure: 5e6 }))

describe('exposureRates', () => {
  it('puts the place first that is dangerous for its traffic, not the busy one', () => {
    const [first, ...rest] = exposureRates([busy, ...usual, calm])
    expect(first).toMatchObject({ id: 'calm', perMillion: { value: 6 } })
    expect(first!.q).toBeLessThan(0.01)
    expect(first!.perMillion.low).toBeGreaterThan(2)
    expect(first!.toOverall).toBeCloseTo(6 / (92 / 82), 9)
    rest.forEach(({ q }) => expect(q).toBeGreaterThan(0.1))
  })

  it('leaves out places nobody counted at', () => {
    const ids = exposureRates([busy, calm, { id: 'x', incidents: 9, exposure: null }]).map(({ id }) => id)
    expect(ids).not.toContain('x')
    expect(exposureRates([{ id: 'y', incidents: 0, exposure: 0 }])).toEqual([])
  })

  it('does not call a place without incidents high', () => {
    const rates = exposureRates([{ id: 'none', incidents: 0, exposure: 1e6 }, busy])
    expect(rates.find(({ id }) => id === 'none')).toMatchObject({ q: 1, perMillion: { value: 0, low: 0 } })
  })
})
