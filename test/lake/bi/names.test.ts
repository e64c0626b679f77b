import { describe, expect, it } from 'vitest'
import { biTables, biViewNames, biViews } from '../../../src/lake/bi/index.ts'

describe('the names of views for BI tools', () => {
  it('are those of the tables, of gold before others, and leave out raw lines and versions', () => {
    const listed = [
      'silver.weather',
      'gold.weather',
      'lake.sensors',
      'bronze.lines',
      'silver.cameras_versions',
      'silver.conflicts',
    ]
    expect(Object.fromEntries(biViewNames(listed))).toEqual({
      'gold.weather': 'bi.weather',
      'silver.weather': 'bi.weather_silver',
      'lake.sensors': 'bi.sensors',
    })
  })

  it('say what they hold, and tell of those to join with', () => {
    const views = biViews([
      { table: 'bronze.lines', says: 'lines' },
      { table: 'gold.hourly_summary', says: 'each district by the hour' },
    ])
    expect(views.map(({ table }) => table)).toEqual(['bi.hourly_summary', 'bi.dates', 'bi.districts'])
    expect(views[0]?.says).toBe(
      'each district by the hour: gold.hourly_summary in plain types, with the city’s clock',
    )
  })

  it('come to the listed tables, with what tells of them', () => {
    const tables = biTables(['gold.hourly_summary', 'bronze.lines'])
    expect([...tables]).toEqual(
      expect.arrayContaining([
        'gold.hourly_summary',
        'bronze.lines',
        'bi.hourly_summary',
        'bi.schema_tables',
      ]),
    )
    expect(tables).not.toContain('bi.lines')
  })
})
