import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { presentStreams } from '../../src/app/simulated-streams.ts'
import type { Engine } from '../../src/lake/engine/index.ts'
import { startEmbeddedEngine } from '../../src/lake/engine/index.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { tableDdl } from '../../src/lake/migrations/table.ts'
import { numberedSqlFiles, sqlStatements } from '../../src/lake/sql-file.ts'
import { streams } from '../../src/streams/index.ts'

const LOAD = { session: 'load' } as const
let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulated-'))
  engine = await startEmbeddedEngine({ dir: folder })
  await migrate(engine, join(folder, 'log'))
})

afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true })
})

it('finds nothing before there are tables, no rows in empty ones, then the newest version of each thing', async () => {
  const before = await presentStreams(engine, streams)
  expect([...before.values()].every(things => things.size === 0)).toBe(true)

  const made = await engine.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'silver'",
    LOAD,
  )
  for (const stream of streams) {
    if (made.some(({ name }) => name.startsWith(stream.name.replaceAll('-', '_')))) continue
    for (const name of numberedSqlFiles(stream.sql))
      for (const statement of sqlStatements(new URL(name, stream.sql)))
        await engine.exec(tableDdl(statement, { replicated: false }), LOAD)
  }
  const empty = await presentStreams(engine, streams)
  expect(empty.has('weather')).toBe(false)
  expect(empty.get('cameras')?.size).toBe(0)

  const camera = (position: number, id: string, source: string, withdrawn: boolean, latitude: number) =>
    `(${position}, '2026-06-01 00:00:00', '${source}', '${id}', ${latitude}, -74, ${withdrawn})`
  await engine.exec(
    `INSERT INTO silver.cameras_versions (position, arrived_at, source, camera_id, latitude, longitude, withdrawn) VALUES
     ${[
       camera(1, 'CAM-0001', 'simulator', false, 40),
       camera(2, 'CAM-0002', 'simulator', false, 40),
       camera(3, 'CAM-0001', 'simulator', true, 41),
       camera(4, 'CAM-0002', 'http', false, 40.5),
     ].join(',')}`,
    LOAD,
  )
  await engine.exec(
    `INSERT INTO silver.weather (position, arrived_at, source, station_id, observed_at) VALUES (5, '2026-06-01 00:00:00', 'simulator', 'WX-01', '2026-06-01 00:00:00')`,
    LOAD,
  )
  const present = await presentStreams(engine, streams)
  expect(present.get('weather')?.size).toBe(0)
  expect(present.get('cameras')).toEqual(
    new Map([
      ['CAM-0001', { ours: true, withdrawn: true, latitude: 41, longitude: -74 }],
      ['CAM-0002', { ours: false, withdrawn: false, latitude: 40.5, longitude: -74 }],
    ]),
  )
  for (const name of ['stations', 'venues', 'events', 'work-zones', 'field-devices'])
    expect(present.get(name)?.size).toBe(0)
})
