import { zoneOffsets, zoneTransitions, offsetMsAt } from '../../core/time/index.ts'
import type { Engine } from '../engine/index.ts'
import type { PrepareState } from '../load/prepare.ts'
import { sqlFile, sqlStatements } from '../sql-file.ts'

const READ = {
  session: 'load',
  settings: {
    max_bytes_before_external_group_by: 1_000_000_000,
    max_bytes_before_external_sort: 1_000_000_000,
    // The quick way may be off by the last bit, which a rounding at a half shows.
    precise_float_parsing: 1,
  },
} as const
const file = (name: string) => new URL(`./${name}.sql`, import.meta.url)
const STAGE = sqlFile(file('stage'))
const TABLES = sqlStatements(file('tables'))
const SILVER = sqlFile(file('silver'))
const GOLD = sqlFile(file('gold'))
const MAX_MS = 4_102_444_800_000

/** A stretch of the log that SQL reads as one file. */
export interface Segment {
  readonly base: number
  readonly end: number
}

export interface VerifyDeps {
  readonly engine: Engine
  readonly log: { readonly floor: number; segments(): readonly Segment[] }
  readonly rules: Pick<PrepareState, 'rules' | 'zone' | 'intervalS'>
  /** Everything below this position is complete; later records are left out. */
  readonly upto: number
  readonly signal: AbortSignal
  readonly onProgress: (share: number, message: string) => void
}

export interface Verified {
  readonly equal: boolean
  /** Distinct valid readings the log holds. */
  readonly readings: number
  readonly silver: readonly object[]
  readonly hourlySummary: readonly object[]
  readonly intersectionMetrics: readonly object[]
  readonly districtAnalytics: readonly object[]
  readonly notChecked: readonly string[]
}

/**
 * Recomputes silver and gold from the log by plain SQL that shares nothing with the loader, and compares. Needs the
 * lake to be level with the log and nothing to be loading. Lists at most 1,000 differences a table.
 */
export async function verify(deps: VerifyDeps): Promise<Verified> {
  const { engine, log, onProgress, signal } = deps
  for (const statement of TABLES) await engine.exec(statement, READ)
  try {
    const segments = log.segments().filter(segment => segment.base < deps.upto)
    for (const [i, segment] of segments.entries()) {
      signal.throwIfAborted()
      onProgress((0.7 * i) / segments.length, `reading segment ${i + 1} of ${segments.length}`)
      await engine.exec(STAGE, { ...READ, params: stageParams(deps, segment) })
    }
    onProgress(0.7, 'comparing silver')
    const floor = log.floor
    const silver = await engine.query<object>(SILVER, {
      ...READ,
      params: { floor: '1970-01-01', from: floor },
    })
    const gold: object[][] = []
    for (const [i, table] of GOLD_CHECKS.entries()) {
      signal.throwIfAborted()
      onProgress(0.8 + (0.2 * i) / GOLD_CHECKS.length, `comparing ${table.table}`)
      gold.push(floor > 0 ? [] : await engine.query<object>(goldStatement(table), READ))
    }
    const [count] = await engine.query<{ n: string }>(
      'SELECT toString(count()) AS n FROM lake.verify_readings',
      READ,
    )
    const [intersectionMetrics = [], districtAnalytics = [], hourlySummary = []] = gold
    return {
      equal: silver.length + gold.flat().length === 0,
      readings: Number(count?.n ?? 0),
      silver,
      hourlySummary,
      intersectionMetrics,
      districtAnalytics,
      notChecked: floor > 0 ? [`gold: retention dropped the log below position ${floor}`] : [],
    }
  } finally {
    await engine.exec('DROP VIEW IF EXISTS lake.verify_readings', READ)
    await engine.exec('DROP TABLE IF EXISTS lake.verify_lines', READ)
  }
}

function stageParams({ rules, upto, log }: VerifyDeps, segment: Segment): Record<string, unknown> {
  const { local, utc } = offsetTables(rules.zone, rules.rules.oldestMs)
  return {
    file: `${String(segment.base).padStart(20, '0')}.ndjson.zst`,
    from: log.floor,
    upto,
    oldest_ms: rules.rules.oldestMs,
    future_ms: rules.rules.maxFutureMs,
    interval_s: rules.intervalS,
    local_from: local.map(([from]) => from),
    local_offset: local.map(([, offset]) => offset),
    utc_from: utc.map(([from]) => from),
    utc_offset: utc.map(([, offset]) => offset),
  }
}

type OffsetFrom = readonly [fromMs: number, offsetMs: number]

/** The city's offsets as steps, by local and by UTC time: a new offset begins, by the clock on the wall, where the later of both clocks shows the change. */
function offsetTables(zoneName: string, oldestMs: number): { local: OffsetFrom[]; utc: OffsetFrom[] } {
  const zone = zoneOffsets(zoneName)
  const start = oldestMs - 86_400_000
  const first = offsetMsAt(zone, start)
  const local: OffsetFrom[] = [[start, first]]
  const utc: OffsetFrom[] = [[start, first]]
  for (const { atMs, beforeMinutes, afterMinutes } of zoneTransitions(zone, start, MAX_MS)) {
    local.push([atMs + Math.max(beforeMinutes, afterMinutes) * 60_000, afterMinutes * 60_000])
    utc.push([atMs, afterMinutes * 60_000])
  }
  return { local, utc }
}

interface GoldCheck {
  readonly table: string
  readonly window: string
  readonly keys: string
  /** Further expected columns, and their comparison. */
  readonly more: string
  readonly compare: string
}

const GOLD_CHECKS: readonly GoldCheck[] = [
  {
    table: 'gold.intersection_metrics',
    window: 'toStartOfFiveMinutes(measured_at)',
    keys: 'intersection_id, district',
    more: `, multiIf(mean_wait_s IS NULL, NULL, mean_wait_s <= 10, 'A', mean_wait_s <= 20, 'B', mean_wait_s <= 35, 'C', mean_wait_s <= 55, 'D', mean_wait_s <= 80, 'E', 'F') AS grade`,
    compare: `, if(e.grade IS DISTINCT FROM g.estimated_delay_grade, 'estimated_delay_grade', '')`,
  },
  {
    table: 'gold.district_analytics',
    window: 'toStartOfFifteenMinutes(measured_at)',
    keys: 'district',
    more: ', sum(toUInt64(r.queue_veh) * interval_s) / 3600 AS idle_veh_h',
    compare: `, if(ifNull(abs(e.idle_veh_h - g.idle_veh_h) > 1e-9 * (1 + e.idle_veh_h), (e.idle_veh_h IS NULL) != (g.idle_veh_h IS NULL)), 'idle_veh_h', '')`,
  },
  {
    table: 'gold.hourly_summary',
    window: 'toStartOfHour(measured_at)',
    keys: 'district',
    more: '',
    compare: '',
  },
]

function goldStatement({ table, window, keys, more, compare }: GoldCheck): string {
  const names = keys.split(', ')
  return GOLD.replaceAll('@window', window)
    .replaceAll('@keys', keys)
    .replace('@more', more)
    .replace('@compare', compare)
    .replace(
      '@shown',
      names.map(key => `if(e.readings > 0, toString(e.${key}), toString(g.${key})) AS ${key},`).join(' '),
    )
    .replace('@table', table)
    .replace('@join', ['window_start', ...names].map(key => `e.${key} = g.${key}`).join(' AND '))
}
