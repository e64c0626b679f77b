import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Bronze } from '../../src/lake/bronze/index.ts'
import { Publisher } from '../../src/lake/publish/index.ts'
import type { TableStore } from '../../src/lake/publish/index.ts'
import { folderStore } from '../../src/storage/index.ts'
import { streams } from '../lake/streams/sample/index.ts'
import { Lake, remove } from './lake.ts'
import { deltaRsMissing, readByDeltaRs } from './tables/delta-rs.ts'

const NOW = Date.parse('2026-03-02T12:00:00Z')
const MINUTE_MS = 60_000
const known = { list: streams, url: new URL('../lake/streams/sample/index.ts', import.meta.url).href }
if (deltaRsMissing !== null) process.stdout.write(`skipped: ${deltaRsMissing}\n`)

let folder: string
let base: string
let lake: Lake

const reading = (i: number, minutesAgo: number, more: object = {}) =>
  JSON.stringify({
    ...{
      sensor_id: `INT-0${i % 3}-SENSOR-01`,
      timestamp: new Date(NOW - minutesAgo * MINUTE_MS).toISOString(),
    },
    ...{ vehicle_count: i % 40, average_speed: 20 + (i % 30) + 0.5, occupancy_rate: 0.25 },
    ...more,
  })

async function send(kind: string, lines: readonly string[]): Promise<void> {
  await lake.log.append({
    ...{ kind, source: 'test', arrivedAtMs: NOW, intervalS: 30, count: lines.length },
    lines: Buffer.from(lines.map(line => `${line}\n`).join('')),
  })
}

function publisherOver(store: TableStore, publisher = 'folder-1'): Publisher {
  return new Publisher({
    ...{ store, publisher, version: '0.1.0', now: Date.now, streams, comments: {}, isStores: () => true },
    lake: {
      engine: lake.engine,
      saved: () => lake.loader.saved,
      changes: () => lake.loader.changes,
      segments: () => lake.log.segments(),
    },
  })
}

const never = new AbortController().signal

async function publish(publisher: Publisher): Promise<void> {
  await lake.level()
  while (lake.loader.saved < lake.log.synced) await new Promise(resolve => setTimeout(resolve, 20))
  await new Bronze(lake.engine, lake.logDir, lake.log).refresh()
  await publisher.round('all', never, { isWhole: true })
  expect(publisher.states.filter(({ problem }) => problem !== null)).toEqual([])
}

describe.skipIf(deltaRsMissing !== null)('open tables', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tables-'))
    base = join(folder, 'tables')
    lake = new Lake(join(folder, 'lake'))
    lake.streams = known
    await lake.start()
  }, 420_000)
  afterAll(async () => {
    await lake.stop()
    await remove(folder)
  })

  it('are equal to the lake as delta-rs reads them', async () => {
    const store = folderStore(base)
    await send(
      'reading',
      Array.from({ length: 300 }, (_, i) => reading(i, i * 7)),
    )
    await send('reading', ['{"sensor_id":1}', reading(1, 7, { vehicle_count: 39 })])
    await send(
      'air',
      Array.from({ length: 40 }, (_, i) =>
        JSON.stringify({
          station_id: `s${i % 3}`,
          timestamp: new Date(NOW - i * MINUTE_MS).toISOString(),
          temperature_f: 50 + i,
        }),
      ),
    )
    await send('kiosks', [
      '{"kiosk_id":"k1","name":"north","latitude":1.5}',
      '{"kiosk_id":"k1","name":"south","latitude":1.5}',
    ])
    const publisher = publisherOver(store)
    await publish(publisher)
    await expectEqual()
    await send(
      'reading',
      Array.from({ length: 30 }, (_, i) => reading(i, 2_500 + i)),
    )
    await publish(publisher)
    await expectEqual()
  }, 420_000)
})

const COMPARED = [
  ['silver.readings', 'silver/readings', ['position']],
  ['silver.air', 'silver/air', ['position']],
  ['silver.kiosks_versions', 'silver/kiosks_versions', ['position']],
  ['quarantine.lines', 'quarantine/lines', ['position']],
  ['bronze.lines', 'bronze/lines', ['position']],
  ['gold.hourly_summary', 'gold/hourly_summary', ['window_start', 'district']],
  ['gold.intersection_metrics', 'gold/intersection_metrics', ['window_start', 'intersection_id']],
  ['lake.sensors', 'silver/sensors', ['sensor_id']],
] as const

/** Every row of every table, as text of the engine's own of the same columns. */
async function expectEqual(): Promise<void> {
  const read = readByDeltaRs(
    base,
    COMPARED.map(([, path, order]) => [path, order]),
  )
  for (const [i, [from, path, order]] of COMPARED.entries()) {
    const there = read[i] ?? []
    expect([path, there.length]).not.toEqual([path, 0])
    const names = Object.keys(there[0] ?? {}).filter(name => !name.startsWith('utc_'))
    const asText = names.map(
      name =>
        `replaceRegexpOne(toString(${name}), '^(\\\\d{4}-\\\\d\\\\d-\\\\d\\\\d \\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d)\\\\.?0*$', '\\\\1') AS ${name}`,
    )
    const own = await lake.query<Record<string, unknown>>(
      `SELECT ${asText.join(', ')} FROM (SELECT * FROM ${from} ORDER BY ${order.join(', ')})`,
    )
    const asPlain = (rows: readonly Record<string, unknown>[]) =>
      rows.map(row => Object.fromEntries(names.map(name => [name, plain(row[name])])))
    expect([path, asPlain(there)]).toEqual([path, asPlain(own)])
  }
}

/** Numbers as numbers, however they are written. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return JSON.stringify(value).replaceAll('"', "'")
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const number = Number(text)
  return text !== '' && Number.isFinite(number) ? number : text
}
