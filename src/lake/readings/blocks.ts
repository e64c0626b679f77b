import type { Enriched } from './enriched.ts'
import { NativeBlock } from '../columns/native-block.ts'
import type { BlockScratch } from '../columns/native-block.ts'
import type { FramedReject } from '../prepare/framed-reject.ts'
import type { SensorVersion } from './sensor-register.ts'
import type { RuleVersion } from '../prepare/rules.ts'
import { heldIn } from '../once/held-positions.ts'
import type { Held } from '../once/held-positions.ts'
import { ABSENT } from './scan/columns.ts'
import type { Drift, Scanner } from './scan/index.ts'
import type { TableBlock } from '../columns/table-block.ts'
import { STREAM_CONFLICTS } from '../once/other-tables.ts'
import type { StreamBatch, StreamConflict } from '../streams/batch.ts'

/** In the order they must be inserted: silver last, because its watermark says that the rest is in. */
export type Blocks = readonly TableBlock[]

export interface BlockInput {
  readonly enriched: Enriched
  readonly scanner: Scanner
  readonly base: number
  readonly selection: Uint32Array
  readonly conflicts: Uint32Array
  readonly sightings: Uint32Array
  readonly rejects: readonly FramedReject[]
  /** Of readings the stream is ''. */
  readonly drift: readonly (readonly [stream: string, field: string, seen: Drift])[]
  readonly versions: readonly SensorVersion[]
  readonly rules: readonly RuleVersion[]
  /** What is in the tables already. */
  readonly present: Held
  readonly streams: Pick<StreamBatch, 'blocks' | 'conflicts'>
  readonly scratch: BlockScratch
}

/** Rows of quarantine per partition, as its DDL says. */
export const QUARANTINE_PARTITION = 10_000_000

/** The blocks of a batch, empty ones left out. */
export function blocksOf(input: BlockInput): Blocks {
  const missing = (table: string) => {
    const isHeld = heldIn(input.present, table)
    return ({ position }: { readonly position: number }) => !isHeld(position)
  }
  return [
    ruleBlock(input.rules.filter(missing('rules'))),
    versionBlock(input.versions.filter(missing('versions'))),
    // Drift adds up by itself: the same sighting twice does no harm.
    driftBlock(input.drift),
    ...quarantineBlocks(input.rejects.filter(missing('quarantine'))),
    streamConflictBlock(input.streams.conflicts.filter(missing('streamConflicts'))),
    ...input.streams.blocks,
    conflictBlock(input),
    sightingBlock(input),
    silverBlock(input),
  ].filter(block => block.rows > 0)
}

function streamConflictBlock(conflicts: readonly StreamConflict[]): TableBlock {
  const block = new NativeBlock(new Uint32Array(conflicts.length), 4)
  block.wide(
    'position',
    'UInt64',
    conflicts.map(c => c.position),
  )
  block.strings(
    'stream',
    conflicts.map(c => c.stream),
  )
  block.strings(
    'key',
    conflicts.map(c => c.key),
  )
  block.wide(
    'at',
    "DateTime64(3, 'UTC')",
    conflicts.map(c => c.atMs),
  )
  return tableBlock(STREAM_CONFLICTS, block)
}

/** Rows of silver, with the columns of its table. */
export function silverBlock({
  enriched,
  scanner,
  base,
  selection,
  scratch,
}: Pick<BlockInput, 'enriched' | 'scanner' | 'base' | 'selection' | 'scratch'>): TableBlock {
  const c = enriched.columns
  const block = new NativeBlock(selection, 24, scratch)
  block.position('position', base, c.record)
  block.lowCardinality('sensor_id', c.sensor, scanner.sensors)
  block.lowCardinality('intersection_id', c.site, scanner.places)
  block.lowCardinality('district', c.district, scanner.places)
  block.instant('measured_at', c.timeMs)
  block.instant('arrived_at', enriched.arrivedAtMs)
  block.lowCardinality('source', enriched.source, enriched.sources)
  block.nullable('vehicles', 'UInt32', 4, c.vehicles, ABSENT)
  block.nullable('speed_kmh', 'Decimal(9, 3)', 4, c.speed, ABSENT)
  block.nullable('occupancy', 'Decimal(9, 6)', 4, c.occupancy, ABSENT)
  block.nullable('vehicles_car', 'UInt32', 4, c.car, ABSENT)
  block.nullable('vehicles_truck', 'UInt32', 4, c.truck, ABSENT)
  block.nullable('vehicles_motorcycle', 'UInt32', 4, c.motorcycle, ABSENT)
  block.nullable('vehicles_bus', 'UInt32', 4, c.bus, ABSENT)
  block.nullable('wait_s', 'Decimal(9, 3)', 4, c.wait, ABSENT)
  block.nullable('queue_veh', 'UInt16', 2, c.queue, ABSENT)
  block.nullable('signal_state', "Enum8('red' = 1, 'yellow' = 2, 'green' = 3)", 1, c.signal, 0)
  block.float('latitude', c.latitude)
  block.float('longitude', c.longitude)
  block.number('interval_s', 'UInt32', enriched.interval)
  block.number('local_date', 'Date', enriched.localDate)
  block.number('local_hour', 'UInt8', enriched.localHour)
  block.number('local_weekday', 'UInt8', enriched.localWeekday)
  block.number('content', 'UInt32', c.content)
  return tableBlock('silver.readings', block)
}

function conflictBlock({ enriched, scanner, base, conflicts, present, scratch }: BlockInput): TableBlock {
  const c = enriched.columns
  const isHeld = heldIn(present, 'conflicts')
  const rows = conflicts.filter(row => !isHeld(base + (c.record[row] ?? 0)))
  const block = new NativeBlock(rows, 3, scratch)
  block.position('position', base, c.record)
  block.lowCardinality('sensor_id', c.sensor, scanner.sensors)
  block.instant('measured_at', c.timeMs)
  return tableBlock('silver.conflicts', block)
}

function sightingBlock({ enriched, scanner, base, sightings, present, scratch }: BlockInput): TableBlock {
  const c = enriched.columns
  const isHeld = heldIn(present, 'sightings')
  const rows = sightings.filter(row => !isHeld(base + (c.record[row] ?? 0)))
  const places = Array.from(rows, row => enriched.saidPlace(row))
  const block = new NativeBlock(Uint32Array.from(rows.keys()), 8, scratch)
  block.position(
    'position',
    base,
    rows.map(row => c.record[row] ?? 0),
  )
  block.lowCardinality(
    'sensor_id',
    Int32Array.from(rows, row => c.sensor[row] ?? 0),
    scanner.sensors,
  )
  block.lowCardinality(
    'intersection_id',
    Int32Array.from(places, place => place.site),
    scanner.places,
  )
  block.lowCardinality(
    'district',
    Int32Array.from(places, place => place.district),
    scanner.places,
  )
  block.float(
    'latitude',
    Float64Array.from(places, place => place.latitude),
  )
  block.float(
    'longitude',
    Float64Array.from(places, place => place.longitude),
  )
  block.number(
    'interval_s',
    'UInt32',
    Uint32Array.from(places, place => place.intervalS),
  )
  block.instant(
    'measured_at',
    Float64Array.from(rows, row => c.timeMs[row] ?? 0),
  )
  return tableBlock('lake.sensor_sightings', block)
}

/** One block a partition, in order of position: a crash between two leaves a hole above the table's watermark only. */
function quarantineBlocks(rejects: readonly FramedReject[]): TableBlock[] {
  const sorted = [...rejects].sort((a, b) => a.position - b.position)
  const parts = new Map<number, FramedReject[]>()
  for (const reject of sorted) {
    const partition = Math.floor(reject.position / QUARANTINE_PARTITION)
    const part = parts.get(partition)
    if (part === undefined) parts.set(partition, [reject])
    else part.push(reject)
  }
  return [...parts.values()].map(quarantineBlock)
}

/** Rows of quarantine, of whatever stream. */
export function quarantineBlock(rejects: readonly FramedReject[]): TableBlock {
  const oversize = rejects.map(reject => (reject.oversize ? oversizeOf(reject.line) : null))
  const block = new NativeBlock(new Uint32Array(rejects.length), 8)
  block.wide(
    'position',
    'UInt64',
    rejects.map(r => r.position),
  )
  block.wide(
    'arrived_at',
    "DateTime64(3, 'UTC')",
    rejects.map(r => r.arrivedAtMs),
  )
  block.strings(
    'source',
    rejects.map(r => r.source),
  )
  block.stringArrays(
    'reasons',
    rejects.map(r => r.reasons),
  )
  block.wide(
    'bytes',
    'UInt64',
    rejects.map((r, i) => oversize[i]?.bytes ?? r.line.length),
  )
  block.strings(
    'line',
    rejects.map((r, i) => (oversize[i] === null ? r.line : '')),
  )
  block.nullableStrings(
    'file',
    oversize.map(o => o?.file ?? null),
  )
  block.strings(
    'stream',
    rejects.map(r => r.stream),
  )
  return tableBlock('quarantine.lines', block)
}

function oversizeOf(line: Uint8Array): { file: string; bytes: number } {
  const record = JSON.parse(Buffer.from(line).toString('utf8')) as { file: string; bytes: number }
  return { file: record.file, bytes: record.bytes }
}

function driftBlock(drift: BlockInput['drift']): TableBlock {
  const block = new NativeBlock(new Uint32Array(drift.length), 7)
  const instant = "DateTime64(3, 'UTC')"
  block.strings(
    'field',
    drift.map(([, field]) => field),
  )
  block.strings(
    'stream',
    drift.map(([stream]) => stream),
  )
  block.wide(
    'first_seen',
    instant,
    drift.map(([, , seen]) => seen.firstAtMs),
  )
  block.wide(
    'last_seen',
    instant,
    drift.map(([, , seen]) => seen.lastAtMs),
  )
  block.wide(
    'first_position',
    'UInt64',
    drift.map(([, , seen]) => seen.firstPosition),
  )
  block.wide(
    'position',
    'UInt64',
    drift.map(([, , seen]) => seen.lastPosition),
  )
  block.wide(
    'seen',
    'UInt64',
    drift.map(() => 1),
  )
  return tableBlock('bronze.schema_drift_state', block)
}

function versionBlock(versions: readonly SensorVersion[]): TableBlock {
  const block = new NativeBlock(Uint32Array.from(versions.keys()), 11)
  const sensors = versions.map(({ change }) => (change.op === 'put' ? change.sensor : null))
  block.wide(
    'position',
    'UInt64',
    versions.map(v => v.position),
  )
  block.strings(
    'sensor_id',
    versions.map(({ change }) => (change.op === 'put' ? change.sensor.sensor_id : change.sensor_id)),
  )
  block.number(
    'removed',
    'UInt8',
    sensors.map(s => (s === null ? 1 : 0)),
  )
  block.nullableStrings(
    'intersection_id',
    sensors.map(s => s?.intersection_id ?? null),
  )
  block.nullableStrings(
    'name',
    sensors.map(s => s?.name ?? null),
  )
  block.nullableNumbers(
    'latitude',
    'Float64',
    sensors.map(s => s?.latitude ?? null),
  )
  block.nullableNumbers(
    'longitude',
    'Float64',
    sensors.map(s => s?.longitude ?? null),
  )
  block.nullableStrings(
    'district',
    sensors.map(s => s?.district ?? null),
  )
  block.nullableNumbers(
    'interval_s',
    'UInt32',
    sensors.map(s => s?.interval_s ?? null),
  )
  block.nullableNumbers(
    'lanes',
    'UInt8',
    sensors.map(s => s?.lanes ?? null),
  )
  block.nullableNumbers(
    'camera',
    'UInt8',
    sensors.map(s => (s?.camera == null ? null : Number(s.camera))),
  )
  return tableBlock('lake.sensor_versions', block)
}

function ruleBlock(versions: readonly RuleVersion[]): TableBlock {
  const block = new NativeBlock(Uint32Array.from(versions.keys()), 7)
  const column = (value: (version: RuleVersion) => number) => versions.map(value)
  block.wide(
    'position',
    'UInt64',
    column(v => v.position),
  )
  block.strings(
    'zone',
    versions.map(v => v.rules.zone),
  )
  block.wide(
    'oldest_ms',
    'Int64',
    column(v => v.rules.oldest_ms),
  )
  block.wide(
    'max_future_ms',
    'Int64',
    column(v => v.rules.max_future_ms),
  )
  block.wide(
    'max_sensors',
    'UInt64',
    column(v => v.rules.max_sensors),
  )
  block.number(
    'interval_s',
    'UInt32',
    column(v => v.rules.interval_s),
  )
  block.number(
    'visible_ids',
    'UInt8',
    column(v => (v.rules.visible_ids === true ? 1 : 0)),
  )
  return tableBlock('lake.rule_versions', block)
}

function tableBlock(table: string, block: NativeBlock): TableBlock {
  return { table, columns: block.names, rows: block.rows, data: block.finish() }
}
