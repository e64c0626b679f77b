import { describe, expect, it } from 'vitest'
import { outputColumn } from '../../src/outputs/index.ts'

describe('a column of the lake in another database', () => {
  it.each([
    ['String', 'text', false],
    ['LowCardinality(Nullable(String))', 'text', true],
    ['Nullable(Int16)', 'whole', true],
    ['UInt32', 'whole', false],
    ['Float64', 'double', false],
    ['Bool', 'flag', false],
    ["DateTime64(3, 'UTC')", 'instant', false],
    ["Nullable(DateTime('UTC'))", 'instant', true],
    ['Date', 'date', false],
    ['Array(Nullable(String))', 'text', false],
    ["Enum8('a' = 1)", 'text', false],
  ])('of the type %s holds %s', (type, is, hasNulls) => {
    const { kind } = outputColumn('a', type)
    expect(kind.is).toBe(is)
    if (!type.startsWith('Array')) expect(outputColumn('a', type).nullable).toBe(hasNulls)
  })

  it('keeps exact numbers exact', () => {
    expect(outputColumn('a', 'Nullable(Decimal(18, 3))').kind).toEqual({
      is: 'decimal',
      digits: 18,
      scale: 3,
    })
    expect(outputColumn('a', 'UInt64').kind).toEqual({ is: 'decimal', digits: 20, scale: 0 })
  })

  it('is never null where a list stands, even a list that may hold nulls', () => {
    expect(outputColumn('a', 'Array(Nullable(String))').nullable).toBe(false)
  })
})
