import { describe, expect, it } from 'vitest'
import { goldFiles } from '../../../scripts/streams/gold-sql.ts'
import { air, corrected, parks } from '../../streams/example.ts'

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

  it('have no mean of places and directions', () => {
    const wind = { type: 'number', says: 'Wind from', min: 0, max: 360, unit: '°', decimals: 0 } as const
    const { files: ofWind } = goldFiles({ ...air, fields: { ...air.fields, wind } }, 3)
    expect(ofWind).toEqual(files)
  })
})

describe('gold of what is corrected', () => {
  it('is a view of the newest versions by the hour of the key, with means of whole steps', () => {
    const { files, entry } = goldFiles(corrected, 3)
    expect(entry).toBeNull()
    expect(files['view_02_gold_noise_levels_hourly.sql'])
      .toBe(`-- gold.noise_levels_hourly: Noise levels, one row per hour and site: mean, lowest and highest of the newest versions, worked out when asked.
CREATE OR REPLACE VIEW gold.noise_levels_hourly AS
SELECT
    toStartOfHour(s.measured_at) AS window_start,
    s.site AS site,
    count() AS readings,
    if(count(s.level_db) = 0, NULL, sum(reinterpret(ifNull(s.level_db, toDecimal64(0, 1)), 'Int64')) / count(s.level_db) / 10) AS level_db,
    toFloat64(min(s.level_db)) AS min_level_db,
    toFloat64(max(s.level_db)) AS max_level_db
FROM silver.noise_levels AS s
GROUP BY window_start, s.site
`)
  })

  it('is written by hand for a register, which has no hours', () => {
    expect(() => goldFiles(parks, 3)).toThrow(
      'Write sql/view_02_gold_car_parks.sql by hand, a view over silver.car_parks',
    )
  })
})
