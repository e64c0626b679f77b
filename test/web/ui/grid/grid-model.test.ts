import { describe, expect, it } from 'vitest'
import { ariaSort, compareKnown, nextSort } from '../../../../web/src/ui/grid/grid-model.ts'

const sortedBy = (values: (string | number | null)[], descending: boolean) =>
  values.toSorted((a, b) => compareKnown(a, b, descending))

describe('compareKnown', () => {
  it('puts what is not known last in either direction', () => {
    expect(sortedBy([2, null, 1], false)).toEqual([1, 2, null])
    expect(sortedBy([2, null, 1], true)).toEqual([2, 1, null])
  })

  it('takes numbers in names as numbers', () => {
    expect(sortedBy(['9 Avenue', '10 Avenue', null], false)).toEqual(['9 Avenue', '10 Avenue', null])
  })

  it('says that two unknown ones are equal', () => {
    expect(compareKnown(null, null, true)).toBe(0)
  })
})

describe('nextSort', () => {
  const [name, vehicles, began] = [
    { key: 'name', label: 'Name' },
    { key: 'vehicles', label: 'Vehicles', numeric: true },
    { key: 'began', label: 'Began', isLargestFirst: true },
  ] as const

  it('begins with what is asked for most: the largest of numbers and times, the first of names', () => {
    const sort = { key: 'other', descending: false }
    expect(nextSort<string>(sort, name).descending).toBe(false)
    expect(nextSort<string>(sort, vehicles).descending).toBe(true)
    expect(nextSort<string>(sort, began).descending).toBe(true)
  })

  it('turns round when asked again, and a screen reader is told', () => {
    const first = nextSort<string>({ key: 'other', descending: false }, vehicles)
    const second = nextSort<string>(first, vehicles)
    expect([first, second].map(sort => ariaSort(sort, 'vehicles'))).toEqual(['descending', 'ascending'])
    expect(ariaSort(second, 'name')).toBe('none')
  })
})
