import { columnsOf } from '../../src/core/stream/index.ts'
import type { Column, Stream } from '../../src/core/stream/index.ts'
import { sqlName, tableOf, timeColumnOf, viewOf } from '../../src/lake/streams/tables.ts'
import { plainType, silverColumns } from './silver-sql.ts'

/** Sums by hour to begin with: mean, lowest and highest of each number. */
export interface GoldFiles {
  /** `air_quality_hourly` */
  readonly name: string
  /** By file name: the table, how rows are added, and the view with finished values; of `latest` a view alone. */
  readonly files: Readonly<Record<string, string>>
  /** Its entry in the declaration; null of a view, which needs none. */
  readonly entry: string | null
}

/**
 * @param number of the file that makes the table
 * @throws {Error} where a sum could not follow silver, or there is nothing to sum
 */
export function goldFiles(stream: Stream, number: number): GoldFiles {
  const { once, fields } = stream
  const keys = once.key.map(key => fields[key]?.column ?? key)
  // The mean of places or of directions says nothing.
  const measures = columnsOf(fields).filter(
    ({ name, kind, unit }) =>
      (kind === 'decimal' || kind === 'whole') && unit !== '°' && !keys.includes(name),
  )
  if (measures.length === 0) throw new Error('there is no number to sum')
  const name = `${sqlName(stream)}_hourly`
  const parts = { stream, name, keys, measures }
  if (once.how === 'latest')
    return { name, files: { [`view_02_gold_${name}.sql`]: newestSql(parts) }, entry: null }
  return {
    name,
    files: {
      [`${String(number).padStart(2, '0')}_gold_${name}.sql`]: tableSql(parts),
      [`add_${name}.sql`]: addSql(parts),
      [`view_01_gold_${name}.sql`]: viewSql(parts),
    },
    entry: `gold: [{ name: '${name}', add: new URL('./sql/add_${name}.sql', import.meta.url) }],`,
  }
}

interface Parts {
  readonly stream: Stream
  readonly name: string
  readonly keys: readonly string[]
  readonly measures: readonly Column[]
}

function tableSql({ stream, name, keys, measures }: Parts): string {
  const types = new Map(silverColumns(stream))
  const columns = [
    ['window_start', "DateTime('UTC')"],
    ...keys.map(key => [key, types.get(key) ?? 'String']),
    ['readings', 'SimpleAggregateFunction(sum, UInt64)'],
    ...measures.flatMap(column => {
      const type = `Nullable(${plainType(column.type).replace(/^Nullable\((.*)\)$/, '$1')})`
      return [
        [`${column.name}_sum`, `SimpleAggregateFunction(sum, Int64)${stepOf(column)}`],
        [`${column.name}_n`, 'SimpleAggregateFunction(sum, UInt64)'],
        [`${column.name}_min`, `SimpleAggregateFunction(min, ${type})`],
        [`${column.name}_max`, `SimpleAggregateFunction(max, ${type})`],
      ]
    }),
    ['position', 'SimpleAggregateFunction(max, UInt64)'],
  ] as [string, string][]
  const width = Math.max(...columns.map(([column]) => column.length))
  const cut = stream.silver.partition === 'day' ? 'toDate' : 'toYYYYMM'
  return `-- gold.${name}_state: one row per ${['hour', ...keys].join(' and ')}, as sums that add up in any order; gold.${name} is the view with finished values.
CREATE TABLE IF NOT EXISTS gold.${name}_state
(
${columns.map(([column, type]) => `    ${column.padEnd(width)} ${type}`).join(',\n')}
)
ENGINE = @AggregatingMergeTree
PARTITION BY ${cut}(window_start)
ORDER BY (${['window_start', ...keys].join(', ')})
SETTINGS @durable;
`
}

function stepOf({ decimals, unit }: Column): string {
  return decimals === 0 ? '' : ` COMMENT 'steps of ${(10 ** -decimals).toFixed(decimals)} ${unit ?? ''}'`
}

function addSql({ stream, name, keys, measures }: Parts): string {
  const columns = [
    `toStartOfHour(s.${timeColumnOf(stream)}) AS window_start`,
    ...keys.map(key => `s.${key}`),
    'count() AS readings',
    ...measures.flatMap(measure => [
      `${stepsOf(measure)} AS ${measure.name}_sum`,
      `count(s.${measure.name}) AS ${measure.name}_n`,
      `min(s.${measure.name}) AS ${measure.name}_min`,
      `max(s.${measure.name}) AS ${measure.name}_max`,
    ]),
    'max(s.position)',
  ]
  return `-- gold.${name}_state: adds rows of silver.
--
-- Units   whole numbers of the smallest step that silver keeps, so that sums are exact in any order
-- Re-run  not by itself: the caller sees to it that a row is added once
INSERT INTO gold.${name}_state
SELECT
    ${columns.join(',\n    ')}
FROM ${tableOf(stream)} AS s
WHERE @rows
GROUP BY ${['window_start', ...keys.map(key => `s.${key}`)].join(', ')}
`
}

/** The sum of a column of silver in whole steps. */
function stepsOf({ name, kind, decimals }: Column): string {
  return kind === 'whole'
    ? `sum(ifNull(s.${name}, 0))`
    : `sum(reinterpret(ifNull(s.${name}, toDecimal64(0, ${decimals})), 'Int64'))`
}

const unstepped = ({ decimals }: Column) => (decimals === 0 ? '' : ` / ${10 ** decimals}`)

function viewSql({ stream, name, keys, measures }: Parts): string {
  const columns = [
    ['window_start', ...keys].join(', '),
    'sum(h.readings) AS readings',
    ...measures.flatMap(measure => {
      const { name: column } = measure
      return [
        `if(sum(h.${column}_n) = 0, NULL, sum(h.${column}_sum) / sum(h.${column}_n)${unstepped(measure)}) AS ${column}`,
        `toFloat64(min(h.${column}_min)) AS min_${column}`,
        `toFloat64(max(h.${column}_max)) AS max_${column}`,
      ]
    }),
  ]
  return `-- gold.${name}: ${stream.title}, one row per ${['hour', ...keys].join(' and ')}: mean, lowest and highest.
CREATE OR REPLACE VIEW gold.${name} AS
SELECT
    ${columns.join(',\n    ')}
FROM gold.${name}_state AS h
GROUP BY ${['window_start', ...keys].join(', ')}
`
}

/**
 * Of what is corrected: worked out of the newest versions at each question, so that no sum has what was replaced.
 * @throws {Error} where the key has no instant whose hour could be told
 */
function newestSql({ stream, name, keys, measures }: Parts): string {
  const timeField = stream.once.key.find(key => stream.fields[key]?.type === 'instant')
  if (timeField === undefined)
    throw new Error(
      `a register has no hours: no instant is of the key. Write sql/view_02_gold_${sqlName(stream)}.sql by hand, a view over ${viewOf(stream)}.`,
    )
  const time = stream.fields[timeField]?.column ?? timeField
  const places = keys.filter(key => key !== time)
  const columns = [
    `toStartOfHour(s.${time}) AS window_start`,
    ...places.map(key => `s.${key} AS ${key}`),
    'count() AS readings',
    ...measures.flatMap(measure => {
      const { name: column } = measure
      return [
        `if(count(s.${column}) = 0, NULL, ${stepsOf(measure)} / count(s.${column})${unstepped(measure)}) AS ${column}`,
        `toFloat64(min(s.${column})) AS min_${column}`,
        `toFloat64(max(s.${column})) AS max_${column}`,
      ]
    }),
  ]
  return `-- gold.${name}: ${stream.title}, one row per ${['hour', ...places].join(' and ')}: mean, lowest and highest of the newest versions, worked out when asked.
CREATE OR REPLACE VIEW gold.${name} AS
SELECT
    ${columns.join(',\n    ')}
FROM ${viewOf(stream)} AS s
GROUP BY ${['window_start', ...places.map(key => `s.${key}`)].join(', ')}
`
}
