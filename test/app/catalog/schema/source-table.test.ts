import { describe, expect, it } from 'vitest'
import { sourceTable } from '../../../../src/app/catalog/schema/source-table.ts'

const table = (text: string, layout = {}) => sourceTable(Buffer.from(text), layout)

describe('the table in a file', () => {
  it.each([
    ['CSV', 'a,b\n1,"x, y"\n2,\n', {}],
    ['CSV with a mark and semicolons', '\uFEFFa;b\r\n1;x, y\r\n2;\r\n', {}],
    ['CSV with a separator of its own', 'a|b\n1|x, y\n2|\n', { separator: '|' }],
  ])('of %s has every column, also an empty one', (_, text, layout) => {
    expect(table(text, layout)).toEqual({
      names: ['a', 'b'],
      rows: [
        { a: '1', b: 'x, y' },
        { a: '2', b: '' },
      ],
      hasAllColumns: true,
    })
  })

  it.each([
    ['an array', '[{"a":1,":id":"r"},{"b":"x"}]', {}],
    ['lines', '{"a":1}\n{"b":"x"}\n', {}],
    ['a list below a path', '{"data":{"items":[{"a":1},{"b":"x"}]}}', { items: 'data.items' }],
  ])('of JSON as %s has the columns that are filled, none of the portal’s own', (_, text, layout) => {
    expect(table(text, layout)).toMatchObject({ names: ['a', 'b'], hasAllColumns: false })
  })

  it('of GeoJSON has the properties and the geometry of its features', () => {
    const feature = {
      type: 'Feature',
      properties: { a: 1 },
      geometry: { type: 'Point', coordinates: [1, 2] },
    }
    const text = JSON.stringify({ type: 'FeatureCollection', features: [feature] })
    expect(table(text)?.rows).toEqual([{ a: 1, geometry: feature.geometry }])
  })

  it.each([
    ['nothing', ''],
    ['a page', '<html></html>'],
    ['JSON without objects', '[1, 2]'],
    ['broken JSON', '{"a":'],
    ['a list that is not where it should be', '{"data":[]}'],
  ])('is none in %s', (what, text) => {
    expect(table(text, what.startsWith('a list') ? { items: 'items' } : {})).toBeNull()
  })
})
