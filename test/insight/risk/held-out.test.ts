import { describe, expect, it } from 'vitest'
import { heldOut, madeByMonth, partOf } from '../../../src/insight/risk/index.ts'
import { FIRST, facts, madeCity } from './made-city.ts'

const { record } = madeCity(500)

describe('heldOut', () => {
  it('judges the days from first to last alone, and finds what snow tells', () => {
    const { held, scores } = heldOut(record, facts, FIRST + 400, FIRST + 500)
    expect(held.days).toHaveLength(100)
    expect(scores.model.deviance).toBeLessThan(0.97 * scores.baseline.deviance)
    expect(scores.model.seen).toBe(held.day.length)
  })

  it('does not change by what comes after', () => {
    const [whole, cut] = [record, partOf(record, FIRST, FIRST + 430)].map(
      of => heldOut(of, facts, FIRST + 400, FIRST + 430).scores,
    )
    expect(whole).toEqual(cut)
  })
})

describe('madeByMonth', () => {
  it('makes once a month, from its first day on', () => {
    const firsts: number[] = []
    const of = madeByMonth([FIRST, FIRST + 1, FIRST + 31, FIRST + 40], first => firsts.push(first))
    expect(firsts).toEqual([FIRST, FIRST + 31])
    expect(of(FIRST + 40)).toBe(of(FIRST + 31))
  })
})
