import { describe, expect, it } from 'vitest'
import { wayOf, waysOf } from '../../../../../web/src/features/history/hotspots/spots.ts'

describe('the ways to find hotspots', () => {
  it('are as the address says, cells where it says none that there is', () => {
    expect(['clusters', 'rates', 'cells', null, 'stars'].map(text => wayOf(text, false))).toEqual([
      ...['clusters', 'rates', 'cells', 'cells', 'cells'],
    ])
  })

  it('leave traffic to those who may see it', () => {
    expect(wayOf('rates', true)).toBe('cells')
    expect(waysOf(true).map(({ value }) => value)).toEqual(['cells', 'clusters'])
  })
})
