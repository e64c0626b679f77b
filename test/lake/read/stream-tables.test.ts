import { describe, expect, it } from 'vitest'
import { streamTable, versionsTable } from '../../../src/lake/read/index.ts'
import { listStatement } from '../../../src/lake/read/statement.ts'
import { air, alarms, corrected, parks, signs } from '../../streams/example.ts'

const keys = (table: ReturnType<typeof streamTable>) => table.key.map(({ name }) => name)

describe('the list of a stream', () => {
  it('has its columns in their order, and what every stream has', () => {
    expect(streamTable(air).columns).toEqual([
      ...['position', 'station_id', 'observed_at', 'no2', 'temperature_c', 'grade', 'particles_pm10'],
      ...['particles_pm25', 'calibrated', 'arrived_at', 'source'],
    ])
  })

  it('of observations and happenings is ordered by time, key and position', () => {
    expect(keys(streamTable(air))).toEqual(['observed_at', 'station_id', 'position'])
    expect(keys(streamTable(alarms))).toEqual(['at', 'device_id', 'position'])
  })

  it('of things is ordered by key, its versions by their order', () => {
    expect(keys(streamTable(parks))).toEqual(['park_id'])
    expect(streamTable(parks).columns).not.toContain('withdrawn')
    expect(keys(versionsTable(parks))).toEqual(['updated_at', 'position'])
    expect(keys(versionsTable(signs))).toEqual(['position'])
    expect(versionsTable(signs)).toMatchObject({ from: 'silver.signs_versions', time: 'arrived_at' })
    expect(versionsTable(parks).columns).toContain('withdrawn')
  })

  it('is asked by key, source and the fields that say so', () => {
    expect(streamTable(air).filters).toEqual(['station_id', 'grade', 'calibrated', 'source'])
    expect(streamTable(parks)).toMatchObject({
      filters: ['park_id', 'streets', 'source'],
      ranges: ['opens_at', 'closes_at'],
    })
  })

  it('of what is told apart by an instant is asked by its range', () => {
    expect(streamTable(corrected)).toMatchObject({ filters: ['site', 'source'], ranges: ['measured_at'] })
  })

  it('binds every value', () => {
    const { sql, params } = listStatement(
      streamTable(parks),
      {
        order: 'asc',
        where: { streets: ["A' OR 1"], park_id: ['P'] },
        ranges: { opens_at: { fromMs: 0 } },
        toMs: 1000,
      },
      { limit: 5 },
    )
    expect(sql).toContain('FROM silver.car_parks')
    expect(sql).toContain(
      "WHERE updated_at < {to:DateTime64(3, 'UTC')}\n  AND opens_at >= {opens_at_from:DateTime64(3, 'UTC')}\n" +
        '  AND park_id IN {park_id:Array(String)}\n  AND hasAny(streets, {streets:Array(String)})',
    )
    expect(params).toMatchObject({ streets: ["A' OR 1"], park_id: ['P'] })
  })
})
