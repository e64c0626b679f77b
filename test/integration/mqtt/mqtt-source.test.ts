import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Status } from '../../../src/serve/contract/index.ts'
import { sql } from '../../crash/ask.ts'
import { ServerProcess } from '../../crash/server-process.ts'
import { Device } from './device.ts'
import { Mosquitto, mosquittoMissing } from './mosquitto.ts'

/** A city that reads a real broker by TLS and MQTT 5 with a client certificate, and by 3.1.1 through a WebSocket, while it is killed. */
const DEADLINE_MS = 400_000

if (mosquittoMissing !== null) process.stdout.write(`skipped: ${mosquittoMissing}\n`)
describe.skipIf(mosquittoMissing !== null)('topics of an MQTT broker', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'arterial-mqtt-city-'))
  let broker: Mosquitto
  let device: Device
  let server: ServerProcess
  let url = ''

  beforeAll(async () => {
    broker = await Mosquitto.start()
    device = await Device.connect(broker.port, 'device')
    await device.publish('city/INT-9999-SENSOR-01/reading', reading(999_999, null), { retain: true })
    const { certPath, keyPath } = broker.authority.make(broker.user, null)
    writeFileSync(
      join(cwd, 'arterial.yaml'),
      `
server: {port: 0}
limits: {minFreeDiskBytes: 0}
mqtt:
  feeds:
    - name: field
      broker: ${broker.mutualAddress}
      cert: "\${file:${certPath}}"
      key: "\${file:${keyPath}}"
      ca: "\${file:${broker.caPath}}"
      version: 5
      topics:
        - {topic: "city/{sensor_id}/reading", stream: readings}
    - name: old
      broker: ${broker.wsAddress}
      version: 3.1.1
      topics:
        - topic: "$share/cities/weather/{station_id}"
          stream: weather
          mapping: {format: json, fields: {timestamp: t, temperature_f: {path: temp, unit: °C}}}
`,
    )
    await begin()
  })
  afterAll(async () => {
    await server.stop()
    device.close()
    await broker.stop()
    rmSync(cwd, { recursive: true, force: true })
  })

  async function begin(): Promise<void> {
    server = new ServerProcess(cwd, join(cwd, 'data', 'city'))
    url = await server.ready
  }

  async function killServer(): Promise<void> {
    server.kill()
    await server.gone()
    await begin()
  }

  async function status(): Promise<Status> {
    return (await (await fetch(`${url}/v1/status`)).json()) as Status
  }

  async function until(what: string, isSo: (now: Status) => boolean): Promise<Status> {
    const endMs = performance.now() + DEADLINE_MS
    for (;;) {
      const now = await status()
      if (isSo(now)) return now
      if (performance.now() > endMs)
        throw new Error(
          `not ${what}: ${JSON.stringify({ mqtt: now.mqtt, backlog: now.backlog, problems: now.problems })}`,
        )
      await sleep(100)
    }
  }

  const codes = (now: Status) => now.problems.map(({ code }) => code)

  let sent = 0

  it('are read while the program is killed: what the broker acknowledged to a device is there, once', async () => {
    await until('subscribed', now => now.mqtt?.[0]?.topics[0]?.state === 'subscribed')
    const over = new AbortController()
    const sending = (async () => {
      while (!over.signal.aborted) {
        const burst = Array.from({ length: 50 }, (_, i) => sent + i)
        await Promise.all(burst.map(n => device.publish(`city/${sensorOf(n)}/reading`, reading(n, null))))
        sent += burst.length
        await sleep(50)
      }
    })()
    for (let kills = 0; kills < 2; kills++) {
      const before = sent
      while (sent < before + 500) await sleep(20)
      await killServer()
    }
    over.abort()
    await sending
    // The retained one is among them.
    const now = await until('read', one => one.layers.silver.rows >= sent + 1 && one.backlog.records === 0)
    expect(now.layers.silver.rows).toBe(sent + 1)
    expect([now.conflicts, now.layers.quarantine.rows]).toEqual([0, 0])
    const lines = await sql<{ n: number }>(
      url,
      "SELECT toUInt32(uniqExact(line)) AS n FROM bronze.lines WHERE startsWith(source, 'mqtt:')",
    )
    expect(lines).toEqual([{ n: sent + 1 }])
  })

  it('may be shared, by MQTT 3.1.1 too, and their levels are fields of a mapping', async () => {
    await device.publish('weather/S-1', '{"t":"2026-06-01T12:00:00Z","temp":10}')
    await until('weather', now => now.streams.some(({ name, rows }) => name === 'weather' && rows === 1))
    const rows = () => sql(url, 'SELECT station_id, temperature_c FROM silver.weather')
    await expect.poll(rows, { timeout: DEADLINE_MS }).toEqual([{ station_id: 'S-1', temperature_c: 10 }])
  })

  it('have messages that say no record: they are in quarantine with their topic', async () => {
    await device.publish('city/poison/reading', 'no JSON')
    await device.publish('city/S-1/reading', reading(1, 'S-2'))
    await device.publish('city/S-1/reading', reading(1, 'S-1'), { qos: 0 })
    const now = await until(
      'refused',
      one => one.mqtt?.[0]?.topics[0]?.refused === 2 && one.layers.quarantine.rows === 2,
    )
    const sources = () => sql(url, 'SELECT source FROM quarantine.lines ORDER BY position')
    await expect
      .poll(sources, { timeout: DEADLINE_MS })
      .toEqual([{ source: 'mqtt:city/poison/reading' }, { source: 'mqtt:city/S-1/reading' }])
    expect(now.mqtt?.[0]?.topics[0]?.lastRefused).toEqual({
      topic: 'city/S-1/reading',
      reason: 'sensor_id is "S-2", but its topic says "S-1"',
    })
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain(
      'arterial_mqtt_refused_messages{feed="field",topic="city/{sensor_id}/reading"} 2',
    )
  })

  it('go on after the broker was away, and a session that it forgot is told', async () => {
    const before = (await status()).layers.silver.rows
    await broker.pause()
    await broker.resume()
    const again = await Device.connect(broker.port, 'device-2')
    await again.publish('city/S-3/reading', reading(1, null))
    await until('read on', now => now.layers.silver.rows === before + 1)
    expect(codes(await status())).not.toContain('mqtt_session')
    again.close()
    await broker.forget()
    const now = await until('told', one => one.mqtt?.every(({ lost }) => lost.length === 1) === true)
    expect(codes(now)).toContain('mqtt_session')
  })
})

function sensorOf(n: number): string {
  return `INT-${String(n % 100).padStart(4, '0')}-SENSOR-01`
}

function reading(n: number, sensor: string | null): string {
  return JSON.stringify({
    ...(sensor === null ? {} : { sensor_id: sensor }),
    intersection_id: `INT-${String(n % 100).padStart(4, '0')}`,
    timestamp: new Date(Date.UTC(2026, 5, 1) + Math.floor(n / 100) * 30_000).toISOString(),
    vehicle_count: n % 50,
    average_speed: 25,
    district: 'downtown',
  })
}
