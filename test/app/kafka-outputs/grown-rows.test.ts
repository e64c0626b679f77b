import { describe, expect, it } from 'vitest'
import { grownRows } from '../../../src/app/kafka-outputs/grown-rows.ts'
import type { GrowthDeps } from '../../../src/app/kafka-outputs/grown-rows.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** An engine that knows the columns of one table, and answers from it. */
function lake(
  columns: readonly string[],
  answer: (params: Readonly<Record<string, unknown>>) => Rows,
): GrowthDeps {
  return {
    engine: {
      query: <Row>(sql: string, options?: { readonly params?: Readonly<Record<string, unknown>> }) =>
        Promise.resolve(
          (sql.includes('system.columns')
            ? columns.map(name => ({ name }))
            : answer(options?.params ?? {})) as Row[],
        ),
    },
    visible: () => 100,
    hoursBetween: () => Promise.resolve(['2026-06-01T12']),
  }
}

describe('what comes to a table', () => {
  it('are its rows by their position, so many at a time, under their keys', async () => {
    const all = Array.from({ length: 6000 }, (_, i) => ({ position: i * 2, id: `a${i}` }))
    const deps = lake(['position', 'id'], ({ from, upto, limit }) =>
      all
        .filter(({ position }) => position >= Number(from) && position < Number(upto))
        .slice(0, Number(limit)),
    )
    const { read } = await grownRows('silver.things', ['id'], deps)
    const first = await read(0, 20_000)
    expect([first.rows.length, first.next]).toEqual([5000, 9999])
    const rest = await read(first.next, 20_000)
    expect([rest.rows.length, rest.next]).toEqual([1000, 20_000])
    expect(rest.rows[0]).toEqual({ key: 'a5000', value: '{"position":10000,"id":"a5000"}' })
  })

  it('are windows that say something else than they did when they were sent', async () => {
    let speed = 30
    const window = '2026-06-01T12:00:00Z'
    const deps = lake(['window_start', 'district', 'speed'], () => [
      { window_start: window, district: 'a', speed },
      { window_start: window, district: 'b', speed: 50 },
    ])
    const { read } = await grownRows('gold.hours', ['window_start', 'district'], deps)
    expect((await read(0, 10)).rows).toHaveLength(2)
    expect((await read(10, 20)).rows).toHaveLength(0)
    speed = 31
    const { rows, next } = await read(20, 30)
    expect(rows.map(({ key }) => key)).toEqual([JSON.stringify([window, 'a'])])
    expect(next).toBe(30)
  })

  it('is not known where there is neither position nor window, and has no key that is no column', async () => {
    await expect(
      grownRows(
        'silver.x',
        ['id'],
        lake(['id'], () => []),
      ),
    ).rejects.toThrow('neither a position nor windows')
    await expect(
      grownRows(
        'silver.x',
        ['no'],
        lake(['position'], () => []),
      ),
    ).rejects.toThrow('the key no')
  })
})
