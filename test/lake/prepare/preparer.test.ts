import { describe, expect, it } from 'vitest'
import type { SensorChange } from '../../../src/core/schema/sensor.ts'
import { zoneOffsets } from '../../../src/core/time/index.ts'
import { NO_CHECKPOINT } from '../../../src/lake/once/checkpoint.ts'
import { Ledger } from '../../../src/lake/once/ledger.ts'
import { Preparer } from '../../../src/lake/prepare/preparer.ts'
import type { Prepared, PrepareState } from '../../../src/lake/prepare/preparer.ts'
import { SIDE_TABLES } from '../../../src/lake/once/other-tables.ts'
import { frameOf, RULES } from '../readings/scan/scanned.ts'

const ZONE = 'America/New_York'
const preparer = (change: Partial<PrepareState> = {}) =>
  new Preparer(
    {
      rules: RULES,
      zone: ZONE,
      intervalS: 30,
      maxIndexBytes: 2 ** 24,
      versions: [],
      sightings: [],
      hoursInSilver: [],
      silverFloorMs: -Infinity,
      streamFloorsMs: new Map(),
      onlyDays: null,
      followsFrom: 0,
      present: {},
      ...change,
    },
    zoneOffsets(ZONE),
  )

const reading = (sensor_id: string, time: string, more: object = { vehicle_count: 1 }) =>
  JSON.stringify({ sensor_id, timestamp: `2026-03-15T${time}Z`, ...more })
const DAY = Date.parse('2026-03-15') / 86_400_000

function prepare(by: Preparer, lines: readonly string[], position = 0): Prepared {
  expect(by.begin([frameOf(lines, position)])).toBeNull()
  return by.finish()
}

const tables = (prepared: Prepared) => prepared.blocks.map(block => [block.table, block.rows])

describe('Preparer', () => {
  it('counts new readings, repeats, conflicts and rejects, also over batches', () => {
    const by = preparer()
    const first = prepare(by, [
      reading('A', '10:00:00'),
      reading('A', '10:00:00'),
      reading('A', '10:00:00', { vehicle_count: 2 }),
      '{',
    ])
    expect(first.counts).toEqual({
      records: 4,
      readings: 4,
      accepted: 1,
      repeats: 2,
      conflicts: 1,
      rejected: 1,
    })
    const second = prepare(by, [reading('A', '10:00:00'), reading('A', '10:00:00.001')], 4)
    expect(second.counts).toMatchObject({ accepted: 1, repeats: 1, conflicts: 0 })
    expect([...second.days]).toEqual([[DAY, { rows: 1, night: 0, first: 5, last: 5 }]])
  })

  it('gives each reading the clock of the zone in force at its position', () => {
    const at = (second: number) => reading('A', `08:30:0${second}`, { average_speed: 30 })
    const rules = {
      zone: 'Europe/London',
      oldest_ms: RULES.oldestMs,
      max_future_ms: RULES.maxFutureMs,
      max_sensors: RULES.maxSensors,
      interval_s: 30,
    }
    const by = preparer()
    by.begin([
      frameOf([at(0), at(1)]),
      { ...frameOf([JSON.stringify(rules)], 2), kind: 'rules' },
      frameOf([at(2)], 3),
    ])
    // 08:30 UTC is half past four in New York, a night's reading, and half past eight in London.
    expect([...by.finish().days]).toEqual([[DAY, { rows: 3, night: 2, first: 0, last: 3 }]])
  })

  it('keeps the very line of each reading of a day that was dropped', () => {
    const lines = [reading('A', '10:00:00'), reading('B', '12:00:00'), reading('C', '11:00:00')]
    const by = preparer({ silverFloorMs: Date.parse('2026-03-15T12:00:00Z') })
    by.begin([frameOf(lines), frameOf(lines, 3)])
    const quarantine = by.finish().blocks.find(block => block.table === 'quarantine.lines')
    const bytes = Buffer.from(quarantine?.data ?? []).toString()
    expect(quarantine?.rows).toBe(4)
    for (const line of [lines[0] ?? '', lines[2] ?? '']) expect(bytes.split(line)).toHaveLength(3)
  })

  it('puts silver last, because it says that the rest is in', () => {
    const prepared = prepare(preparer(), [reading('A', '10:00:00', { vehicle_count: 1, colour: 1 }), '{'])
    expect(tables(prepared).at(-1)).toEqual(['silver.readings', 1])
    expect(tables(prepared)).toContainEqual(['quarantine.lines', 1])
    expect(tables(prepared)).toContainEqual(['bronze.schema_drift_state', 1])
  })

  it('leaves out what the tables hold, row by row, and fills the holes between', () => {
    // Silver holds positions 10 and 12.
    const silver = { from: 10, bits: Uint8Array.of(0b101) }
    const by = preparer({ present: { silver } })
    const prepared = prepare(
      by,
      ['A', 'B', 'C', 'D'].map(s => reading(s, '10:00:00')),
      10,
    )
    expect(prepared.counts.accepted).toBe(2)
    expect(prepared.days.get(DAY)).toMatchObject({ first: 11, last: 13 })
  })

  it('counts the readings of the night by the city’s clock', () => {
    const speed = { average_speed: 30 }
    const { days } = prepare(preparer(), [
      reading('A', '03:59:59', speed),
      reading('A', '04:00:00', speed),
      reading('A', '08:59:59', speed),
      reading('A', '09:00:00', speed),
      reading('A', '08:00:00'),
    ])
    expect(days.get(DAY)).toMatchObject({ rows: 5, night: 2 })
  })

  it('sends readings of dropped days to quarantine', () => {
    const by = preparer({ silverFloorMs: Date.parse('2026-03-15T00:00:00Z') })
    const old = reading('A', '10:00:00').replace('03-15', '03-14')
    const prepared = prepare(by, [old, reading('A', '10:00:00')])
    expect(prepared.counts).toMatchObject({ accepted: 1, rejected: 1, repeats: 0 })
  })

  it('follows the register from the position of each change on', () => {
    const by = preparer()
    const sensor = { sensor_id: 'A', intersection_id: 'X', district: 'north', interval_s: 60 }
    const rest = { name: null, latitude: null, longitude: null, lanes: null, camera: null }
    const change: SensorChange = { op: 'put', sensor: { ...sensor, ...rest } }
    by.begin([
      frameOf([reading('A', '10:00:00')]),
      { ...frameOf([JSON.stringify(change)], 1), kind: 'sensor' },
      frameOf([reading('A', '10:01:00')], 2),
      { ...frameOf([JSON.stringify({ op: 'remove', sensor_id: 'A' })], 3), kind: 'sensor' },
      frameOf([reading('A', '10:02:00')], 4),
    ])
    const sites = by.finish().live.partials.map(p => [p.site, new Date(p.minuteMs).getUTCMinutes()])
    expect(sites.sort()).toEqual([
      ['A', 0],
      ['A', 2],
      ['X', 1],
    ])
  })

  it('sums the newest minutes of each site for the live page', () => {
    const at = (time: string, more: object) => reading('A', time, { intersection_id: 'X', ...more })
    const { live } = prepare(preparer(), [
      at('09:00:00', { vehicle_count: 9 }),
      at('10:00:10', { vehicle_count: 2, average_speed: 10, signal_state: 'green', queue_length: 3 }),
      at('10:00:50', { vehicle_count: 0, average_speed: 90, signal_state: 'red', wait_time_seconds: 4 }),
      at('10:00:30', { average_speed: 20, queue_length: 5, occupancy_rate: 0.5 }),
    ])
    expect(live.readings).toBe(4)
    expect(live.partials).toHaveLength(1)
    const [partial] = live.partials
    expect(partial).toMatchObject({
      site: 'X',
      readings: 3,
      vehicles: 2,
      speedWeight: 3,
      waitSumS: 4,
      waitCount: 1,
      occupancySum: 0.5,
      occupancyCount: 1,
      maxQueueVeh: 5,
      signal: 'red',
      lastAtMs: Date.parse('2026-03-15T10:00:50Z'),
    })
    expect(partial?.speedSum).toBeCloseTo((2 * 10 + 20) * 1.609344, 2)
  })
})

describe('Ledger', () => {
  it('adds up what the batches put in, by day and table', () => {
    const by = preparer()
    const ledger = new Ledger(NO_CHECKPOINT, SIDE_TABLES)
    ledger.add(prepare(by, [reading('A', '10:00:00'), '{', reading('A', '10:00:00')]), 3)
    ledger.add(
      prepare(by, [reading('B', '10:00:00').replace('03-15', '03-14'), reading('B', '10:00:00')], 3),
      5,
    )
    expect(ledger.position).toBe(5)
    expect(ledger.silverRows).toBe(3)
    expect(ledger.tables.quarantine).toBe(1)
    expect(ledger.repeats).toBe(1)
    expect(ledger.days[DAY]).toMatchObject({ rows: 2, first: 0, last: 4 })
    expect(ledger.days[DAY - 1]).toMatchObject({ rows: 1, first: 3, last: 3 })
    expect(NO_CHECKPOINT.days).toEqual({})
  })
})
