import { describe, expect, it } from 'vitest'
import { columnsOf, MAX_DISTINCT, Profiler } from '../../../../src/app/catalog/schema/profile.ts'
import { sourceTable } from '../../../../src/app/catalog/schema/source-table.ts'

function profile(values: readonly unknown[]) {
  const profiler = new Profiler([])
  profiler.add({ names: ['a'], rows: values.map(a => ({ a })), hasAllColumns: true })
  const [column] = profiler.end().columns
  return column
}

describe('the profile of a version', () => {
  it.each([
    ['whole', ['1', '-20', 3, '0']],
    ['number', ['1', '2.5', 3, '-1e3', '.5']],
    ['text', ['007', '0123', 'NE', '1-2']],
    [
      'instant',
      ['2026-10-01', '2026-10-01T10:00:00.000', '10/12/2019 05:45:40 PM', '2023/01/31 05:45:40 PM'],
    ],
    ['flag', [true, 'false', 'TRUE']],
    ['object', [{ type: 'Point' }, [1]]],
    ['empty', [null, undefined, '', '  ']],
  ])('says %s of %j', (type, values) => {
    expect(profile(values)?.type).toBe(type)
  })

  it('takes a few bad values for bad ones, and many for another type', () => {
    const good = Array.from({ length: 18 }, (_, i) => String(i))
    expect(profile([...good, 'n/a', 'x'])?.type).toBe('whole')
    expect(profile([...good.slice(2), 'n/a', 'x', 'y'])?.type).toBe('text')
  })

  it('counts what is empty, what is different and shows the first', () => {
    expect(profile(['b', null, ' b', 'a', ''])).toEqual({
      ...{ name: 'a', type: 'text', filled: 3, distinct: 2, example: 'b' },
    })
    const many = Array.from({ length: MAX_DISTINCT + 1 }, (_, i) => i)
    expect(profile(many)?.distinct).toBeNull()
    expect(profile(many.slice(1))?.distinct).toBe(MAX_DISTINCT)
  })

  it('is one over all of its files, and counts rows without any of the columns that are needed', () => {
    const profiler = new Profiler([['id', 'ID'], ['lat']])
    for (const text of ['id,lat\n1,2\n,3\n', 'ID,lat\n4,\n', 'lat\n5\n']) {
      const table = sourceTable(Buffer.from(text))
      if (table !== null) profiler.add(table)
    }
    expect(profiler.end()).toMatchObject({ rows: 4, blanks: [2, 1], hasAllColumns: true })
  })

  it('has the columns that the source names though none of its rows fills them', () => {
    const profiler = new Profiler([])
    profiler.add({ names: ['a'], rows: [{ a: 1 }], hasAllColumns: false })
    const told = [
      { name: 'a', type: 'number' },
      { name: 'b', type: 'text' },
    ]
    expect(columnsOf(profiler.end(), told)).toEqual([
      { name: 'a', type: 'whole', declared: 'number' },
      { name: 'b', type: 'empty', declared: 'text' },
    ])
  })
})
