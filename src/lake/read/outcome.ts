import { countOf } from '../../core/positions.ts'
import type { Positions } from '../../core/positions.ts'
import type { Stream } from '../../core/stream/index.ts'
import { SETTINGS } from './read-engine.ts'
import type { ReadEngine } from './read-engine.ts'
import { tableOf } from '../streams/tables.ts'

/** What the tables say of some lines of the log, all of which must have been loaded. */
export interface Outcome {
  /** In silver. */
  readonly new: number
  /** Neither in silver nor in quarantine, and not in conflict: the same reading was there already. */
  readonly repeats: number
  readonly conflicts: number
  readonly quarantined: number
  /** The quarantined lines by the rules they broke; each line counts once. */
  readonly reasons: readonly { readonly reasons: readonly string[]; readonly lines: number }[]
  readonly keys: {
    /** Pairs of sensor and time that the conflicts fell on. */
    readonly conflicting: number
    /** Conflicts on one of them, at most. */
    readonly most: number
    /** Conflicts with a reading that came with these lines too. */
    readonly own: number
  }
}

/** What became of lines of a stream. */
export type StreamOutcome = Omit<Outcome, 'keys'>

/** Every change of the register among the lines, once. */
export interface RegisterOutcome {
  readonly new: number
  readonly replaced: number
  readonly repeats: number
  readonly conflicts: number
}

/** Tells what became of lines by their positions; other senders' lines never count. */
export interface OutcomeReader {
  readings(positions: Positions, signal?: AbortSignal): Promise<Outcome>
  /** Readings in silver that one source brought at these positions. */
  readingsOf(source: string, positions: Positions, signal?: AbortSignal): Promise<number>
  sensors(positions: Positions, signal?: AbortSignal): Promise<RegisterOutcome>
  stream(stream: Stream, positions: Positions, signal?: AbortSignal): Promise<StreamOutcome>
}

/** Keys of conflicts that are looked up among the import's own readings: more say nothing new, and would cost memory. */
const MAX_KEYS = 100_000

export function outcomeReader(engine: ReadEngine): OutcomeReader {
  const ask: Ask = (sql, params, signal) =>
    engine.query(sql, {
      params,
      settings: SETTINGS,
      session: 'read',
      ...(signal === undefined ? {} : { signal }),
    })
  return {
    readings: (positions, signal) => readingOutcome(ask, positions, signal),

    readingsOf(source, positions, signal) {
      const { where, params } = within(positions)
      const sql = `SELECT toInt64(count()) AS n FROM silver.readings WHERE source = {source:String} AND (${where})`
      return countedBy(ask, sql, { ...params, source }, signal)
    },

    async sensors(positions, signal) {
      const { where, params } = within(positions)
      const [found] = await ask<RegisterOutcome>(registerChanges(where), params, signal)
      return found ?? { new: 0, replaced: 0, repeats: 0, conflicts: 0 }
    },

    stream: (stream, positions, signal) => streamOutcome(ask, stream, positions, signal),
  }
}

type Ask = <T>(sql: string, params: Readonly<Record<string, unknown>>, signal?: AbortSignal) => Promise<T[]>

async function countedBy(
  ask: Ask,
  sql: string,
  params: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<number> {
  return (await ask<{ n: number }>(sql, params, signal))[0]?.n ?? 0
}

async function readingOutcome(ask: Ask, positions: Positions, signal?: AbortSignal): Promise<Outcome> {
  const { where, params } = within(positions)
  const silver = `SELECT toInt64(count()) AS n FROM silver.readings WHERE ${where}`
  const fresh = await countedBy(ask, silver, params, signal)
  const { reasons, quarantined } = await quarantinedAmong(ask, positions, signal)
  const [found] = await ask<{ conflicts: number; conflicting: number; most: number }>(
    `SELECT toInt64(sum(n)) AS conflicts, toInt64(count()) AS conflicting, toInt64(max(n)) AS most
     FROM (SELECT count() AS n FROM silver.conflicts WHERE ${where} GROUP BY sensor_id, measured_at)`,
    params,
    signal,
  )
  const { conflicts = 0, conflicting = 0, most = 0 } = found ?? {}
  const own = conflicts === 0 ? 0 : await countedBy(ask, ownConflicts(where), params, signal)
  return {
    new: fresh,
    repeats: Math.max(0, countOf(positions) - fresh - conflicts - quarantined),
    conflicts,
    quarantined,
    reasons,
    keys: { conflicting, most, own },
  }
}

async function streamOutcome(
  ask: Ask,
  stream: Stream,
  positions: Positions,
  signal?: AbortSignal,
): Promise<StreamOutcome> {
  const { where, params } = within(positions)
  const among = (table: string) => `SELECT toInt64(count()) AS n FROM ${table} WHERE ${where}`
  const fresh = await countedBy(ask, among(tableOf(stream)), params, signal)
  const conflicts = await countedBy(ask, among('lake.stream_conflicts'), params, signal)
  const { reasons, quarantined } = await quarantinedAmong(ask, positions, signal)
  const repeats = Math.max(0, countOf(positions) - fresh - conflicts - quarantined)
  return { new: fresh, repeats, conflicts, quarantined, reasons }
}

async function quarantinedAmong(
  ask: Ask,
  positions: Positions,
  signal?: AbortSignal,
): Promise<Pick<Outcome, 'reasons' | 'quarantined'>> {
  const { where, params } = within(positions)
  const reasons = await ask<{ reasons: string[]; lines: number }>(
    `SELECT reasons, toInt64(count()) AS lines FROM quarantine.lines WHERE ${where}
     GROUP BY reasons ORDER BY lines DESC, reasons`,
    params,
    signal,
  )
  return { reasons, quarantined: reasons.reduce((sum, { lines }) => sum + lines, 0) }
}

/** Conflicts on keys whose first arrival is among the same lines. */
function ownConflicts(where: string): string {
  return `WITH keys AS
    (
        SELECT sensor_id, measured_at, count() AS n FROM silver.conflicts WHERE ${where}
        GROUP BY sensor_id, measured_at ORDER BY n DESC LIMIT ${MAX_KEYS}
    )
    SELECT toInt64(sum(keys.n)) AS n FROM keys
    WHERE (sensor_id, measured_at) IN
    (
        SELECT sensor_id, measured_at FROM silver.readings
        WHERE (${where}) AND (sensor_id, measured_at) IN (SELECT sensor_id, measured_at FROM keys)
    )`
}

/** Each version of a sensor beside the one before it. */
function registerChanges(where: string): string {
  const state =
    'toString(tuple(removed, intersection_id, name, latitude, longitude, district, interval_s, lanes, camera))'
  return `SELECT
        toInt64(countIf(nth = 1 OR was_removed)) AS new,
        toInt64(countIf(nth > 1 AND NOT was_removed AND state = was)) AS repeats,
        toInt64(countIf(nth > 1 AND NOT was_removed AND state != was AND was_ours)) AS conflicts,
        toInt64(countIf(nth > 1 AND NOT was_removed AND state != was AND NOT was_ours)) AS replaced
    FROM
    (
        SELECT
            ours,
            state,
            row_number() OVER versions AS nth,
            lagInFrame(state) OVER versions AS was,
            lagInFrame(ours) OVER versions AS was_ours,
            lagInFrame(removed) OVER versions AS was_removed
        FROM
        (
            SELECT sensor_id, position, removed, ${state} AS state, (${where}) AS ours FROM lake.sensor_versions
            WHERE sensor_id IN (SELECT sensor_id FROM lake.sensor_versions WHERE ${where})
        )
        WINDOW versions AS (PARTITION BY sensor_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
    WHERE ours`
}

/** A condition on `position`, its bounds bound as parameters. */
function within(positions: Positions): { where: string; params: Record<string, unknown> } {
  const params: Record<string, unknown> = {}
  const runs = positions.map(([first, count], i) => {
    params[`from${i}`] = first
    params[`before${i}`] = first + count
    return `(position >= {from${i}:UInt64} AND position < {before${i}:UInt64})`
  })
  return { where: runs.length === 0 ? '0' : runs.join(' OR '), params }
}
