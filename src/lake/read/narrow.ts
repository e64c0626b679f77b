import type { ListTable } from './lists.ts'
import type { ListQuery } from './statement.ts'
import { HOUR_MS } from '../../core/time/spans.ts'

/** First an hour, then eight times as much each time: what was read in vain is a small share of what is read at last. */
const GROWTH = 8

/** The oldest and newest instant of a table, ms since 1970 UTC; null when it is empty. */
export interface Edges {
  readonly oldestMs: number
  readonly newestMs: number
}

/**
 * The same query over ever longer times, from the side where the list begins; the last one is the query itself. A
 * page at the beginning of years of data then costs what an hour of them costs.
 */
export function* widening(table: ListTable, query: ListQuery, edges: Edges | null): Generator<ListQuery> {
  const range = edges === null ? null : rangeOf(query, edges)
  if (range === null || range.toMs - range.fromMs <= narrowAboveMs(table, query)) {
    yield query
    return
  }
  const { fromMs, toMs } = range
  for (let spanMs = HOUR_MS * fewness(query); spanMs < toMs - fromMs; spanMs *= GROWTH) {
    yield query.order === 'asc'
      ? { ...query, toMs: Math.min(fromMs + spanMs, query.toMs ?? Infinity) }
      : { ...query, fromMs: Math.max(toMs - spanMs, query.fromMs ?? -Infinity) }
  }
  yield query
}

/** May a query of this table be worth widening? Asked before the edges are fetched. */
export function isWide(table: ListTable, query: ListQuery): boolean {
  // The engine finds a sensor's readings by the order of the table.
  if ((query.where?.['sensor_id'] ?? []).length > 0) return false
  const { fromMs = -Infinity, toMs = Infinity } = query
  return toMs - fromMs > narrowAboveMs(table, query)
}

function narrowAboveMs(table: ListTable, query: ListQuery): number {
  return (table.narrowAboveMs ?? Infinity) * fewness(query)
}

/** Of single sites an hour has so few rows that it is hardly ever enough. */
function fewness({ where }: ListQuery): number {
  return (where?.['intersection_id'] ?? []).length > 0 ? GROWTH : 1
}

function rangeOf(query: ListQuery, { oldestMs, newestMs }: Edges): { fromMs: number; toMs: number } {
  const behindMs = query.after === undefined ? null : Date.parse(String(query.after[0]))
  const { order } = query
  return {
    fromMs: Math.max(
      query.fromMs ?? oldestMs,
      oldestMs,
      order === 'asc' ? (behindMs ?? -Infinity) : -Infinity,
    ),
    // `to` is exclusive: the newest instant itself, and what shares it with the cursor, are within.
    toMs: Math.min(
      query.toMs ?? Infinity,
      newestMs + 1,
      order === 'desc' ? (behindMs ?? Infinity) + 1 : Infinity,
    ),
  }
}
