import { describe, expect, it } from 'vitest'
import { describedTables } from '../../../src/lake/streams/described.ts'
import { streams } from '../../../src/streams/index.ts'

describe('the tables of a stream', () => {
  it('are those that people read, each with the sentence that heads its SQL', () => {
    const weather = streams.find(({ name }) => name === 'weather')!
    const tables = describedTables(weather)
    expect(tables[0]).toEqual({
      table: 'silver.weather',
      says: 'one row per station and time, the first arrival.',
    })
    expect(tables.map(({ table }) => table)).toContain('gold.weather_hourly')
    expect(tables.map(({ table }) => table)).not.toContain('gold.weather_hourly_state')
  })

  it('are never listed twice', () => {
    const tables = streams.flatMap(describedTables).map(({ table }) => table)
    expect(tables).toEqual([...new Set(tables)])
  })
})
