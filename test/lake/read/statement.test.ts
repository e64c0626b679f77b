import { describe, expect, it } from 'vitest'
import {
  Conflict,
  DistrictAnalytics,
  DistrictQuarter,
  HourlySummary,
  Intersection,
  IntersectionMetrics,
  QuarantinedLine,
  SensorItem,
  SilverReading,
} from '../../../src/serve/contract/index.ts'
import { lists } from '../../../src/lake/read/lists.ts'
import { instantText, listStatement } from '../../../src/lake/read/statement.ts'

describe('listStatement', () => {
  it('binds every value and orders by the key', () => {
    const { sql, params } = listStatement(
      lists.silverReadings,
      {
        fromMs: Date.UTC(2026, 2, 1),
        toMs: Date.UTC(2026, 2, 2),
        where: { sensor_id: ["S'; DROP TABLE x"], district: [] },
        order: 'asc',
        after: ['2026-03-01T10:00:00.250Z', 'S9'],
      },
      { limit: 11 },
    )
    expect(sql).toContain("WHERE measured_at >= {from:DateTime64(3, 'UTC')}")
    expect(sql).toContain("AND measured_at < {to:DateTime64(3, 'UTC')}")
    expect(sql).toContain('AND sensor_id IN {sensor_id:Array(String)}')
    expect(sql).toContain("AND (measured_at, sensor_id) > ({after0:DateTime64(3, 'UTC')}, {after1:String})")
    expect(sql).toContain('ORDER BY measured_at ASC, sensor_id ASC')
    expect(sql).not.toContain('DROP')
    expect(sql).not.toContain('district IN')
    expect(params).toEqual({
      from: '2026-03-01 00:00:00.000',
      to: '2026-03-02 00:00:00.000',
      sensor_id: ["S'; DROP TABLE x"],
      after0: '2026-03-01 10:00:00.250',
      after1: 'S9',
      limit: 11,
      offset: 0,
    })
  })

  it('turns its comparisons round when it runs backwards', () => {
    const { sql } = listStatement(
      lists.hourlySummary,
      { order: 'desc', after: ['2026-03-01T10:00:00Z', 'd'], upTo: ['2026-03-01T09:00:00Z', 'c'] },
      { limit: null },
    )
    expect(sql).toContain("window_start <= {after0:DateTime64(3, 'UTC')}")
    expect(sql).toContain('(window_start, district) < (')
    expect(sql).toContain('(window_start, district) >= (')
    expect(sql).toContain('ORDER BY window_start DESC, district DESC')
    expect(sql).not.toContain('LIMIT')
  })

  it('has no condition when nothing is asked', () => {
    expect(listStatement(lists.sensors, { order: 'asc' }, { limit: 1 }).sql).not.toContain('WHERE')
  })

  it('ignores a time range where the table has none', () => {
    const query = { order: 'asc', fromMs: 0 } as const
    expect(listStatement(lists.intersections, query, { limit: 1 }).sql).not.toContain('WHERE')
  })

  it.each([{ where: { sensor_id: ['x'] } }, { ranges: { updated_at: { fromMs: 0 } } }])(
    'answers nothing wider than was asked: %j',
    asked => {
      expect(() => listStatement(lists.intersections, { order: 'asc', ...asked }, { limit: 1 })).toThrow(
        'is not asked by',
      )
    },
  )
})

describe('instantText', () => {
  it('stays within what the engine can hold', () => {
    expect(instantText(-Infinity)).toBe('1900-01-01 00:00:00.000')
    expect(instantText(Date.UTC(9999, 0))).toBe('2299-12-31 00:00:00.000')
    expect(instantText(Date.UTC(2026, 0, 31, 8, 0, 0, 5))).toBe('2026-01-31 08:00:00.005')
  })
})

describe('the lists', () => {
  it.each([
    ['hourlySummary', HourlySummary],
    ['intersectionMetrics', IntersectionMetrics],
    ['districtAnalytics', DistrictAnalytics],
    ['districtQuarters', DistrictQuarter],
    ['conflicts', Conflict],
    ['silverReadings', SilverReading],
    ['quarantine', QuarantinedLine],
    ['intersections', Intersection],
    ['sensors', SensorItem],
  ] as const)('%s has the columns of its contract', (name, contract) => {
    expect([...lists[name].columns].sort()).toEqual(Object.keys(contract.shape).sort())
  })

  it('are ordered by columns they show, so that a cursor can be made of a row', () => {
    for (const { key, columns } of Object.values(lists)) {
      for (const { name } of key) expect(columns).toContain(name)
    }
  })
})
