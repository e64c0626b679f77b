import type { PublishedColumn } from '../../src/lake/publish/asked/column-types.ts'
import { publishedColumns } from '../../src/lake/publish/asked/column-types.ts'
import type { LakeColumn } from '../../src/lake/publish/asked/column-types.ts'
import type { Lake } from '../integration/lake.ts'
import type { Row, Spark } from './spark.ts'

/** How many rows a table has, of each column how many are not null, and the sum of the CRC-32 of their texts. */
export type Sums = Readonly<Record<string, string>>

/** A value as the same text in both engines. @returns what the lake's engine makes it of, and what Spark does */
function textOf(type: string, lake: string, spark: string): readonly [lake: string, spark: string] {
  if (type === 'timestamp')
    return [`toString(toUnixTimestamp64Micro(${lake}))`, `cast(unix_micros(${spark}) AS string)`]
  // A product of two doubles, cut to a whole number, is the same everywhere.
  if (type === 'double' || type === 'float')
    return [
      // What lies under a null may be no number.
      `if(isNull(${lake}), NULL, toString(toInt64(ifNull(toFloat64(${lake}), 0) * 1e6)))`,
      `cast(cast(cast(${spark} AS double) * 1e6D AS bigint) AS string)`,
    ]
  if (type.startsWith('decimal'))
    return [
      `toString(toInt64(toDecimal128(${lake}, 6) * 1000000))`,
      `cast(cast(cast(${spark} AS decimal(38, 6)) * 1000000 AS bigint) AS string)`,
    ]
  if (type === 'array<string>') return [`arrayStringConcat(${lake}, '|')`, `array_join(${spark}, '|')`]
  return [`toString(${lake})`, `cast(${spark} AS string)`]
}

/** The columns of a table of the lake as they are published. */
export async function columnsOf(lake: Pick<Lake, 'query'>, from: string): Promise<PublishedColumn[]> {
  const columns = await lake.query<LakeColumn>(
    `SELECT name, type, comment FROM system.columns WHERE concat(database, '.', table) = {from:String} ORDER BY position`,
    { from },
  )
  return publishedColumns(columns, {})
}

export async function sumsOfLake(lake: Pick<Lake, 'query'>, from: string, where = '1'): Promise<Sums> {
  const columns = await columnsOf(lake, from)
  const sums = columns.flatMap(({ name, type, sql }) => {
    const [text] = textOf(type, sql, '')
    return [
      `toString(count(${sql})) AS \`n_${name}\``,
      `toString(sum(toUInt64(CRC32(${text})))) AS \`s_${name}\``,
    ]
  })
  const [row] = await lake.query<Row>(
    `SELECT toString(count()) AS rows, ${sums.join(', ')} FROM ${from} AS t WHERE ${where}`,
  )
  return plain(row)
}

/** @param table as Spark names it, perhaps with a version */
export async function sumsOfSpark(
  spark: Pick<Spark, 'sql'>,
  table: string,
  columns: readonly PublishedColumn[],
): Promise<Sums> {
  const sums = columns.flatMap(({ name, type }) => {
    const [, text] = textOf(type, '', `\`${name}\``)
    return [
      `cast(count(\`${name}\`) AS string) AS \`n_${name}\``,
      `cast(sum(crc32(cast(${text} AS binary))) AS string) AS \`s_${name}\``,
    ]
  })
  const [row] = await spark.sql(`SELECT cast(count(*) AS string) AS rows, ${sums.join(', ')} FROM ${table}`)
  return plain(row)
}

/** What differs, in words. */
export function differing(there: Sums, lake: Sums): string[] {
  return [...new Set([...Object.keys(there), ...Object.keys(lake)])]
    .filter(name => there[name] !== lake[name])
    .map(name => `${name}: ${there[name] ?? 'nothing'} for ${lake[name] ?? 'nothing'}`)
}

/** The sum of nothing is null in one engine and 0 in the other. */
function plain(row: Row | undefined): Sums {
  return Object.fromEntries(
    Object.entries(row ?? {})
      .filter(([, value]) => value !== null && value !== '0')
      .map(([name, value]) => [name, String(value)]),
  )
}
