import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import type { CatalogDetail, CatalogEntry, Job, Status } from '../../src/serve/contract/index.ts'
import { readableTables } from '../../src/serve/sql/index.ts'
import { streams } from '../../src/streams/index.ts'
import { show, shows, TYPES } from '../app/datasets/dataset-room.ts'
import { Portal } from '../sources/socrata/portal.ts'

/** A whole system whose portal changes its columns: what is new is noted, what is needed and gone pauses the job. */
const ROWS = 40
const DEADLINE_MS = 240_000

let cwd: string
let portal: Portal
let system: RunningSystem
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'arterial-catalog-'))
  portal = await new Portal().start()
  portal.types = TYPES
  portal.rows = shows(ROWS)
  const config = [
    'server: {port: 0}',
    'limits: {minFreeDiskBytes: 0}',
    'polling: {allowAddresses: [127.0.0.1]}',
    'jobs:',
    '  datasets:',
    '    - name: shows',
    `      address: "${portal.origin}/resource/abcd-1234"`,
    '      cron: "0 0 1 1 *"',
    '      zone: UTC',
    '      reconcileDays: 0',
    '      stream: events',
    '      constants: {kind: concert, status: confirmed}',
    '      mapping:',
    '        format: json',
    '        fields: {event_id: key, title: title, updated_at: changed, starts_at: begins, ends_at: begins}',
  ]
  writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
  system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
})
afterEach(async () => {
  await system.stop()
  await portal.stop()
  rmSync(cwd, { recursive: true, force: true })
})

async function ask<T>(path: string, method = 'GET'): Promise<T> {
  return (await fetch(`${system.url ?? ''}${path}`, { method })).json() as Promise<T>
}

async function until<T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  const endMs = performance.now() + DEADLINE_MS
  for (;;) {
    const found = await look()
    if (isThere(found)) return found
    if (performance.now() > endMs) throw new Error(`it never came there: ${JSON.stringify(found)}`)
    await sleep(50)
  }
}

/** What the engine's own columns say: as the declarations and the heads of SQL files do, by which settings are judged. */
async function newsOfTables(): Promise<[string, string | null][]> {
  const found: [string, string | null][] = []
  for (const { table } of readableTables(streams)) {
    const { schema } = await ask<CatalogDetail>(`/v1/catalog/${table}`)
    const columns = schema.map(({ name }) => name)
    found.push([table, ['position', 'window_start'].find(name => columns.includes(name)) ?? null])
  }
  return found
}

const job = async () => (await ask<{ items: Job[] }>('/v1/jobs')).items[0] as Job
const detail = () => ask<CatalogDetail>('/v1/catalog/shows')
const states = ({ versions }: CatalogDetail) => versions.map(({ state }) => state)

/** The publisher puts another version in, and somebody asks for it. */
async function publish(touchedAt: string): Promise<Job> {
  const before = (await job()).last_run?.id
  portal.replaceAll(touchedAt)
  await ask('/v1/jobs/shows/run', 'POST')
  return until(job, ({ last_run: last }) => last !== null && last.id !== before && last.state !== 'running')
}

describe('the catalogue of a system whose portal changes its columns', () => {
  it('notes what is new, pauses for what is needed and gone, and goes on when it is right again', async () => {
    await until(job, ({ last_run: last }) => last?.state === 'succeeded')
    const lineage = async () => (await detail()).lineage
    const first = await until(lineage, found => found?.loaded[0]?.rows === ROWS)
    expect(first?.loaded).toMatchObject([{ rows: ROWS, quarantined: 0, repeats: 0 }])
    expect(first?.log).toEqual({ source: 'job:shows', stream: 'events', sent: ROWS })
    expect(first?.tables).toContainEqual(expect.objectContaining({ table: 'silver.events', rows: ROWS }))
    expect((await detail()).versions).toMatchObject([
      {
        ...{ holds: 'all', state: 'taken', rows: ROWS, parts: 1, schema: 1, sent: ROWS },
        quality: { completeness: 1, validity: 1, uniqueness: 1, doubles: 0, refused: {} },
      },
    ])

    // Another column, and a row that is no record: it passes, and both are told.
    portal.types = { ...TYPES, stage: 'text' }
    portal.rows = [...shows(ROWS), show(ROWS + 1, 'late show', 'no time')].map(row => ({
      ...row,
      values: { ...row.values, stage: 'main' },
    }))
    const noted = await publish('2026-11-15T17:00:00.000Z')
    expect(noted).toMatchObject({ state: 'waiting', last_run: { state: 'succeeded' } })
    expect(noted.last_run?.notice).toContain('new columns: stage')
    const second = await detail()
    expect(second.schemas[0]?.changes).toEqual([
      { column: 'stage', change: 'added', from: null, to: 'text', breaking: false },
    ])
    expect(second.versions[0]?.quality).toMatchObject({
      validity: ROWS / (ROWS + 1),
      refused: { updated_at_format: 1 },
    })
    expect(second.schema).toContainEqual({
      ...{ name: 'stage', type: 'text (text)', unit: null, says: null, needed: false },
      ...{ nulls: 0, distinct: 1, example: 'main' },
    })
    await until(lineage, found => found?.loaded[0]?.quarantined === 1)

    // Without a column that is needed: nothing of it is processed, nothing that is there is withdrawn.
    portal.types = Object.fromEntries(Object.entries(portal.types).filter(([name]) => name !== 'begins'))
    portal.rows = [...portal.rows, show(ROWS + 2)]
    const paused = await publish('2026-11-16T17:00:00.000Z')
    expect(paused.state).toBe('paused')
    expect(paused.paused?.why).toMatch(/no begins.*have it set right, then `arterial jobs resume shows`/)
    const { problems } = await ask<Status>('/v1/status')
    expect(problems).toMatchObject([
      { code: 'jobs:shows', message: expect.stringContaining('no begins') as string },
    ])
    const third = await detail()
    expect(states(third)).toEqual(['held', 'taken', 'taken'])
    expect(third.entry.held).toContain('no begins')
    expect(third.versions[0]?.contents[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(third.lineage?.tables).toContainEqual(
      expect.objectContaining({ table: 'silver.events', rows: ROWS }),
    )

    // The source is right again; somebody resumes.
    portal.types = { ...TYPES, stage: 'text' }
    portal.replaceAll('2026-11-17T17:00:00.000Z')
    await ask('/v1/jobs/shows/resume', 'POST')
    const right = await until(
      job,
      ({ state, last_run: last }) => state === 'waiting' && last?.state === 'succeeded',
    )
    expect(right.last_run).toMatchObject({ rows: ROWS + 2, withdrawn: 0 })
    expect(states(await detail())).toEqual(['taken', 'held', 'taken', 'taken'])
    expect((await detail()).entry).toMatchObject({ held: null, rows: ROWS + 2 })
    await until(
      lineage,
      found =>
        found?.tables.some(({ table, rows }) => table === 'silver.events' && rows === ROWS + 1) === true,
    )
    expect((await ask<Status>('/v1/status')).problems).toEqual([])
  })

  it('has the tables of the lake too, and what a start finds is as it was before it', async () => {
    await until(job, ({ last_run: last }) => last?.state === 'succeeded')
    const { items } = await ask<{ items: CatalogEntry[] }>('/v1/catalog')
    expect(items[0]).toMatchObject({ name: 'shows', kind: 'dataset', stream: 'events', rows: ROWS })
    const names = items.map(({ name }) => name)
    for (const name of [
      'silver.readings',
      'silver.events_versions',
      'silver.incident_versions',
      'gold.incident_daily',
    ])
      expect(names).toContain(name)
    expect(items.filter(({ columns }) => columns === 0)).toEqual([])
    const before = await ask<CatalogDetail>('/v1/catalog/silver.events_versions')
    expect(before.schema).toContainEqual(
      expect.objectContaining({ name: 'event_id', type: 'String', needed: true }),
    )
    expect(before.schemas).toHaveLength(1)
    expect((await ask<{ status: number }>('/v1/catalog/none')).status).toBe(404)
    expect(await newsOfTables()).toEqual(readableTables(streams).map(({ table, news }) => [table, news]))

    await system.stop()
    writeFileSync(join(cwd, 'data/city/jobs/shows/catalog.json'), '{"schemas":[')
    system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
    expect(await ask<CatalogDetail>('/v1/catalog/silver.events_versions')).toMatchObject({
      schemas: before.schemas,
    })
    const torn = await detail()
    expect([torn.versions, torn.note]).toEqual([[], expect.stringContaining('catalog.json.damaged')])
    const { problems } = await ask<Status>('/v1/status')
    expect(problems).toMatchObject([
      {
        code: 'catalog:shows',
        message: expect.stringContaining('arterial jobs run shows --from-landing') as string,
      },
    ])
    await fetch(`${system.url ?? ''}/v1/jobs/shows/run`, { method: 'POST', body: '{"from":"landing"}' })
    await until(detail, ({ versions }) => versions.length === 1)
    expect((await detail()).versions).toMatchObject([{ state: 'taken', rows: ROWS }])
  })
})
