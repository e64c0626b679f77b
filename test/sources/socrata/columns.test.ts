import { describe, expect, it } from 'vitest'
import { driftOf } from '../../../src/sources/socrata/index.ts'

const columns = (...names: string[]) =>
  names.map(one => {
    const [name = '', type = null] = one.split(':')
    return { name, type }
  })

describe('the drift of columns', () => {
  it('names what is new, gone and of another type', () => {
    expect(
      driftOf(columns('a:text', 'b:number', 'c:text'), columns('a:text', 'b:text', 'd:point'), true),
    ).toEqual({
      added: ['d'],
      removed: ['c'],
      retyped: ['b: number → text'],
    })
  })

  it('does not take a column for gone where the source leaves empty ones out', () => {
    expect(driftOf(columns('a', 'b'), columns('a'), false).removed).toEqual([])
  })

  it('compares no types that were not told', () => {
    expect(driftOf(columns('a:text'), columns('a'), true).retyped).toEqual([])
  })
})
