import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { sql, status } from '../../crash/ask.ts'
import { ServerProcess } from '../../crash/server-process.ts'

export const PATIENT = { timeout: 300_000, interval: 200 }

/** Each kill leaves a gap in the positions of the own log: they are the copy's own. */
const WITH_POSITIONS = [
  ...['bronze.lines', 'silver.readings', 'silver.conflicts', 'silver.weather', 'silver.venues'],
  'quarantine.lines',
]
const OTHERS = ['lake.sensors', 'gold.hourly_summary', 'gold.intersection_metrics', 'gold.district_analytics']

/** A city that publishes open tables and a copy of it, each in a process and below a folder of its own. */
export class CityAndCopy {
  readonly base = mkdtempSync(join(tmpdir(), 'arterial-copy-'))
  readonly #sections: { readonly city: string; readonly copy: string }
  #city: ServerProcess | null = null
  #copy: ServerProcess | null = null
  cityUrl = ''
  copyUrl = ''

  /** @param sections what the settings of each have beside, as lines of YAML; `../secret` is a file for them */
  constructor(sections: { readonly city: string; readonly copy: string }) {
    this.#sections = sections
  }

  async start(): Promise<void> {
    this.#city = this.begin('city', this.#sections.city)
    this.cityUrl = await this.#city.ready
    await this.startCopy()
  }

  /** @param section what its settings have in place of those it was made with */
  async startCopy(name = 'copy', section = this.#sections.copy): Promise<void> {
    this.#copy = this.begin(name, section)
    this.copyUrl = await this.#copy.ready
  }

  /** `kill -9`, and another start. */
  async killCopy(): Promise<void> {
    this.#copy?.kill()
    await this.#copy?.gone()
    await this.startCopy()
  }

  async stopCopy(): Promise<void> {
    if (this.#copy?.lives === true) await this.#copy.stop()
  }

  async stop(): Promise<void> {
    await this.stopCopy()
    await this.#city?.stop()
    rmSync(this.base, { recursive: true, force: true })
  }

  /** One of them, or another one in their place, with these settings. */
  begin(name: string, section: string): ServerProcess {
    const folder = join(this.base, name)
    mkdirSync(folder, { recursive: true })
    const limits = 'limits: {minFreeDiskBytes: 0, maxLineBytes: 2KiB}'
    writeFileSync(join(folder, 'arterial.yaml'), `server: {port: 0}\n${limits}\n${section}\n`)
    return new ServerProcess(folder, join(folder, 'data', 'city'))
  }

  get copyData(): string {
    return join(this.base, 'copy', 'data', 'city')
  }

  send(url: string, path: string, body: string | Buffer): Promise<Response> {
    const method = path === '/v1/sensors' ? 'PUT' : 'POST'
    const headers = { 'content-type': 'application/x-ndjson' }
    return fetch(`${url}${path}`, { method, headers, body: new Uint8Array(Buffer.from(body)) })
  }

  async deliver(path: string, body: string | Buffer): Promise<void> {
    const answer = await this.send(this.cityUrl, path, body)
    expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([200, ''])
  }

  /** Readings new, repeated and in conflict, what is none, other records, and a change of the register. */
  async round(n: number): Promise<void> {
    const from = n * 10_000
    await this.deliver('/v1/readings?source=loops&interval_s=30', readings(from, 3000))
    await this.deliver('/v1/readings', readings(from, 100) + readings(from, 50, 40))
    // Bytes that are no UTF-8, and a mark of byte order that reading as text would take away.
    const broken = Buffer.from('{"sensor_id":"\xff\xfe"}\n\xef\xbb\xbfno JSON\n', 'latin1')
    await this.deliver('/v1/readings', Buffer.concat([broken, Buffer.from(`"${'x'.repeat(5000)}"\n`)]))
    await this.deliver(
      '/v1/weather',
      JSON.stringify({ station_id: 'S', timestamp: `2026-06-0${n + 1}T00:00:00Z`, temperature: 60 + n }),
    )
    const hall = { venue_id: 'V', name: `Hall ${n}`, latitude: 40.7, longitude: -74 }
    await this.deliver('/v1/venues', JSON.stringify(hall))
    const sensor = {
      ...{ sensor_id: 'INT-0001-SENSOR-01', name: `Loop ${n}`, intersection_id: 'INT-0001' },
      ...{ interval_s: 30, lanes: 2, camera: false, latitude: 40.7, longitude: -74 },
      district: n % 2 === 0 ? 'downtown' : 'industrial',
    }
    await this.deliver('/v1/sensors', JSON.stringify(sensor))
  }

  /** Until the copy has loaded everything that the city received. */
  async level(): Promise<void> {
    const { log } = await status(this.cityUrl)
    await expect
      .poll(async () => {
        const { follow, backlog } = await status(this.copyUrl)
        return [follow?.position, follow?.message, backlog.records]
      }, PATIENT)
      .toEqual([log.position, null, 0])
  }

  /** Ten tables, row by row. */
  async expectEqual(): Promise<void> {
    const statements = [
      ...WITH_POSITIONS.map(table => `SELECT * EXCEPT (position) FROM ${table} ORDER BY ALL`),
      ...OTHERS.map(table => `SELECT * FROM ${table} ORDER BY ALL`),
    ]
    for (const statement of statements) {
      const rows = await sql<unknown>(this.cityUrl, statement)
      expect([statement, rows.length > 0]).toEqual([statement, true])
      expect({ statement, rows: await sql<unknown>(this.copyUrl, statement) }).toEqual({ statement, rows })
    }
  }
}

function readings(from: number, count: number, speed = 25): string {
  return Array.from({ length: count }, (_, i) => `${reading(from + i, speed)}\n`).join('')
}

function reading(n: number, speed: number): string {
  const site = `INT-${String(n % 97).padStart(4, '0')}`
  return JSON.stringify({
    ...{ sensor_id: `${site}-SENSOR-01`, intersection_id: site },
    timestamp: new Date(Date.UTC(2026, 5, 1) + n * 1000).toISOString(),
    ...{ vehicle_count: n % 50, average_speed: speed },
    district: n % 3 === 0 ? 'downtown' : 'suburban',
    ...{ latitude: 40.7, longitude: -74 },
  })
}
