import { describe, expect, it } from 'vitest'
import { goldFiles } from '../../../scripts/streams/gold-sql.ts'
import { air } from '../../streams/example.ts'

describe('sums by hour', () => {
  const { name, files, entry } = goldFiles(air, 3)

  it('are a table, the rows that are added to it, and a view', () => {
    expect(name).toBe('air_quality_hourly')
    expect(Object.keys(files)).toEqual([
      '03_gold_air_quality_hourly.sql',
      'add_air_quality_hourly.sql',
      'view_01_gold_air_quality_hourly.sql',
    ])
    expect(entry).toContain("add: new URL('./sql/add_air_quality_hourly.sql', import.meta.url)")
  })

  it('add whole steps, so that their order does not matter', () => {
    const [table = '', add = '', view = ''] = Object.values(files)
    expect(table).toContain("SimpleAggregateFunction(sum, Int64) COMMENT 'steps of 0.01 µg/m³'")
    expect(table).toContain('PARTITION BY toDate(window_start)')
    expect(add).toContain("sum(reinterpret(ifNull(s.no2, toDecimal64(0, 2)), 'Int64')) AS no2_sum")
    expect(add).toContain('sum(ifNull(s.particles_pm10, 0)) AS particles_pm10_sum')
    expect(view).toContain('sum(h.no2_sum) / sum(h.no2_n) / 100) AS no2')
  })
})
