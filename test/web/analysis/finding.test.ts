import { describe, expect, it } from 'vitest'
import { changeOf, findDeviation } from '../../../web/src/analysis/finding.ts'

const series = (values: (number | null)[]) => ({ startMs: 0, stepMs: 10, values })
const flat = new Array<number>(8).fill(100)

describe('findDeviation', () => {
  it('says since when it has been lower', () => {
    expect(findDeviation(series([100, 99, 101, 100, 80, 78, 70, 75]), flat)).toEqual({
      direction: 'below',
      sinceMs: 40,
      throughout: false,
      change: expect.closeTo(-0.25) as number,
    })
  })

  it('forgives one slot that goes the other way', () => {
    expect(findDeviation(series([100, 100, 80, 80, 99, 80, 80, 80]), flat)?.sinceMs).toBe(20)
  })

  it('looks across a gap', () => {
    expect(findDeviation(series([100, 100, 80, null, null, null, 80, 80]), flat)?.sinceMs).toBe(20)
  })

  it('has no start when it has been so for the whole series', () => {
    expect(findDeviation(series(new Array<number>(8).fill(130)), flat)).toMatchObject({
      direction: 'above',
      sinceMs: null,
      throughout: true,
    })
  })

  it('knows no start where the comparison begins', () => {
    const from3 = flat.map((value, slot) => (slot < 3 ? null : value))
    expect(findDeviation(series(new Array<number>(8).fill(130)), from3)).toMatchObject({
      sinceMs: null,
      throughout: false,
    })
  })

  it('takes three percent as the same, and up to ten as near it', () => {
    const direction = (last: number) => findDeviation(series([100, 100, 100, last]), flat)?.direction
    expect([98, 96, 91, 89, 104, 111].map(direction)).toEqual([
      'same',
      'near',
      'near',
      'below',
      'near',
      'above',
    ])
  })

  it('says what the newest slot says, whose figures stand beside it', () => {
    expect(findDeviation(series([100, 100, 170, 170, 170, 100]), flat)).toMatchObject({
      direction: 'same',
      sinceMs: null,
    })
  })

  it('says what the live figure and the newest slot both say, and nothing where they differ', () => {
    const slower = series([100, 100, 100, 80, 80, 80])
    const direction = (live: number) => findDeviation(slower, flat, live)?.direction ?? null
    expect([-0.15, -0.05, -0.01, 0.01, 0.3].map(direction)).toEqual(['below', 'below', null, null, null])
    const usual = series([100, 100, 100, 99, 101, 99])
    const near = (live: number) => findDeviation(usual, flat, live)?.direction ?? null
    expect([0.01, -0.05, 0.05, -0.15].map(near)).toEqual(['same', 'near', 'near', null])
    expect(findDeviation(slower, flat, -0.15)).toMatchObject({ sinceMs: 30, change: -0.15 })
  })

  it('says nothing without values or without a baseline', () => {
    expect(findDeviation(series([null, null]), flat)).toBeNull()
    expect(findDeviation(series([1, 2]), [null, null])).toBeNull()
  })
})

describe('changeOf', () => {
  it('does not divide by nothing', () => {
    expect(changeOf(5, 0)).toBeNull()
    expect(changeOf(null, 5)).toBeNull()
    expect(changeOf(6, 5)).toBeCloseTo(0.2)
  })
})
