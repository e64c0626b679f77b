import type { Stream } from '../../core/stream/index.ts'
import { SUMS_OF_READINGS } from '../gold/index.ts'
import { STATE_COLUMNS } from '../gold/state-columns.ts'
import { ownViews } from '../migrations/index.ts'
import { sqlFile, viewFiles } from '../sql-file.ts'
import { selectOf } from './select.ts'
import { sparkSql } from './spark-sql.ts'

/** A table of gold as Spark makes it: whole windows anew from the rows of silver they have. */
export interface SparkGold {
  readonly name: string
  /** `window_start` among them. */
  readonly key: readonly string[]
  /** Length of its windows, s; an hour is a multiple of it. */
  readonly windowS: number
  /** Reads the view `silver_rows`, which holds whole hours of silver. */
  readonly sql: string
}

/** One that Spark does not make, and why. */
export interface GoldLeftOut {
  readonly name: string
  readonly why: string
}

export interface GoldForSpark {
  readonly tables: readonly SparkGold[]
  readonly leftOut: readonly GoldLeftOut[]
}

/** The rows of silver that Spark is to read, as it names them. */
const ROWS = 'silver_rows'
const WINDOWS_S: Readonly<Record<string, number>> = { FiveMinutes: 300, FifteenMinutes: 900, Hour: 3600 }
const HOUR_S = 3600

/** What is made of readings: the sums of each window, and of these what needs neither the register nor other windows. */
export function goldOfReadings(): GoldForSpark {
  const views = ownViews()
  const { delta, add } = SUMS_OF_READINGS
  const sums = selectOf(delta)
  const lines = `delta AS (${sparkSql(`SELECT ${ofRows(sums.items).join(', ')} ${onRows(sums.rest, 'silver.readings')}`)})`
  return split(
    Object.entries(add).map(([name, statement]) => {
      const { items, rest } = selectOf(statement)
      const named = STATE_COLUMNS.map(([column]) => column)
      const keys = items.slice(0, -named.length).map(columnOf)
      const state = sparkSql(`SELECT ${ofRows(items).join(', ')} ${rest.replace('lake.gold_delta', 'delta')}`)
      const columns = ['window_start', ...keys.slice(1), ...named.filter(column => column !== 'position')]
      return finished(
        name,
        [lines, `state(${columns.join(', ')}) AS (${state})`],
        views,
        `${items[0] ?? ''} ${delta}`,
      )
    }),
  )
}

/** What is made of a declared stream. */
export function goldOfStream(stream: Stream): GoldForSpark {
  const views = viewFiles(stream.sql).map(file => sqlFile(new URL(file, stream.sql)))
  return split(
    (stream.gold ?? []).map(({ name, add }) => {
      const { declared, items, rest } = selectOf(sqlFile(add))
      const from = /^FROM (\S+) AS s\b/.exec(rest)?.[1] ?? ''
      const source = declared.length === 0 ? ROWS : `(SELECT s.*, ${declared.join(', ')} FROM ${ROWS} AS s)`
      const state = `SELECT ${ofRows(items).join(', ')} ${onRows(rest, from, source)}`
      return finished(name, [`state AS (${sparkSql(state)})`], views, items[0] ?? '')
    }),
  )
}

/** @param window an expression that cuts time into the table's windows, before any other */
function finished(
  name: string,
  sums: readonly string[],
  views: readonly string[],
  window: string,
): SparkGold | GoldLeftOut {
  const view = new RegExp(
    `SELECT(?<items>(?:(?!\\bSELECT\\b)[^])*?)\\bFROM gold\\.${name}_state AS (?<alias>\\w+)\\s+GROUP BY (?<key>[\\w., ]+)`,
  )
  const groups = views
    .map(text => view.exec(text.replace(/--[^\n]*/g, ''))?.groups)
    .find(found => found !== undefined)
  if (groups === undefined) return { name, why: 'its values are made of more than its own sums' }
  const { items = '', alias = '', key = '' } = groups
  const { items: values } = selectOf(`SELECT ${items} FROM state`)
  const select = `SELECT ${values.filter(item => item !== '1 AS one').join(', ')} FROM state AS ${alias} GROUP BY ${key.trim()}`
  const windowS = WINDOWS_S[/toStartOf(\w+)\(/.exec(window)?.[1] ?? ''] ?? Infinity
  if (HOUR_S % windowS !== 0) return { name, why: 'its windows are no part of an hour' }
  return {
    ...{ name, windowS },
    key: key.split(',').map(columnOf),
    sql: `WITH ${sums.join(',\n')}\n${sparkSql(select)}`,
  }
}

/** Without the place in the log, which Spark has none of. */
function ofRows(items: readonly string[]): string[] {
  return items.filter(item => !/^max\(\w+\.position\)(\s+AS position)?$/.test(item))
}

function onRows(rest: string, table: string, source = ROWS): string {
  return rest.replace(table, source).replace('@rows', 'true')
}

/** `d.district`, `toStartOfHour(x) AS window` */
function columnOf(item: string): string {
  return /(\w+)\s*$/.exec(item)?.[1] ?? item
}

function split(all: readonly (SparkGold | GoldLeftOut)[]): GoldForSpark {
  return {
    tables: all.filter((one): one is SparkGold => 'sql' in one),
    leftOut: all.filter((one): one is GoldLeftOut => 'why' in one),
  }
}
