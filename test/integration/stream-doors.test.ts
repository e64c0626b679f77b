import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import type { Status } from '../../src/serve/contract/index.ts'

/** A whole city that takes every declared stream. */
let dir: string
let system: RunningSystem
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'arterial-streams-'))
  const flags = {
    'data.dir': dir,
    'simulation.mode': 'off',
    'server.port': 0,
    'limits.minFreeDiskBytes': '0B',
    'limits.maxLineBytes': '64KiB',
  }
  system = await startSystem(loadConfig({ env: {}, cwd: dir, flags }), { mode: 'serve' })
})
afterAll(async () => {
  await system.stop()
  await rm(dir, { recursive: true, force: true })
})

async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(new URL(path, system.url!), init)
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true
  return {
    status: answer.status,
    tag: answer.headers.get('etag'),
    body: (isJson ? JSON.parse(text) : text) as Record<string, unknown>,
  }
}
const post = (path: string, body: string | Buffer, type = 'application/x-ndjson', more = {}) =>
  ask(path, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { 'content-type': type, ...more },
  })
const put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
const items = async (path: string) => (await ask(path)).body['items'] as Record<string, unknown>[]
const sql = async (statement: string) =>
  (await post('/v1/sql', statement, 'text/plain')).body['rows'] as unknown[][]
const statusOf = async (name: string) =>
  ((await ask('/v1/status')).body as unknown as Status).streams.find(stream => stream.name === name)

const at = (minute: number) => `2026-03-01T08:${String(minute).padStart(2, '0')}:00Z`
const weather = (minute: number, more = {}) =>
  `${JSON.stringify({ station_id: 'W1', timestamp: at(minute), temperature_f: 50, humidity: 0.5, ...more })}\n`

describe('the doors of streams', () => {
  it('take observations, tell what became of them, and list them in metric units', async () => {
    const body =
      weather(0) + weather(5) + weather(5) + weather(0, { humidity: 0.6 }) + weather(10, { humidity: 2 })
    const delivered = await post('/v1/weather?source=test', gzipSync(body), undefined, {
      'content-encoding': 'gzip',
    })
    expect(delivered).toMatchObject({ status: 200, body: { accepted: 5 } })
    const { positions } = delivered.body
    const question = JSON.stringify({ positions })
    const outcome = async () =>
      (await post('/v1/weather/outcome', question, 'application/json')).body['outcome']
    // Null until all is loaded.
    await expect.poll(outcome).toEqual({
      ...{ new: 2, repeats: 1, conflicts: 1, quarantined: 1 },
      reasons: [{ reasons: ['humidity_range'], lines: 1 }],
    })
    await expect
      .poll(() => items('/v1/weather?station_id=W1'))
      .toMatchObject([
        { observed_at: at(0).replace('Z', '.000Z'), temperature_c: 10, humidity: 0.5, source: 'test' },
        { observed_at: at(5).replace('Z', '.000Z') },
      ])
    await expect.poll(() => items(`/v1/weather?from=${at(1)}&to=${at(6)}`)).toHaveLength(1)
    expect((await ask('/v1/weather?format=csv&limit=1')).body).toContain('"station_id","observed_at"')
  })

  it('take CSV, and JSON arrays', async () => {
    const csv = `station_id,timestamp,temperature_f,condition\n0042,${at(0)},212,clear\n`
    // 212 °F is no weather.
    expect((await post('/v1/weather', csv, 'text/csv')).body).toMatchObject({ accepted: 1 })
    const array = JSON.stringify([{ camera_id: 'C1', timestamp: at(0), counts: { car: 3, bus: 1 } }])
    expect((await post('/v1/camera-observations', array, 'application/json')).body).toMatchObject({
      accepted: 1,
    })
    await expect
      .poll(() => items('/v1/camera-observations'))
      .toMatchObject([{ camera_id: 'C1', counts_car: 3, counts_bus: 1 }])
    expect((await post('/v1/weather', 'station_id\nW1\n', 'text/csv')).status).toBe(422)
  })

  it('keep what is wrong apart by stream, long lines too', async () => {
    const long = weather(20, { condition: 'x'.repeat(70_000) })
    expect((await post('/v1/weather', long)).body).toMatchObject({ accepted: 1 })
    const lines = () => items('/v1/quarantine?stream=weather&limit=10')
    await expect
      .poll(async () => (await lines()).map(({ reasons }) => reasons))
      .toContainEqual(['line_too_long'])
    expect((await lines()).every(({ stream }) => stream === 'weather')).toBe(true)
    await expect.poll(() => items('/v1/quarantine?stream=readings')).toEqual([])
    await expect
      .poll(() => items('/v1/quarantine/summary?stream=weather'))
      .toContainEqual(expect.objectContaining({ stream: 'weather', reason: 'humidity_range', lines: 1 }))
    await post('/v1/weather', weather(25, { firmware: 'x' }))
    await expect.poll(() => items('/v1/drift')).toMatchObject([{ stream: 'weather', field: 'firmware' }])
  })

  it('are counted', async () => {
    await expect
      .poll(() => statusOf('weather'))
      .toMatchObject({ rows: 3, quarantined: 3, repeats: 1, conflicts: 1 })
    // No reading was sent: a line that was too long is the weather's too.
    await expect.poll(async () => ((await ask('/v1/status')).body as unknown as Status).log.accepted).toBe(0)
    expect((await ask('/metrics')).body).toContain('arterial_stream_rows{stream="weather"} 3')
  })

  it('are read by SQL, with what each table holds', async () => {
    await expect.poll(() => sql('SELECT count(), max(temperature_c) FROM silver.weather')).toEqual([[3, 10]])
    const tables = (await items('/v1/sql/tables')).map(({ table }) => String(table))
    for (const table of tables) await sql(`SELECT 1 FROM ${table} LIMIT 1`)
    expect(tables).toContain('silver.events_versions')
    expect((await sql('SHOW TABLES FROM silver')).flat()).toContain('venues')
  })

  it('are there again as plain views, whose columns say what they are and in which unit', async () => {
    expect(
      await sql('SELECT toTypeName(temperature_c), max(temperature_c) FROM bi.weather GROUP BY 1'),
    ).toEqual([['Nullable(Float64)', 10]])
    const columns = await sql('DESCRIBE TABLE bi.weather')
    expect(columns.find(([name]) => name === 'temperature_c')).toEqual(
      expect.arrayContaining([expect.stringMatching(/, °C$/)]),
    )
    expect((await sql('SHOW TABLES FROM bi')).flat()).toEqual(
      expect.arrayContaining(['dates', 'hourly_summary']),
    )
    const { schema } = (await ask('/v1/catalog/bi.hourly_summary')).body as { schema?: unknown }
    expect(schema).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'mean_speed_kmh',
          unit: 'km/h',
          says: 'Time-mean speed, weighted by vehicles (km/h)',
        }),
        expect.objectContaining({
          name: 'window_start_local',
          says: expect.stringContaining('clock of the city') as string,
        }),
      ]),
    )
  })
})

describe('things', () => {
  const event = {
    ...{ kind: 'concert', title: 'Loud', status: 'planned' },
    ...{ starts_at: '2026-03-07T19:00:00Z', ends_at: '2026-03-07T23:00:00Z' },
  }

  it('are added, changed by who knows the newest version, and withdrawn', async () => {
    const added = await put('/v1/events/E1', event, { 'if-none-match': '*' })
    expect(added).toMatchObject({ status: 201, body: { event_id: 'E1', title: 'Loud' } })
    const changed = await put('/v1/events/E1', { ...event, title: 'Louder' }, { 'if-match': added.tag! })
    expect(changed).toMatchObject({ status: 200, body: { title: 'Louder' } })
    expect(await put('/v1/events/E1', event, { 'if-match': added.tag! })).toMatchObject({ status: 412 })
    expect(await ask('/v1/events/E1')).toMatchObject({ tag: changed.tag, body: { title: 'Louder' } })
    expect(
      (await ask('/v1/events/E1', { method: 'DELETE', headers: { 'if-match': changed.tag! } })).status,
    ).toBe(204)
    expect((await ask('/v1/events/E1')).status).toBe(404)
    const versions = async () =>
      (await items('/v1/events/E1/versions')).map(({ title, withdrawn }) => [title, withdrawn])
    await expect.poll(versions).toEqual([
      ['Louder', true],
      ['Louder', null],
      ['Loud', null],
    ])
    expect((await put('/v1/events/E1', event, { 'if-none-match': '*' })).status).toBe(201)
  })

  it('are told which rule refuses them', async () => {
    const wrong = await put('/v1/events/E2', { ...event, ends_at: '2026-03-01T00:00:00Z' })
    expect(wrong).toMatchObject({ status: 422, body: { code: 'ART_RULE', reasons: ['ends_before_start'] } })
  })

  it('without a version of their own are what arrived last, and unchanged by a repeat', async () => {
    const venue = { name: 'Arena', latitude: 51, longitude: -114, capacity: 20_000 }
    const first = await put('/v1/venues/V1', venue)
    const again = await put('/v1/venues/V1', venue)
    expect([first.status, again.status, again.tag]).toEqual([201, 200, first.tag])
    const line = `${JSON.stringify({ venue_id: 'V1', ...venue, name: 'New Arena' })}\n`
    expect((await post('/v1/venues', line)).status).toBe(200)
    await expect.poll(() => items('/v1/venues')).toMatchObject([{ venue_id: 'V1', name: 'New Arena' }])
    expect((await put('/v1/venues/V1', venue, { 'if-match': first.tag! })).status).toBe(412)
  })

  it('are changed by one of many at a time', async () => {
    const { tag } = await ask('/v1/venues/V1')
    const venue = { latitude: 51, longitude: -114 }
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        put('/v1/venues/V1', { ...venue, name: `A${i}` }, { 'if-match': tag! }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(412)])
  })

  it('are found by when they take place', async () => {
    const found = (query: string) => items(`/v1/events?${query}`)
    await expect
      .poll(() => found('starts_at_to=2026-03-08T00:00:00Z&ends_at_from=2026-03-07T00:00:00Z'))
      .toHaveLength(1)
    await expect.poll(() => found('starts_at_from=2026-03-08T00:00:00Z')).toEqual([])
    await expect.poll(() => found('kind=match')).toEqual([])
  })
})

describe('the live stream of topics', () => {
  it('tells rows as the list has them', async () => {
    const asking = request(new URL('/v1/live?streams=weather', system.url!)).end()
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    await post('/v1/weather', weather(40))
    let text = ''
    for await (const chunk of answer) {
      text += String(chunk)
      if (text.includes('\ndata: ') && text.endsWith('\n\n')) break
    }
    asking.destroy()
    const [, data = ''] = /event: weather\ndata: (.*)\n\n/.exec(text) ?? []
    const { rows } = JSON.parse(data) as { rows: unknown[] }
    await expect.poll(() => items(`/v1/weather?from=${at(40)}`)).toEqual(rows)
  })
})
