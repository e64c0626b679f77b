import { isDeepStrictEqual } from 'node:util'
import { zoneOffsets, zoneTransitions, offsetMsAt } from '../../core/time/index.ts'
import { segmentName } from '../../core/segment-names.ts'
import type { Losses } from '../../core/losses.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { LoadRules } from '../../core/schema/rules.ts'
import type { Engine } from '../engine/index.ts'
import type { PrepareState } from '../prepare/preparer.ts'
import { loadRules, ruleVersions } from '../prepare/rules.ts'
import { DELAY_GRADE } from '../rule-sql.ts'
import { sqlFile, sqlStatements } from '../sql-file.ts'
import { tableOf } from '../streams/tables.ts'
import { verifyStreams } from '../streams/verify.ts'
import type { StreamDifference } from '../streams/verify.ts'
import { DAY_MS } from '../../core/time/spans.ts'

const READ = {
  session: 'load',
  settings: {
    max_bytes_before_external_group_by: 1_000_000_000,
    max_bytes_before_external_sort: 1_000_000_000,
    // The quick way may be off by the last bit, which a rounding at a half shows.
    precise_float_parsing: 1,
    // Each statement runs once or a few times: to compile its expressions takes longer than it saves.
    compile_expressions: 0,
    compile_aggregate_expressions: 0,
  },
} as const
const file = (name: string) => new URL(`./${name}.sql`, import.meta.url)
const STAGE = sqlFile(file('stage'))
const TABLES = sqlStatements(file('tables'))
const FIRST = sqlFile(file('first'))
const KEPT = sqlFile(file('kept'))
const SILVER = sqlFile(file('silver'))
const GOLD = sqlFile(file('gold'))
const DISTRICT = sqlFile(file('district'))
const MAX_MS = 4_102_444_800_000
/** Free-flow speed looks at three nights; the fourth day is for the time zone. */
const NIGHTS_MS = 4 * DAY_MS

/** A stretch of the log that SQL reads as one file. */
export interface Segment {
  readonly base: number
  readonly end: number
}

export interface VerifyDeps {
  readonly engine: Engine
  readonly log: {
    readonly floor: number
    readonly losses: Pick<Losses, 'holes'>
    /** Records of streams that this program does not know. */
    readonly unknown: ReadonlyMap<string, { readonly records: number }>
    segments(): readonly Segment[]
  }
  readonly streams: readonly Stream[]
  readonly rules: Pick<PrepareState, 'rules' | 'zone' | 'intervalS'>
  /** Days before this were dropped from silver, ms since 1970 UTC. */
  readonly silverFloorMs: number
  /** The same by stream, where retention has dropped rows. */
  readonly streamFloorsMs: ReadonlyMap<string, number>
  /** Everything below this position is complete; later records are left out. */
  readonly upto: number
  readonly signal: AbortSignal
  readonly onProgress: (share: number, message: string) => void
}

export interface Verified {
  readonly equal: boolean
  /** Distinct valid readings the log holds. */
  readonly readings: number
  /** Rows of streams beside readings. */
  readonly streamRows: number
  readonly silver: readonly object[]
  readonly hourlySummary: readonly object[]
  readonly intersectionMetrics: readonly object[]
  readonly districtAnalytics: readonly object[]
  /** What is wrong with streams beside readings. */
  readonly streams: readonly StreamDifference[]
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
      for (const version of await rulesOver(deps, segment)) {
        await engine.exec(STAGE, { ...READ, params: stageParams(deps, segment, version) })
      }
    }
    return await compare(deps)
  } finally {
    for (const name of ['silver', 'readings', 'lines'])
      await engine.exec(`DROP TABLE IF EXISTS lake.verify_${name}`, READ)
  }
}

async function compare(deps: VerifyDeps): Promise<Verified> {
  const { engine, log, signal, onProgress } = deps
  const floor = instant(deps.silverFloorMs)
  const ask = <T>(sql: string, params: Record<string, unknown>) => engine.query<T>(sql, { ...READ, params })
  onProgress(0.7, 'telling repeats')
  const holes = {
    holes_from: log.losses.holes.map(({ from }) => from),
    holes_to: log.losses.holes.map(({ to }) => to),
  }
  await engine.exec(FIRST, { ...READ, params: { floor, from: log.floor, ...holes } })
  if (holes.holes_from.length > 0) await engine.exec(KEPT, { ...READ, params: { upto: deps.upto, ...holes } })
  onProgress(0.75, 'comparing silver')
  const silver = await ask<object>(SILVER, { from: log.floor })
  // Where the log's beginning is gone, gold is compared with silver, which has just been compared with the rest of the log.
  const rows = log.floor > 0 ? 'lake.verify_silver' : 'lake.verify_readings'
  const gold: object[][] = []
  for (const [i, table] of GOLD_CHECKS.entries()) {
    signal.throwIfAborted()
    onProgress(0.8 + (0.15 * i) / GOLD_CHECKS.length, `comparing ${table.table}`)
    gold.push(await ask<object>(goldStatement(table, rows), { floor }))
  }
  onProgress(0.95, 'comparing free-flow speeds')
  const nightsFrom = instant(deps.silverFloorMs > 0 ? deps.silverFloorMs + NIGHTS_MS : 0)
  gold[1]?.push(...(await ask<object>(DISTRICT.replace('@rows', rows), { floor: nightsFrom })))
  onProgress(0.97, 'comparing streams')
  const streams = await verifyStreams({
    ...{ engine, signal, streams: deps.streams, upto: deps.upto },
    ...{ floor: log.floor, holes: log.losses.holes, floors: deps.streamFloorsMs },
  })
  const [count] = await ask<{ n: string }>('SELECT toString(count()) AS n FROM lake.verify_readings', {})
  const [intersectionMetrics = [], districtAnalytics = [], hourlySummary = []] = gold
  return {
    equal: silver.length + gold.flat().length + streams.length === 0,
    readings: Number(count?.n ?? 0),
    streamRows: await rowsOf(engine, deps.streams),
    silver,
    hourlySummary,
    intersectionMetrics,
    districtAnalytics,
    streams,
    notChecked: [...notChecked(deps), ...(await beyondSensors(deps))],
  }
}

async function rowsOf(engine: Engine, streams: readonly Stream[]): Promise<number> {
  const counts = streams.map(stream => `SELECT count() AS n FROM ${tableOf(stream)}`)
  if (counts.length === 0) return 0
  const [row] = await engine.query<{ n: number }>(
    `SELECT toFloat64(sum(c.n)) AS n FROM (${counts.join(' UNION ALL ')}) AS c`,
    READ,
  )
  return row?.n ?? 0
}

/** Which sensors came too late to be taken depends on all others and on the limit of that time: the loader is believed. */
async function beyondSensors({ engine }: VerifyDeps): Promise<string[]> {
  const [count] = await engine.query<{ n: number }>(
    "SELECT toFloat64(count()) AS n FROM quarantine.lines AS q WHERE has(q.reasons, 'too_many_sensors')",
    READ,
  )
  if (count === undefined || count.n === 0) return []
  return [
    `${count.n} readings of sensors beyond limits.maxSensors: that there were so many is not recomputed`,
  ]
}

function notChecked({ log, silverFloorMs, streamFloorsMs }: VerifyDeps): string[] {
  const said = [...log.unknown].map(
    ([name, { records }]) =>
      `${records} records of the stream “${name}”: this program does not know it; the log keeps them`,
  )
  for (const [name, floorMs] of streamFloorsMs)
    said.push(`${name} and its sums before ${new Date(floorMs).toISOString()}: silver no longer has its rows`)
  if (log.floor > 0) {
    said.push(
      `readings below position ${log.floor}: the log no longer has them; gold was compared with silver instead`,
    )
  }
  if (silverFloorMs > 0) {
    said.push(
      `gold before ${new Date(silverFloorMs).toISOString()}: silver no longer has its days`,
      `free-flow speeds and speed indices before ${new Date(silverFloorMs + NIGHTS_MS).toISOString()}: they need nights that silver no longer has`,
    )
  }
  return said
}

/** As the engine takes a DateTime64; before 1970 there is nothing. */
function instant(ms: number): string {
  return new Date(Math.max(0, ms)).toISOString().slice(0, 23).replace('T', ' ')
}

/** Rules and the readings they hold for: those of positions [from, upto), where a rebuilt day's count as read at its rebuild. */
interface RuleSpan {
  readonly from: number
  readonly upto: number
  readonly rules: LoadRules
}

/** The rules that readings of a segment may have been loaded by. */
async function rulesOver({ engine, rules }: VerifyDeps, segment: Segment): Promise<RuleSpan[]> {
  const versions = await ruleVersions(engine)
  const rebuilt = await engine.query<{ position: number }>(
    'SELECT DISTINCT toFloat64(position) AS position FROM lake.rebuilt_days',
    READ,
  )
  // After a crash, a version may say once more what the one before it said.
  const changes = versions.filter((version, i) => !isDeepStrictEqual(version.rules, versions[i - 1]?.rules))
  const spans = changes.map((version, i) => ({
    // What came before the first change was loaded by the same.
    from: i === 0 ? 0 : version.position,
    upto: changes[i + 1]?.position ?? Number.MAX_SAFE_INTEGER,
    rules: version.rules,
  }))
  if (spans.length === 0) spans.push({ from: 0, upto: Number.MAX_SAFE_INTEGER, rules: loadRules(rules) })
  return spans.filter(
    span =>
      span.upto > segment.base &&
      (span.from < segment.end ||
        rebuilt.some(({ position }) => position >= span.from && position < span.upto)),
  )
}

function stageParams({ upto, log }: VerifyDeps, segment: Segment, span: RuleSpan): Record<string, unknown> {
  const { rules } = span
  const { local, utc } = offsetTables(rules.zone, rules.oldest_ms)
  return {
    rules_from: span.from,
    rules_upto: span.upto,
    file: segmentName(segment.base),
    from: log.floor,
    upto,
    oldest_ms: rules.oldest_ms,
    future_ms: rules.max_future_ms,
    interval_s: rules.interval_s,
    visible_ids: rules.visible_ids === true ? 1 : 0,
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
  const start = oldestMs - DAY_MS
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
  readonly windowsAnHour: number
  /** Further expected columns, and their comparison. */
  readonly more: string
  readonly compare: string
}

const GOLD_CHECKS: readonly GoldCheck[] = [
  {
    table: 'gold.intersection_loops',
    window: 'toStartOfFiveMinutes(measured_at)',
    keys: 'intersection_id, district',
    windowsAnHour: 12,
    more: `, ${DELAY_GRADE} AS grade`,
    compare: `, if(e.grade IS DISTINCT FROM g.estimated_delay_grade, 'estimated_delay_grade', '')`,
  },
  {
    table: 'gold.district_analytics',
    window: 'toStartOfFifteenMinutes(measured_at)',
    keys: 'district',
    windowsAnHour: 4,
    more: ', sum(toUInt64(r.queue_veh) * interval_s) / 3600 AS idle_veh_h',
    compare: `, if(ifNull(abs(e.idle_veh_h - g.idle_veh_h) > 1e-9 * (1 + e.idle_veh_h), (e.idle_veh_h IS NULL) != (g.idle_veh_h IS NULL)), 'idle_veh_h', '')`,
  },
  {
    table: 'gold.hourly_summary',
    window: 'toStartOfHour(measured_at)',
    keys: 'district',
    windowsAnHour: 1,
    more: '',
    compare: '',
  },
]

function goldStatement(
  { table, window, keys, windowsAnHour, more, compare }: GoldCheck,
  rows: string,
): string {
  const names = keys.split(', ')
  return GOLD.replaceAll('@windows_an_hour', String(windowsAnHour))
    .replaceAll('@window', window)
    .replaceAll('@keys', keys)
    .replaceAll('@rows', rows)
    .replaceAll('@place', names[0] ?? '')
    .replace('@more', more)
    .replace('@compare', compare)
    .replace(
      '@shown',
      names.map(key => `if(e.readings > 0, toString(e.${key}), toString(g.${key})) AS ${key},`).join(' '),
    )
    .replace('@table', table)
    .replace('@join', ['window_start', ...names].map(key => `e.${key} = g.${key}`).join(' AND '))
}
