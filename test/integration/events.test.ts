import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/core/stream/index.ts'
import type { Stream } from '../../src/core/stream/index.ts'
import type { Engine } from '../../src/lake/engine/index.ts'
import { startEmbeddedEngine } from '../../src/lake/engine/index.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { tableDdl } from '../../src/lake/migrations/table.ts'
import { numberedSqlFiles, sqlFile, sqlStatements } from '../../src/lake/sql-file.ts'
import { writeCityClock } from '../../src/streams/events/city-clock.ts'
import { events } from '../../src/streams/events/index.ts'
import { fieldDevices } from '../../src/streams/field-devices/index.ts'
import { venues } from '../../src/streams/venues/index.ts'
import { workZones } from '../../src/streams/work-zones/index.ts'

const LOAD = { session: 'load' } as const
let folder: string
let engine: Engine
let position = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'events-'))
  engine = await startEmbeddedEngine({ dir: folder })
  await migrate(engine, join(folder, 'log'))
  const all = [events, fieldDevices, venues, workZones]
  for (const stream of all) await makeTables(stream)
  for (const stream of all) await makeViews(stream)
  // Anew, as each start does.
  for (const stream of all) await makeViews(stream)
  await engine.exec(
    `INSERT INTO lake.sensor_versions (position, sensor_id, removed, intersection_id, latitude, longitude, district) VALUES
     (1, 'A-1', false, 'A', 40.7128, -74.006, 'downtown'), (2, 'B-1', false, 'B', 40.76, -74.006, 'uptown')`,
    LOAD,
  )
})

afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true })
})

async function makeTables(stream: Stream): Promise<void> {
  for (const name of numberedSqlFiles(stream.sql)) {
    for (const statement of sqlStatements(new URL(name, stream.sql))) {
      await engine.exec(tableDdl(statement, { replicated: false }), LOAD)
    }
  }
}

async function makeViews(stream: Stream): Promise<void> {
  const views = readdirSync(stream.sql).filter(name => name.startsWith('view_'))
  for (const name of views.sort()) await engine.exec(sqlFile(new URL(name, stream.sql)), LOAD)
}

const query = <T>(sql: string) =>
  engine.query<T>(sql, {
    ...LOAD,
    settings: { output_format_json_quote_64bit_integers: 0, date_time_output_format: 'iso' },
  })

type Values = Readonly<Record<string, string | number | boolean | readonly string[]>>

async function insert(table: string, values: Values): Promise<void> {
  const row = { position: ++position, arrived_at: '2026-06-01 00:00:00', source: 'test', ...values }
  const literal = (value: Values[string]): string =>
    typeof value === 'string'
      ? `'${value}'`
      : Array.isArray(value)
        ? `[${value.map(literal).join(', ')}]`
        : String(value)
  await engine.exec(
    `INSERT INTO silver.${table}_versions (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')})`,
    LOAD,
  )
}

const event = (event_id: string, more: Values) =>
  insert('events', {
    event_id,
    updated_at: '2026-06-01 00:00:00',
    kind: 'concert',
    title: event_id,
    status: 'confirmed',
    ...more,
  })

async function window(at: string, intersection: string): Promise<void> {
  await engine.exec(
    `INSERT INTO gold.intersection_metrics_state (window_start, intersection_id, district, readings, sensors)
     SELECT toDateTime('${at}', 'UTC'), '${intersection}', 'downtown', 1, uniqExactState(toLowCardinality('s'))`,
    LOAD,
  )
}

describe('the tables of events, venues, work zones and field devices', () => {
  it('have the columns that the declarations say, in their order', async () => {
    for (const [stream, table] of [
      [events, 'events'],
      [venues, 'venues'],
      [workZones, 'work_zones'],
      [fieldDevices, 'field_devices'],
    ] as const) {
      const columns = await query<{ name: string; type: string }>(
        `SELECT name, type FROM system.columns WHERE database = 'silver' AND table = '${table}_versions' ORDER BY position`,
      )
      expect(columns.map(({ name, type }) => [name, type.replace(/^LowCardinality\((.*)\)$/, '$1')])).toEqual(
        [
          ['position', 'UInt64'],
          ...columnsOf(stream.fields).map(({ name, type }) => [name, type]),
          ['arrived_at', "DateTime64(3, 'UTC')"],
          ['source', 'String'],
          ['once_hash', 'FixedString(16)'],
          ['content_hash', 'FixedString(16)'],
        ],
      )
    }
  })

  it('show the newest version, whatever came last, and nothing of what is withdrawn', async () => {
    const times = { starts_at: '2026-01-10 20:00:00', ends_at: '2026-01-10 22:00:00' }
    await event('v-1', { ...times, title: 'new', updated_at: '2026-01-02 00:00:00.001' })
    await event('v-1', { ...times, title: 'late', updated_at: '2026-01-02 00:00:00' })
    await event('v-2', { ...times, title: 'there' })
    await event('v-2', { ...times, title: 'gone', updated_at: '2026-06-02 00:00:00', withdrawn: true })
    expect(await query(`SELECT event_id, title FROM silver.events WHERE event_id LIKE 'v-%'`)).toEqual([
      { event_id: 'v-1', title: 'new' },
    ])
  })
})

describe('gold.calendar', () => {
  it('says what runs near each window of an intersection, what comes and what is just over', async () => {
    // 1.5 km north of A, 3.9 km south of B.
    await insert('venues', {
      venue_id: 'hall',
      name: 'Hall',
      latitude: 40.7263,
      longitude: -74.006,
      capacity: 9000,
    })
    await event('show', {
      starts_at: '2026-07-01 23:30:00',
      ends_at: '2026-07-02 02:00:00',
      venue_id: 'hall',
      expected_attendance: 8000,
      road_effect: 'busy',
    })
    await event('parade', {
      kind: 'parade',
      starts_at: '2026-07-01 23:00:00',
      ends_at: '2026-07-02 00:00:00',
      line: '{"type":"LineString","coordinates":[[-74.2,40.9],[-74.007,40.713]]}',
      expected_attendance: 500,
      road_effect: 'closed',
    })
    await event('off', {
      starts_at: '2026-07-01 23:00:00',
      ends_at: '2026-07-02 00:00:00',
      latitude: 40.7128,
      longitude: -74.006,
      status: 'cancelled',
    })
    for (const at of [
      '2026-07-01 22:00:00',
      '2026-07-01 23:25:00',
      '2026-07-01 23:30:00',
      '2026-07-02 03:00:00',
      '2026-07-02 04:30:00',
    ])
      await window(at, 'A')
    await window('2026-07-01 23:30:00', 'B')
    const rows = await query(
      `SELECT window_start, intersection_id, events, nearest_event_id, attendance, road_effect, next_event_min, last_event_min
       FROM gold.calendar WHERE window_start >= '2026-07-01 00:00:00' ORDER BY intersection_id, window_start`,
    )
    const none = { nearest_event_id: null, road_effect: null, events: 0, attendance: 0 }
    expect(rows).toEqual([
      {
        window_start: '2026-07-01T22:00:00Z',
        intersection_id: 'A',
        ...none,
        next_event_min: 60,
        last_event_min: null,
      },
      {
        window_start: '2026-07-01T23:25:00Z',
        intersection_id: 'A',
        events: 1,
        nearest_event_id: 'parade',
        attendance: 500,
        road_effect: 'closed',
        next_event_min: 5,
        last_event_min: null,
      },
      {
        window_start: '2026-07-01T23:30:00Z',
        intersection_id: 'A',
        events: 2,
        nearest_event_id: 'parade',
        attendance: 8500,
        road_effect: 'closed',
        next_event_min: null,
        last_event_min: null,
      },
      {
        window_start: '2026-07-02T03:00:00Z',
        intersection_id: 'A',
        ...none,
        next_event_min: null,
        last_event_min: 60,
      },
      {
        window_start: '2026-07-02T04:30:00Z',
        intersection_id: 'A',
        ...none,
        next_event_min: null,
        last_event_min: null,
      },
      {
        window_start: '2026-07-01T23:30:00Z',
        intersection_id: 'B',
        ...none,
        next_event_min: null,
        last_event_min: null,
      },
    ])
  })

  it('says day, hour, holiday and school day by the clock of the city, also on days of 23 and 25 hours', async () => {
    expect(await query(`SELECT any(local_date) AS d FROM gold.calendar`)).toEqual([{ d: null }])
    await writeCityClock(engine, 'Europe/Berlin', 1)
    // The last one written counts.
    await writeCityClock(engine, 'America/New_York', 2)
    const day = (id: string, kind: string, starts_at: string, ends_at: string) =>
      event(id, { kind, starts_at, ends_at })
    await day('holiday/2026-11-26', 'holiday', '2026-11-26 05:00:00', '2026-11-27 05:00:00')
    await day('school-term/autumn', 'school', '2026-09-08 04:00:00', '2026-12-24 05:00:00')
    await day('school-break/fall', 'school', '2026-11-02 05:00:00', '2026-11-03 05:00:00')
    const at = [
      '2026-11-01 05:30:00', // 01:30 the first time
      '2026-11-01 06:30:00', // 01:30 again
      '2026-11-02 04:59:00', // still Sunday
      '2026-11-02 15:00:00',
      '2026-11-25 15:00:00',
      '2026-11-26 04:55:00',
      '2026-11-26 05:00:00',
      '2026-11-27 05:00:00',
    ]
    for (const one of at) await window(one, 'C')
    const rows = await query<{ d: string; h: number; w: number; holiday: string | null; s: boolean }>(
      `SELECT local_date AS d, local_hour AS h, weekday AS w, holiday, is_school_day AS s FROM gold.calendar WHERE intersection_id = 'C' ORDER BY window_start`,
    )
    expect(rows.map(({ d, h, w, holiday, s }) => [d, h, w, holiday, Number(s)])).toEqual([
      ['2026-11-01', 1, 7, null, 0],
      ['2026-11-01', 1, 7, null, 0],
      ['2026-11-01', 23, 7, null, 0],
      ['2026-11-02', 10, 1, null, 0],
      ['2026-11-25', 10, 3, null, 1],
      ['2026-11-25', 23, 3, null, 1],
      ['2026-11-26', 0, 4, 'holiday/2026-11-26', 0],
      ['2026-11-27', 0, 5, null, 1],
    ])
  })
})
