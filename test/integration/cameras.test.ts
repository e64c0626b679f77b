import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findCamera } from '../../src/app/doors/camera-pictures.ts'
import { columnsOf } from '../../src/core/stream/index.ts'
import type { Stream } from '../../src/core/stream/index.ts'
import type { Engine } from '../../src/lake/engine/index.ts'
import { startEmbeddedEngine } from '../../src/lake/engine/index.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { tableDdl } from '../../src/lake/migrations/table.ts'
import { numberedSqlFiles, sqlFile, sqlStatements } from '../../src/lake/sql-file.ts'
import { cameraObservations } from '../../src/streams/camera-observations/index.ts'
import { cameras } from '../../src/streams/cameras/index.ts'

const LOAD = { session: 'load' } as const
let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cameras-'))
  engine = await startEmbeddedEngine({ dir: folder })
  await migrate(engine, join(folder, 'log'))
  for (const stream of [cameras, cameraObservations]) await makeTables(stream)
})

afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true })
})

async function makeTables(stream: Stream): Promise<void> {
  for (const name of numberedSqlFiles(stream.sql)) {
    for (const statement of sqlStatements(new URL(name, stream.sql)))
      await engine.exec(tableDdl(statement, { replicated: false }), LOAD)
  }
  const views = readdirSync(stream.sql).filter(name => name.startsWith('view_'))
  for (const name of views.sort()) await engine.exec(sqlFile(new URL(name, stream.sql)), LOAD)
}

const query = <T>(sql: string) =>
  engine.query<T>(sql, { ...LOAD, settings: { output_format_json_quote_64bit_integers: 0 } })

async function insert(
  table: string,
  row: Readonly<Record<string, string | number | boolean>>,
): Promise<void> {
  const all = { arrived_at: '2026-01-05 12:00:00', source: 'test', once_hash: '', content_hash: '', ...row }
  const values = Object.values(all).map(value => (typeof value === 'string' ? `'${value}'` : String(value)))
  await engine.exec(
    `INSERT INTO ${table} (${Object.keys(all).join(', ')}) VALUES (${values.join(', ')})`,
    LOAD,
  )
}

describe('the tables of cameras', () => {
  it.each([
    [cameras, 'cameras_versions'],
    [cameraObservations, 'camera_observations'],
  ] as const)('have the columns of %o', async (stream, table) => {
    const rows = await query<{ name: string; type: string }>(
      `SELECT name, type FROM system.columns WHERE database = 'silver' AND table = '${table}' ORDER BY position`,
    )
    const plain = rows.map(({ name, type }) => [name, type.replace(/^LowCardinality\((.+)\)$/, '$1')])
    const own = columnsOf(stream.fields).map(({ name, type }) => [name, type])
    expect(plain).toEqual([
      ['position', 'UInt64'],
      ...own,
      ['arrived_at', "DateTime64(3, 'UTC')"],
      ['source', 'String'],
      ['once_hash', 'FixedString(16)'],
      ['content_hash', 'FixedString(16)'],
    ])
  })

  it('show the newest version, and none that was withdrawn', async () => {
    const place = { latitude: 51, longitude: -114 }
    const table = 'silver.cameras_versions'
    await insert(table, { position: 1, camera_id: 'a', name: 'old', ...place })
    await insert(table, { position: 2, camera_id: 'b', name: 'gone', ...place })
    await insert(table, { position: 4, camera_id: 'b', withdrawn: true, ...place })
    await insert(table, { position: 3, camera_id: 'a', name: 'new', ...place })
    expect(await query('SELECT camera_id, name FROM silver.cameras')).toEqual([
      { camera_id: 'a', name: 'new' },
    ])
  })

  it('say what the picture of a camera is and whether it is shown', async () => {
    const place = { latitude: 51, longitude: -114 }
    const table = 'silver.cameras_versions'
    const url = 'http://cam/1.jpg'
    await insert(table, { position: 11, camera_id: 'open', snapshot_url: url, ...place })
    await insert(table, { position: 12, camera_id: 'odd', snapshot_url: url, shown: 'perhaps', ...place })
    await insert(table, { position: 13, camera_id: 'was', snapshot_url: url, ...place })
    await insert(table, { position: 14, camera_id: 'was', withdrawn: true, ...place })
    await insert(table, { position: 15, camera_id: 'dim', shown: 'blurred', ...place })
    expect(await findCamera(engine, 'open')).toEqual({ snapshotUrl: url, shown: 'yes' })
    expect(await findCamera(engine, 'odd')).toEqual({ snapshotUrl: url, shown: 'hidden' })
    expect(await findCamera(engine, 'was')).toBeNull()
    expect(await findCamera(engine, 'dim')).toEqual({ snapshotUrl: null, shown: 'blurred' })
    expect(await findCamera(engine, "' OR 1 = 1 --")).toBeNull()
  })

  it('judge an address as the rule does', async () => {
    const [rule] = cameras.rules
    for (const url of [
      'http://cam.city.lan/1.jpg',
      'https://cam',
      'simulated:1',
      'http://u:p@cam/',
      'file:///etc/passwd',
      'ftp://cam/',
      'http://',
      'HTTP://cam/',
      'https://cam/?u=a@b',
      'cam/1.jpg',
    ]) {
      const [row] = await query<{ wrong: number }>(
        `SELECT ${rule.sql} AS wrong FROM (SELECT '${url}' AS snapshot_url)`,
      )
      expect(row?.wrong === 1, url).toBe(rule.fails({ snapshot_url: url }))
    }
    expect(rule.fails({ snapshot_url: null })).toBe(false)
  })
})

describe('gold.camera_counts', () => {
  const table = 'silver.camera_observations'

  it('adds observations in any pieces to the same windows', async () => {
    await insert(table, {
      position: 1,
      camera_id: 'c',
      observed_at: '2026-01-05 12:05:00',
      counts_car: 10,
      counts_truck: 2,
      counts_pedestrian: 7,
      mean_speed_kmh: 40.5,
      stopped_vehicles: 3,
      confidence: 0.9,
      interval_s: 300,
    })
    await insert(table, {
      position: 2,
      camera_id: 'c',
      observed_at: '2026-01-05 12:10:00',
      counts_car: 4,
      mean_speed_kmh: 20,
      stopped_vehicles: 5,
      confidence: 0.8,
      interval_s: 300,
    })
    // Nobody passed: its speed has no vote. The last says nothing but that it was there.
    await insert(table, {
      position: 3,
      camera_id: 'c',
      observed_at: '2026-01-05 12:14:59.999',
      counts_car: 0,
      mean_speed_kmh: 99,
    })
    await insert(table, { position: 4, camera_id: 'c', observed_at: '2026-01-05 12:15:00' })
    const [gold] = cameraObservations.gold
    for (const rows of ['s.position <= 1', 's.position > 1'])
      await engine.exec(sqlFile(gold.add).replace('@rows', rows), LOAD)
    const found = await query<Record<string, unknown>>(
      'SELECT * FROM gold.camera_counts ORDER BY window_start',
    )
    expect(found).toEqual([
      {
        window_start: '2026-01-05 12:00:00',
        camera_id: 'c',
        readings: 3,
        vehicles: 16,
        vehicles_car: 14,
        vehicles_truck: 2,
        vehicles_motorcycle: null,
        vehicles_bus: null,
        bicycles: null,
        pedestrians: 7,
        mean_speed_kmh: (12 * 40.5 + 4 * 20) / 16,
        mean_stopped_vehicles: 4,
        max_stopped_vehicles: 5,
        mean_confidence: expect.closeTo(0.85, 9) as number,
        coverage: 600 / 900,
      },
      {
        window_start: '2026-01-05 12:15:00',
        camera_id: 'c',
        readings: 1,
        vehicles: null,
        vehicles_car: null,
        vehicles_truck: null,
        vehicles_motorcycle: null,
        vehicles_bus: null,
        bicycles: null,
        pedestrians: null,
        mean_speed_kmh: null,
        mean_stopped_vehicles: null,
        max_stopped_vehicles: null,
        mean_confidence: null,
        coverage: null,
      },
    ])
  })
})
