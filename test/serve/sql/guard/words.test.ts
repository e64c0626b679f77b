import { describe, expect, it } from 'vitest'
import { checkWords, cteNames } from '../../../../src/serve/sql/guard/words.ts'

describe('checkWords', () => {
  it('refuses clauses the tree tells too late of', () => {
    expect(() => checkWords("SELECT 1 INTO OUTFILE 'x'")).toThrow('INTO OUTFILE')
    expect(() => checkWords('SELECT * FROM (SELECT 1 SETTINGS max_threads = 1)')).toThrow('SETTINGS')
    expect(() => checkWords('SELECT 1 FORMAT CSV')).toThrow('FORMAT')
    expect(() => checkWords("SELECT CAST('', 'AggregateFunction(sum, UInt8)')")).toThrow('AggregateFunction')
  })

  it('lets texts and columns that only look so', () => {
    expect(() =>
      checkWords("SELECT 'INTO OUTFILE SETTINGS a = 1 \\n', settings, format AS `km/h (mean)` FROM t"),
    ).not.toThrow()
    expect(() => checkWords('SELECT {a:String}, settings = 1 FROM t')).not.toThrow()
  })
})

describe('cteNames', () => {
  const names = (sql: string) => cteNames(checkWords(sql))

  it('lists them in the order they begin', () => {
    expect(
      names(
        'WITH a AS (WITH b AS (SELECT 1) SELECT * FROM b), c(x, y) AS MATERIALIZED (SELECT 1, 2), `d e` AS ((SELECT 1)) SELECT 1',
      ),
    ).toEqual(['a', 'b', 'c', 'd e'])
  })

  it('does not take windows, aliases and subqueries for one', () => {
    expect(
      names(
        'WITH (SELECT 1) AS x, 2 AS y SELECT count() OVER w AS z FROM t WINDOW w AS (ORDER BY a), v AS (PARTITION BY b)',
      ),
    ).toEqual([])
  })
})
