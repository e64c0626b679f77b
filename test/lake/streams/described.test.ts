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
      news: 'position',
    })
    expect(tables.map(({ table }) => table)).toContain('gold.weather_hourly')
    expect(tables.map(({ table }) => table)).not.toContain('gold.weather_hourly_state')
  })

  it('say by which column a reader knows what is new in them', () => {
    const news = Object.fromEntries(streams.flatMap(describedTables).map(one => [one.table, one.news]))
    expect(news).toMatchObject({
      'silver.events': 'position',
      'silver.events_versions': 'position',
      'silver.incident_versions': 'position',
      'gold.weather_hourly': 'window_start',
      'gold.city_weather': 'window_start',
      'gold.camera_stand_ins': 'window_start',
      'silver.incidents': null,
      'gold.incident_daily': null,
      'gold.conflicts': null,
    })
  })

  it('are never listed twice', () => {
    const tables = streams.flatMap(describedTables).map(({ table }) => table)
    expect(tables).toEqual([...new Set(tables)])
  })
})
