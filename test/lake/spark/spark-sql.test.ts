import { describe, expect, it } from 'vitest'
import { goldOfReadings, goldOfStream } from '../../../src/lake/spark/index.ts'
import { sparkSql } from '../../../src/lake/spark/spark-sql.ts'
import { streams } from '../../../src/streams/index.ts'

describe("a formula in Spark's SQL", () => {
  it.each([
    ['count() AS readings, count(s.dust)', 'count(*) AS readings , count(s.dust)'],
    ["countIf(s.condition = 'clear, (or not)')", "count_if(s.condition = 'clear, (or not)')"],
    [
      "sum(reinterpret(ifNull(s.t, toDecimal64(0, 2)), 'Int64'))",
      'sum(CAST(coalesce(s.t, CAST(0 AS DECIMAL(18, 2))) * 100 AS BIGINT))',
    ],
    ['toStartOfFiveMinutes(at)', 'timestamp_seconds(unix_seconds(at) div 300 * 300)'],
    ['toInt64(round(assumeNotNull(s.a) * 1e6))', 'CAST(rint((s.a) * 1e6) AS BIGINT)'],
    ["arrayMax([(sum(a), 1, 'x')]).3", "array_max(array(named_struct('_1', sum(a), '_2', 1, '_3', 'x')))._3"],
    ["a IN ('x', 'y') AND b <= 3.6e9", "a IN ('x', 'y') AND b <= 3.6e9"],
  ])('%s', (clickhouse, spark) => {
    expect(sparkSql(`SELECT ${clickhouse}`).replace(/\s+/g, ' ').replaceAll(' ,', ',')).toBe(
      `SELECT ${spark}`.replaceAll(' ,', ','),
    )
  })

  it('refuses a function that nobody has looked at', () => {
    expect(() => sparkSql('SELECT quantileExact(0.5)(a)')).toThrow('quantileExact')
  })
})

describe('gold for Spark', () => {
  it('has every table of readings, each with whole windows of an hour', () => {
    const { tables, leftOut } = goldOfReadings()
    expect(leftOut).toEqual([])
    expect(tables.map(({ name, key, windowS }) => [name, windowS, ...key])).toEqual([
      ['intersection_metrics', 300, 'window_start', 'intersection_id', 'district'],
      ['district_analytics', 900, 'window_start', 'district'],
      ['hourly_summary', 3600, 'window_start', 'district'],
    ])
  })

  it('has each sum of the declared streams, or says why not', () => {
    for (const stream of streams) {
      const { tables, leftOut } = goldOfStream(stream)
      const told = [...tables, ...leftOut].map(({ name }) => name)
      expect(told.sort()).toEqual((stream.gold ?? []).map(({ name }) => name).sort())
      for (const { sql } of tables) {
        expect(sql).toContain('silver_rows')
        expect(sql).not.toMatch(/@\w|\bposition\b|gold\.|silver\./)
      }
    }
  })
})
