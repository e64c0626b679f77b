import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { STATE_COLUMNS } from '../../../src/lake/gold/state-columns.ts'

const sql = (path: string) => readFileSync(new URL(`../../../src/lake/${path}`, import.meta.url), 'utf8')

describe('the columns of a state table of gold', () => {
  it.each(['008_gold_intersection_metrics', '009_gold_district_analytics', '010_gold_hourly_summary'])(
    'are those that %s made',
    name => {
      const made = [
        ...sql(`migrations/${name}.sql`).matchAll(
          /^ {4}(\w+) +(\w*AggregateFunction\(.*?\)+)(?= COMMENT|,?$)/gm,
        ),
      ]
      expect(made.map(([, column, type]) => [column, type])).toEqual(STATE_COLUMNS)
    },
  )

  it('are what the delta yields, in this order', () => {
    const yielded = [...sql('gold/delta.sql').matchAll(/^ {4}\S.* AS (\w+),?$/gm)].map(([, column]) => column)
    const key = ['window_start', 'last_night']
    expect(yielded.filter(column => !key.includes(column ?? ''))).toEqual(
      STATE_COLUMNS.map(([column]) => column).filter(column => !key.includes(column)),
    )
  })
})
