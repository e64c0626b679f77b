import { describe, expect, it } from 'vitest'
import { publishedColumns } from '../../../../src/lake/publish/asked/column-types.ts'

const typeOf = (type: string, name = 'a') => publishedColumns([{ name, type, comment: '' }], {})[0]

describe('columns of open tables', () => {
  it.each([
    ['UInt64', 'long', 'toInt64(t.`a`)'],
    ['UInt32', 'long', 'toInt64(t.`a`)'],
    ['Nullable(UInt16)', 'integer', 'toInt32(t.`a`)'],
    ['LowCardinality(Nullable(String))', 'string', 'toValidUTF8(t.`a`)'],
    ['UUID', 'string', 'toString(t.`a`)'],
    ["Nullable(DateTime64(3, 'UTC'))", 'timestamp', "toDateTime64(t.`a`, 6, 'UTC')"],
    ['Nullable(Decimal(9, 3))', 'decimal(9,3)', 't.`a`'],
    ["Nullable(Enum8('red' = 1))", 'string', 'toString(t.`a`)'],
    ['Array(LowCardinality(String))', 'array<string>', "CAST(t.`a`, 'Array(String)')"],
    ['Map(String, UInt32)', 'string', 'toJSONString(t.`a`)'],
    ['FixedString(16)', 'string', 'hex(t.`a`)'],
  ])('%s is published as %s', (type, published, sql) => {
    expect(typeOf(type)).toMatchObject({ type: published, sql })
  })

  it('puts the bytes of a line beside it, which may be no text', () => {
    const columns = publishedColumns([{ name: 'line', type: 'String', comment: '' }], {})
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ['line', 'string'],
      ['line_base64', 'string'],
    ])
  })

  it('leaves out what no other engine has a type for, and what only this program needs', () => {
    expect(typeOf('AggregateFunction(uniqExact, String)')).toBeUndefined()
    expect(typeOf('UInt32', 'content')).toBeUndefined()
  })
})
