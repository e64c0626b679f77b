import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql, status, verify } from '../crash/ask.ts'
import { ServerProcess } from '../crash/server-process.ts'

/** A city publishes open tables, and a copy of it follows them in a process of its own, which is killed meanwhile. */
const PATIENT = { timeout: 300_000, interval: 200 }
const ROUNDS = 3
/** Each kill leaves a gap in the positions of the own log: they are the copy's own. */
const WITH_POSITIONS = [
  ...['bronze.lines', 'silver.readings', 'silver.conflicts', 'silver.weather', 'silver.venues'],
  'quarantine.lines',
]
const OTHERS = ['lake.sensors', 'gold.hourly_summary', 'gold.intersection_metrics', 'gold.district_analytics']

describe('a copy of a city', () => {
  const base = mkdtempSync(join(tmpdir(), 'arterial-copy-'))
  const place = (name: string) => join(base, name)
  let city: ServerProcess
  let copy: ServerProcess
  let cityUrl = ''
  let copyUrl = ''

  function begin(name: string, section: string): ServerProcess {
    mkdirSync(place(name), { recursive: true })
    const limits = 'limits: {minFreeDiskBytes: 0, maxLineBytes: 2KiB}'
    writeFileSync(join(place(name), 'arterial.yaml'), `server: {port: 0}\n${limits}\n${section}\n`)
    return new ServerProcess(place(name), join(place(name), 'data', 'city'))
  }
  const beginCopy = () => begin('copy', 'follow: {folder: ../tables, everyS: 1}')

  beforeAll(async () => {
    city = begin('city', 'tables: {folder: ../tables, goldS: 5, restS: 5}')
    copy = beginCopy()
    cityUrl = await city.ready
    copyUrl = await copy.ready
  })
  afterAll(async () => {
    if (copy.lives) await copy.stop()
    await city.stop()
    rmSync(base, { recursive: true, force: true })
  })

  function send(url: string, path: string, body: string | Buffer): Promise<Response> {
    const method = path === '/v1/sensors' ? 'PUT' : 'POST'
    const headers = { 'content-type': 'application/x-ndjson' }
    return fetch(`${url}${path}`, { method, headers, body: new Uint8Array(Buffer.from(body)) })
  }

  async function deliver(path: string, body: string | Buffer): Promise<void> {
    const answer = await send(cityUrl, path, body)
    expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([200, ''])
  }

  const reading = (n: number, speed = 25) =>
    JSON.stringify({
      sensor_id: `INT-${String(n % 97).padStart(4, '0')}-SENSOR-01`,
      intersection_id: `INT-${String(n % 97).padStart(4, '0')}`,
      timestamp: new Date(Date.UTC(2026, 5, 1) + n * 1000).toISOString(),
      vehicle_count: n % 50,
      average_speed: speed,
      district: n % 3 === 0 ? 'downtown' : 'suburban',
      latitude: 40.7,
      longitude: -74,
    })
  const readings = (from: number, count: number, speed?: number) =>
    Array.from({ length: count }, (_, i) => `${reading(from + i, speed)}\n`).join('')

  /** Readings new, repeated and in conflict, what is none, other records, and a change of the register. */
  async function round(n: number): Promise<void> {
    const from = n * 10_000
    await deliver('/v1/readings?source=loops&interval_s=30', readings(from, 3000))
    await deliver('/v1/readings', readings(from, 100) + readings(from, 50, 40))
    // Bytes that are no UTF-8, and a mark of byte order that reading as text would take away.
    const broken = Buffer.from('{"sensor_id":"\xff\xfe"}\n\xef\xbb\xbfno JSON\n', 'latin1')
    await deliver('/v1/readings', Buffer.concat([broken, Buffer.from(`"${'x'.repeat(5000)}"\n`)]))
    await deliver(
      '/v1/weather',
      JSON.stringify({ station_id: 'S', timestamp: `2026-06-0${n + 1}T00:00:00Z`, temperature: 60 + n }),
    )
    await deliver(
      '/v1/venues',
      JSON.stringify({ venue_id: 'V', name: `Hall ${n}`, latitude: 40.7, longitude: -74 }),
    )
    const sensor = {
      interval_s: 30,
      lanes: 2,
      camera: false,
      latitude: 40.7,
      longitude: -74,
      district: n % 2 === 0 ? 'downtown' : 'industrial',
    }
    const id = 'INT-0001-SENSOR-01'
    const put = await send(
      cityUrl,
      '/v1/sensors',
      JSON.stringify({ sensor_id: id, name: `Loop ${n}`, intersection_id: 'INT-0001', ...sensor }),
    )
    expect([put.status, put.ok ? '' : await put.text()]).toEqual([200, ''])
  }

  /** Until the copy has loaded everything that the city received. */
  async function level(): Promise<void> {
    const { log } = await status(cityUrl)
    await expect
      .poll(async () => {
        const { follow, backlog } = await status(copyUrl)
        return [follow?.position, follow?.message, backlog.records]
      }, PATIENT)
      .toEqual([log.position, null, 0])
  }

  it('has row by row what the city has, whenever it is killed', async () => {
    for (let n = 0; n < ROUNDS; n++) {
      await round(n)
      if (n === ROUNDS - 1) break
      // Somewhere between nothing of the round and all of it.
      const before = (await status(copyUrl)).follow?.position ?? 0
      if (n > 0)
        await expect
          .poll(async () => (await status(copyUrl)).follow?.position, { ...PATIENT, interval: 10 })
          .toBeGreaterThan(before)
      copy.kill()
      await copy.gone()
      copy = beginCopy()
      copyUrl = await copy.ready
    }
    await level()
    const statements = [
      ...WITH_POSITIONS.map(table => `SELECT * EXCEPT (position) FROM ${table} ORDER BY ALL`),
      ...OTHERS.map(table => `SELECT * FROM ${table} ORDER BY ALL`),
    ]
    for (const statement of statements) {
      const rows = await sql<unknown>(cityUrl, statement)
      expect([statement, rows.length > 0]).toEqual([statement, true])
      expect({ statement, rows: await sql<unknown>(copyUrl, statement) }).toEqual({ statement, rows })
    }
    const [of, as] = [await status(cityUrl), await status(copyUrl)]
    expect([as.repeats, as.conflicts, as.layers.bronze.rows]).toEqual([
      of.repeats,
      of.conflicts,
      of.layers.bronze.rows,
    ])
    expect(as.problems).toEqual([])
    expect((await verify(join(place('copy'), 'data', 'city'))).equal).toBe(true)
  })

  it('is only read: whoever sends it something is told where to send it', async () => {
    for (const path of ['/v1/readings', '/v1/weather', '/v1/sensors']) {
      const answer = await send(copyUrl, path, '{}')
      expect([path, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        path,
        409,
        'ART_FOLLOWS',
      ])
    }
  })

  it('stays one: without tables to follow it does not start', async () => {
    await copy.stop()
    const alone = begin('copy', '')
    await alone.gone()
    expect(alone.lastWords).toContain('the data folder is a copy of another server')
  })
})
