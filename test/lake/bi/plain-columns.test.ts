import { describe, expect, it } from 'vitest'
import { plainColumns } from '../../../src/lake/bi/plain-columns.ts'

const clock = { zone: 'America/New_York', changes: [{ sinceMs: 0, offsetS: -18_000 }] }
const typeOf = (type: string) =>
  plainColumns([{ table: 'gold.x', name: 'a', type, comment: '' }], new Map(), clock).map(
    column => column.type,
  )

describe('columns for BI tools', () => {
  it.each([
    ['LowCardinality(String)', 'String'],
    ['LowCardinality(Nullable(String))', 'Nullable(String)'],
    ['Nullable(Decimal(6, 1))', 'Nullable(Float64)'],
    ['Nullable(SimpleAggregateFunction(max, UInt16))', 'Nullable(Int32)'],
    ['UInt64', 'Int64'],
    ["Enum8('a' = 1)", 'String'],
    ['Array(String)', 'String'],
    ['Bool', 'Bool'],
    ['Date', 'Date'],
  ])('%s is %s', (type, plain) => {
    expect(typeOf(type)).toEqual([plain])
  })

  it('have the wall clock of the city behind each instant, and say so', () => {
    const columns = plainColumns(
      [{ table: 'gold.x', name: 'window_start', type: 'DateTime', comment: 'Begin' }],
      new Map(),
      clock,
    )
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ['window_start', "DateTime('UTC')"],
      ['window_start_local', "DateTime('UTC')"],
    ])
    expect(columns[1]?.comment).toContain('America/New_York')
  })

  it('say their unit where their name ends in one, or what their stream says of them', () => {
    const rows = ['speed_kmh', 'gust'].map(name => ({
      table: 'silver.w',
      name,
      type: 'Float64',
      comment: '',
    }))
    const columns = plainColumns(rows, new Map([['silver.w.gust', 'Gusts, km/h']]), clock)
    expect(columns.map(({ comment }) => comment)).toEqual(['In km/h', 'Gusts, km/h'])
  })

  it('leave out what tells rows apart', () => {
    const rows = ['position', 'once_hash'].map(name => ({
      table: 'silver.w',
      name,
      type: 'Int64',
      comment: '',
    }))
    expect(plainColumns(rows, new Map(), clock)).toEqual([])
  })
})
