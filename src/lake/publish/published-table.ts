import { columnsOf } from '../../core/stream/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { STREAM_CONFLICTS } from '../once/other-tables.ts'
import { describedTables } from '../streams/described.ts'
import { tableOf, timeColumnOf } from '../streams/tables.ts'

/** How a table of the lake becomes one that others read. */
export type Growth =
  /** Each row goes out once, in order of the log; `print` tells one row's content from another's. */
  | {
      readonly kind: 'rows'
      readonly time: string
      readonly partition: 'day' | 'month'
      readonly print: readonly string[]
    }
  /** Lines as they came, read from the log's own files. */
  | { readonly kind: 'lines' }
  /** Windows: a file holds an hour, and is replaced when something in it is otherwise. */
  | { readonly kind: 'hours' }
  /** Replaced as a whole when anything in it is otherwise. */
  | { readonly kind: 'whole' }

export interface PublishedTable {
  /** Below the base, e.g. `silver/weather`. */
  readonly path: string
  /** `database.table` of the lake. */
  readonly from: string
  readonly says: string
  /** What is said of its columns, by name. */
  readonly comments: Readonly<Record<string, string>>
  readonly growth: Growth
}

/** Of the lake itself, whatever streams there are. */
const OWN: readonly Omit<PublishedTable, 'comments'>[] = [
  {
    path: 'bronze/lines',
    from: 'bronze.lines',
    says: 'every line of the log as it was received',
    growth: { kind: 'lines' },
  },
  {
    path: 'bronze/schema_drift',
    from: 'bronze.schema_drift',
    says: 'fields that came and that the record of their stream does not name',
    growth: { kind: 'whole' },
  },
  {
    path: 'silver/readings',
    from: 'silver.readings',
    says: 'one row per sensor and time, the first arrival',
    // A rebuild may put a reading into another place.
    growth: {
      kind: 'rows',
      time: 'measured_at',
      partition: 'day',
      print: ['position', 'content', 'intersection_id', 'district'],
    },
  },
  {
    path: 'silver/conflicts',
    from: 'silver.conflicts',
    says: 'repeats of readings that said something else than the first arrival',
    growth: { kind: 'rows', time: 'measured_at', partition: 'month', print: ['position'] },
  },
  {
    path: 'silver/stream_conflicts',
    from: STREAM_CONFLICTS,
    says: 'repeats of other streams that said something else than what came first',
    growth: { kind: 'rows', time: 'at', partition: 'month', print: ['position', 'key'] },
  },
  {
    path: 'silver/sensors',
    from: 'lake.sensors',
    says: 'sensors: registered ones, and those that were only seen',
    growth: { kind: 'whole' },
  },
  {
    path: 'silver/intersections',
    from: 'lake.intersections',
    says: 'intersections and other sites',
    growth: { kind: 'whole' },
  },
  {
    path: 'quarantine/lines',
    from: 'quarantine.lines',
    says: 'every line that broke a rule, byte for byte',
    growth: { kind: 'rows', time: 'arrived_at', partition: 'day', print: ['position'] },
  },
  {
    path: 'gold/intersection_metrics',
    from: 'gold.intersection_metrics',
    says: 'each intersection by five minutes',
    growth: { kind: 'hours' },
  },
  {
    path: 'gold/district_analytics',
    from: 'gold.district_analytics',
    says: 'each district by fifteen minutes',
    growth: { kind: 'hours' },
  },
  {
    path: 'gold/hourly_summary',
    from: 'gold.hourly_summary',
    says: 'each district by the hour',
    growth: { kind: 'hours' },
  },
]

/** What every row has, where nobody says more. */
const GATHERED = {
  position: 'where the line stands in the log: it only grows',
  arrived_at: 'when the line arrived (UTC)',
  source: 'who sent it',
  line: 'the line, byte for byte',
  window_start: 'start of the window (UTC), closed on the left',
}

/**
 * Every table that is published.
 *
 * @param comments by `database.table` and column; of streams the declaration says them
 * @param windowed the tables and views that have a column `window_start`
 */
export function publishedTables(
  streams: readonly Stream[],
  comments: Readonly<Record<string, Readonly<Record<string, string>>>>,
  windowed: ReadonlySet<string>,
): PublishedTable[] {
  const own = OWN.map(table => ({ ...table, comments: { ...GATHERED, ...comments[table.from] } }))
  return [...own, ...streams.flatMap(stream => tablesOf(stream, windowed))]
}

function tablesOf(stream: Stream, windowed: ReadonlySet<string>): PublishedTable[] {
  const said: [string, string][] = columnsOf(stream.fields).map(({ name, says, unit }) => [
    name,
    unit === null ? says : `${says} (${unit})`,
  ])
  const comments = { ...GATHERED, ...Object.fromEntries<string>(said) }
  return describedTables(stream).map(({ table: from, says }) => ({
    path: from.replace('.', '/'),
    ...{ from, says, comments },
    growth: growthOf(stream, from, windowed),
  }))
}

function growthOf(stream: Stream, from: string, windowed: ReadonlySet<string>): Growth {
  const { partition } = stream.silver
  if (from === tableOf(stream))
    return { kind: 'rows', time: timeColumnOf(stream), partition, print: ['position', 'content_hash'] }
  return { kind: windowed.has(from) ? 'hours' : 'whole' }
}
