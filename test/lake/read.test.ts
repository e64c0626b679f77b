import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { lakeReader, type ReadEngine, type ReadOptions, type Row } from '../../src/lake/read/index.ts'

/** An engine that answers each statement with the next of the given rows, and keeps what it was asked. */
function engineOf(...answers: Row[][]) {
  const asked: { sql: string; options: ReadOptions | undefined; format?: string }[] = []
  const engine: ReadEngine = {
    query: async <T>(sql: string, options?: ReadOptions) => {
      asked.push({ sql, options })
      return (answers.shift() ?? []) as T[]
    },
    stream: async (sql, format, options) => {
      asked.push({ sql, options, format })
      return Readable.from(['bytes'])
    },
  }
  return { engine, asked }
}

const place = (id: string): Row => ({ intersection_id: id })

describe('lakeReader', () => {
  it('asks for one row more than a page, to know whether another follows', async () => {
    const { engine, asked } = engineOf([place('A'), place('B'), place('C')], [place('A')])
    const reader = lakeReader(engine)
    expect(await reader.page('intersections', { order: 'asc' }, 2)).toEqual({
      rows: [place('A'), place('B')],
      next: ['B'],
    })
    expect(asked[0]?.options?.params).toMatchObject({ limit: 3 })
    expect((await reader.page('intersections', { order: 'asc' }, 2)).next).toBeNull()
  })

  it('reads on the reading session, within a time', async () => {
    const { engine, asked } = engineOf()
    await lakeReader(engine).page('sensors', { order: 'asc' }, 1)
    expect(asked[0]?.options).toMatchObject({ session: 'read', settings: { max_execution_time: 30 } })
  })

  it('ends an export where it said that the next page begins, whatever arrives meanwhile', async () => {
    const { engine, asked } = engineOf([place('B'), place('C')])
    const { next } = await lakeReader(engine).export('intersections', { order: 'asc' }, 2, 'parquet')
    expect(next).toEqual(['B'])
    expect(asked[0]?.options?.params).toMatchObject({ limit: 2, offset: 1 })
    expect(asked[1]?.sql).toContain('intersection_id <= {upto0:String}')
    expect(asked[1]?.format).toBe('Parquet')
  })

  it('exports all there is when it is less than a page', async () => {
    const { engine, asked } = engineOf([place('B')])
    const { next } = await lakeReader(engine).export('intersections', { order: 'asc' }, 2, 'csv')
    expect(next).toBeNull()
    expect(asked[1]?.sql).not.toContain('WHERE')
    expect(asked[1]?.format).toBe('CSVWithNames')
  })

  it('asks for all of quarantine when no range is given', async () => {
    const { engine, asked } = engineOf()
    await lakeReader(engine).quarantineReasons({})
    expect(asked[0]?.options?.params).toEqual({
      from: '1900-01-01 00:00:00.000',
      to: '2299-12-31 00:00:00.000',
      streams: [],
    })
  })
})

describe('a list over a long time', () => {
  const edges = { n: 5, oldest: '2026-01-01T00:00:00Z', newest: '2026-03-01T00:00:00Z' }
  const window = (at: string): Row => ({ window_start: at, district: 'd' })

  it('is looked for in its first hour, and further only until a page is full', async () => {
    const rows = [window('2026-01-01T00:00:00Z'), window('2026-01-01T02:00:00Z')]
    const { engine, asked } = engineOf([edges], rows.slice(0, 1), rows)
    const page = await lakeReader(engine).page('hourlySummary', { order: 'asc' }, 1)
    expect(page).toEqual({ rows: rows.slice(0, 1), next: ['2026-01-01T00:00:00Z', 'd'] })
    expect(asked[0]?.sql).toContain('FROM gold.hourly_summary_state')
    expect(asked.slice(1).map(({ options }) => options?.params?.['to'])).toEqual([
      '2026-01-01 01:00:00.000',
      '2026-01-01 08:00:00.000',
    ])
  })

  it('is read whole when it has less than a page', async () => {
    const { engine, asked } = engineOf([edges])
    expect((await lakeReader(engine).page('hourlySummary', { order: 'desc' }, 10)).next).toBeNull()
    expect(asked.at(-1)?.sql).not.toContain('WHERE')
  })
})
