import { describe, expect, it } from 'vitest'
import { biTables, biViewNames } from '../../../src/lake/bi/index.ts'

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
