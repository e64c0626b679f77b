import { join } from 'node:path'
import { fixed, secretFile as file, web, type Family } from './escape.ts'

/** Scalar file(): the engine reads the file even for a user who may nothing. Each place an expression can stand. */
const places: readonly (readonly [what: string, sql: (call: string) => string])[] = [
  ['alone', call => `SELECT ${call}`],
  ['in WHERE', call => `SELECT 1 FROM gold.hourly_summary WHERE ${call} != ''`],
  ['in PREWHERE', call => `SELECT 1 FROM silver.readings PREWHERE ${call} != ''`],
  ['in a lambda', call => `SELECT arrayMap(x -> concat(x, ${call}), ['a'])`],
  ['in ORDER BY', call => `SELECT 1 ORDER BY ${call}`],
  ['in LIMIT', call => `SELECT 1 LIMIT length(${call})`],
  ['in LIMIT BY', call => `SELECT readings FROM gold.hourly_summary LIMIT 1 BY ${call}`],
  ['in OFFSET', call => `SELECT 1 LIMIT 1 OFFSET length(${call})`],
  ['in GROUP BY', call => `SELECT count() FROM gold.hourly_summary GROUP BY ${call}`],
  ['in GROUPING SETS', call => `SELECT count() FROM gold.hourly_summary GROUP BY GROUPING SETS ((${call}))`],
  ['in ROLLUP', call => `SELECT count() FROM gold.hourly_summary GROUP BY ROLLUP(${call})`],
  ['in HAVING', call => `SELECT count() FROM gold.hourly_summary HAVING ${call} != ''`],
  [
    'in QUALIFY',
    call => `SELECT readings FROM gold.hourly_summary QUALIFY row_number() OVER (ORDER BY ${call}) = 1`,
  ],
  ['in a window’s order', call => `SELECT sum(readings) OVER (ORDER BY ${call}) FROM gold.hourly_summary`],
  [
    'in a window frame',
    call =>
      `SELECT sum(readings) OVER (ORDER BY readings ROWS BETWEEN length(${call}) PRECEDING AND CURRENT ROW) FROM gold.hourly_summary`,
  ],
  [
    'in a named window',
    call => `SELECT sum(readings) OVER w FROM gold.hourly_summary WINDOW w AS (PARTITION BY ${call})`,
  ],
  [
    'in WITH FILL',
    call => `SELECT readings FROM gold.hourly_summary ORDER BY readings WITH FILL TO length(${call})`,
  ],
  [
    'in WITH FILL’s staleness',
    call => `SELECT readings FROM gold.hourly_summary ORDER BY readings WITH FILL STALENESS length(${call})`,
  ],
  [
    'in INTERPOLATE',
    call =>
      `SELECT readings, 'x' AS s FROM gold.hourly_summary ORDER BY readings WITH FILL INTERPOLATE (s AS ${call})`,
  ],
  [
    'in a JOIN',
    call => `SELECT 1 FROM gold.hourly_summary a JOIN gold.hourly_summary b ON ${call} = a.district`,
  ],
  ['in ARRAY JOIN', call => `SELECT x FROM gold.hourly_summary ARRAY JOIN [${call}] AS x`],
  ['in a WITH expression', call => `WITH ${call} AS f SELECT f`],
  ['in a WITH query', call => `WITH f AS (SELECT ${call} AS x) SELECT * FROM f`],
  ['in an unused WITH query', call => `WITH f AS (SELECT ${call} AS x) SELECT 1`],
  ['in a scalar subquery', call => `SELECT (SELECT ${call})`],
  ['in an unused column', call => `SELECT a FROM (SELECT 1 AS a, ${call} AS b)`],
  ['in the second half of a union', call => `SELECT 'a' UNION ALL SELECT ${call}`],
  ['behind INTERSECT', call => `SELECT 'a' INTERSECT SELECT ${call}`],
  ['behind EXCEPT', call => `SELECT 'a' EXCEPT SELECT ${call}`],
  ['in IN’s list', call => `SELECT 'a' IN (${call})`],
  ['in CASE', call => `SELECT CASE WHEN ${call} = '' THEN 1 ELSE 2 END`],
  ['in a conditional', call => `SELECT 1 ? ${call} : ''`],
  ['in a cast', call => `SELECT ${call}::String`],
  [
    'in a parameter of an aggregate',
    call => `SELECT quantile(length(${call}) / 100)(readings) FROM gold.hourly_summary`,
  ],
  ['in FILTER', call => `SELECT count() FILTER (WHERE ${call} != '') FROM gold.hourly_summary`],
  ['in numbers()', call => `SELECT * FROM numbers(length(${call}))`],
  ['in VALUES', call => `SELECT * FROM (VALUES (${call}))`],
  ['in an INTERVAL', call => `SELECT now() + INTERVAL length(${call}) DAY`],
  ['under REPLACE', call => `SELECT * REPLACE(${call} AS district) FROM gold.hourly_summary`],
  ['under APPLY', call => `SELECT * APPLY(x -> ${call}) FROM gold.hourly_summary`],
  ['in EXPLAIN', call => `EXPLAIN SELECT ${call}`],
  ['in EXPLAIN SYNTAX', call => `EXPLAIN SYNTAX SELECT ${call}`],
  ['in EXPLAIN with run_passes', call => `EXPLAIN QUERY TREE run_passes = 1 SELECT ${call}`],
  ['in DESCRIBE', call => `DESCRIBE (SELECT ${call})`],
  ['in SHOW TABLES', call => `SHOW TABLES FROM gold WHERE ${call} != ''`],
  ['in SHOW COLUMNS', call => `SHOW COLUMNS FROM hourly_summary FROM gold WHERE ${call} != ''`],
]

const spellings: readonly (readonly [what: string, sql: (path: string) => string])[] = [
  ['quoted', path => `SELECT \`file\`(${path})`],
  ['double quoted', path => `SELECT "file"(${path})`],
  ['in capitals', path => `SELECT FILE(${path})`],
  ['with a comment in the call', path => `SELECT file/**/(${path})`],
  ['with a line comment in the call', path => `SELECT file -- x\n(${path})`],
  ['with a line end in the call', path => `SELECT file\n\t(${path})`],
  ['named as argument', path => `SELECT arrayMap(file, [${path}])`],
  ['named as argument, quoted', path => `SELECT arrayFilter(\`file\`, [${path}])`],
  ['named as argument, with an alias', path => `SELECT arrayMap((file AS f), [${path}])`],
  ['named as argument of a fold', path => `SELECT arrayFold(file, [${path}], '')`],
  ['named by WITH', path => `WITH file AS upper SELECT upper(${path})`],
  ['in a lambda named by WITH', path => `WITH x -> file(x) AS upper SELECT upper(${path})`],
  ['named under APPLY', () => 'SELECT district APPLY(file) FROM gold.hourly_summary'],
  [
    'under COLUMNS … APPLY',
    path => `SELECT COLUMNS('district') APPLY(x -> file(${path})) FROM gold.hourly_summary`,
  ],
  ['with a combinator', path => `SELECT fileIf(${path}, 1)`],
  ['by its name as a text', path => `SELECT arrayReduce('file', [${path}])`],
]

export const fileFamilies: readonly Family[] = [
  {
    name: 'scalar file() in every place',
    secondWall: 'scalar file() is not a matter of grants: the engine reads the file for anybody',
    escapes: places.map(([what, sql]) => ({ what, sql: p => sql(`file(${file(p)})`) })),
  },
  {
    name: 'scalar file() in other spellings',
    secondWall: 'scalar file() is nobody’s to refuse but the guard’s',
    escapes: spellings.map(([what, sql]) => ({ what, sql: p => sql(file(p)) })),
  },
  {
    name: 'scalar file() where a table could stand',
    secondWall: 'scalar file() is nobody’s to refuse but the guard’s',
    escapes: [
      { what: 'file() as IN’s right side', sql: p => `SELECT 'x' IN file(${file(p)})` },
      {
        what: 'values() with an ALIAS',
        sql: p =>
          `SELECT b FROM values('a UInt8, b String ALIAS file(\\'${join(p.folder, 'secret.csv')}\\')', 1)`,
      },
    ],
  },
  {
    name: 'files as tables',
    secondWall: null,
    escapes: [
      fixed('a file named as a table', 'SELECT * FROM `secret.csv`'),
      fixed('a file named as a table, plain', 'SELECT * FROM secret'),
      { what: 'a file named as a text', sql: p => `SELECT * FROM ${file(p)}` },
      {
        what: 'a file named as a table of default',
        sql: p => `SELECT * FROM default.\`${join(p.folder, 'secret.csv')}\``,
      },
      { what: 'a file as IN’s right side', sql: p => `SELECT 'x' IN \`${join(p.folder, 'secret.csv')}\`` },
      fixed('DESCRIBE a file', 'DESCRIBE TABLE `secret.csv`'),
      { what: 'DESCRIBE file()', sql: p => `DESCRIBE TABLE file(${file(p)})` },
      { what: 'DESCRIBE url()', sql: p => `DESCRIBE TABLE url(${web(p)})` },
      { what: 'DESCRIBE a query over file()', sql: p => `DESCRIBE (SELECT * FROM file(${file(p)}))` },
      { what: 'file() in IN’s subquery', sql: p => `SELECT 1 WHERE 'x' IN (SELECT * FROM file(${file(p)}))` },
      {
        what: 'file() in a subquery that explains',
        sql: p => `SELECT * FROM (EXPLAIN SELECT * FROM file(${file(p)}))`,
      },
      { what: 'view()', sql: p => `SELECT * FROM view(SELECT * FROM file(${file(p)}))` },
    ],
  },
]
