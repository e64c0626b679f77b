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
    await lakeReader(engine).quarantineReasons()
    expect(asked[0]?.options?.params).toEqual({
      from: '1900-01-01 00:00:00.000',
      to: '2299-12-31 00:00:00.000',
    })
  })
})
