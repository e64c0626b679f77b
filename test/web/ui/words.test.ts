import { describe, expect, it } from 'vitest'
import { calmOrder } from '../../../web/src/ui/calm-order.ts'
import { changeWords } from '../../../web/src/ui/change/change-words.ts'
import { sparkPath } from '../../../web/src/ui/spark/spark-path.ts'
import { targetRow } from '../../../web/src/ui/shortcuts.ts'

describe('changeWords', () => {
  it('says arrow, figure and words', () => {
    expect(changeWords({ change: -0.124, measure: 'speed', against: 'usual' })).toEqual({
      arrow: '▼',
      text: '12 % slower than usual',
      tone: 'worse',
    })
    expect(changeWords({ change: -0.3, measure: 'wait', against: 'yesterday' })).toMatchObject({
      text: '30 % shorter than yesterday',
      tone: 'better',
    })
  })

  it('says a multiple where a percentage would be hard to grasp', () => {
    expect(changeWords({ change: 7.83, measure: 'wait', against: 'yesterday' })).toEqual({
      arrow: '▲',
      text: '8.8 × yesterday',
      tone: 'worse',
    })
  })

  it('does not judge how many drive', () => {
    expect(changeWords({ change: 0.5, measure: 'vehicles', against: 'usual' }).tone).toBe('neutral')
  })

  it('takes three percent as usual', () => {
    expect(changeWords({ change: 0.02, measure: 'speed', against: 'usual' })).toMatchObject({
      arrow: '',
      text: 'as usual',
    })
  })
})

describe('calmOrder', () => {
  it('keeps rows in their places while held, and lets new ones queue behind', () => {
    expect(calmOrder(['a', 'b', 'c'], ['c', 'd', 'a'], true)).toEqual(['a', 'c', 'd'])
  })

  it('keeps those that are wanted no more but can still be shown, so that nothing moves up under the pointer', () => {
    expect(calmOrder(['a', 'b', 'c'], ['c', 'd', 'a'], true, ['a', 'b', 'c', 'd', 'e'])).toEqual([
      ...['a', 'b', 'c', 'd'],
    ])
  })

  it('obeys when nobody holds', () => {
    expect(calmOrder(['a', 'b'], ['b', 'a'], false)).toEqual(['b', 'a'])
  })
})

describe('sparkPath', () => {
  it('lifts the pen over a gap', () => {
    expect(sparkPath([0, 1, null, 1], 30, 10, [0, 1])).toBe('M0 10L10 0M30 0')
  })

  it('draws a flat line in the middle when there is no range', () => {
    expect(sparkPath([1, 1], 10, 10, [1, 1])).toBe('M0 5L10 5')
  })
})

describe('targetRow', () => {
  it('walks and stops at the ends', () => {
    expect(targetRow('j', 0, 3)).toBe(1)
    expect(targetRow('j', 2, 3)).toBe(2)
    expect(targetRow('k', 0, 3)).toBe(0)
    expect(targetRow('End', 0, 3)).toBe(2)
  })

  it('enters a list that has no focus yet', () => {
    expect(targetRow('ArrowDown', -1, 3)).toBe(0)
  })

  it('leaves other keys and empty lists alone', () => {
    expect(targetRow('x', 0, 3)).toBeNull()
    expect(targetRow('j', 0, 0)).toBeNull()
  })
})
