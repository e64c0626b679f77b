import { describe, expect, it } from 'vitest'
import { checkedQuadrant } from '../../../src/insight/incidents/index.ts'

describe('checkedQuadrant', () => {
  it.each([
    ['all agree', 'NE', 'NE', 'NE', 'NE', false],
    ['the field is wrong', 'NW', 'NE', 'NE', 'NE', true],
    ['the text is wrong', 'NE', 'SE', 'NE', 'NE', true],
    ['all differ: the place', 'NW', 'SE', 'NE', 'NE', true],
    ['the text alone', null, 'SE', null, 'SE', false],
    ['a street on the border', 'S', 'SE', 'SE', 'SE', false],
    ['a border says little', null, 'S', 'SW', 'SW', false],
    ['a border and another side', 'N', null, 'SW', 'SW', true],
    ['nobody knows', null, null, null, null, false],
  ])('%s', (_, said, text, place, quadrant, isContradicted) => {
    expect(checkedQuadrant({ said, text, place })).toEqual({ quadrant, isContradicted })
  })
})
