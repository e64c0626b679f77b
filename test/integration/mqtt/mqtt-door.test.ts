import { Admin } from '@platformatic/kafka'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { clientOptions } from '../../../src/sources/kafka/client/platformatic.ts'
import { sql, status } from '../../crash/ask.ts'
import { ServerProcess } from '../../crash/server-process.ts'
import { missingBroker, TestBroker } from '../kafka/broker.ts'
import { DoorProcess } from '../kafka/door-process.ts'
import { Device } from './device.ts'
import { Mosquitto, mosquittoMissing } from './mosquitto.ts'

/** Two doors share the topics of a real MQTT broker, publish to a real Kafka, and a city reads that, while doors are killed. */
const missing = mosquittoMissing ?? missingBroker()
const PATIENT = { timeout: 300_000, interval: 100 }
const BURST = 50
/** Longer than a message to Kafka may be, and not so long that its beginning is thrown away. */
const LONG = 800_000
const INSTANCES = ['door-0', 'door-1']

if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
describe.skipIf(missing !== null)('doors that read MQTT', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'arterial-mqtt-door-'))
  const doorFile = join(cwd, 'door.yaml')
  let kafka: TestBroker
  let mqtt: Mosquitto
  let device: Device
  let city: ServerProcess
  let cityUrl = ''
  let doors: DoorProcess[]

  beforeAll(async () => {
    ;[kafka, mqtt] = await Promise.all([TestBroker.start(), Mosquitto.start()])
    const open = { brokers: [kafka.address], tls: 'off', ca: null, user: null, password: null } as const
    const client = {
      ...clientOptions({ ...open, mechanism: 'PLAIN' }, 'test'),
      retries: 100,
      retryDelay: 200,
    }
    const admin = new Admin(client)
    await admin.createTopics({ topics: ['traffic-sensors', 'weather-events'], partitions: 2, replicas: 1 })
    await admin.close()
    const cluster = `name: city\n      brokers: [${kafka.address}]\n      tls: off`
    writeFileSync(
      doorFile,
      `
server: {port: 0}
kafka:
  doors:
    - ${cluster}
mqtt:
  doors:
    - name: field
      broker: 127.0.0.1:${mqtt.port}
      tls: off
      topics:
        - {topic: "city/{sensor_id}/reading", stream: readings}
        - {topic: "weather/{station_id}", stream: weather}
`,
    )
    writeFileSync(
      join(cwd, 'arterial.yaml'),
      `
server: {port: 0}
limits: {minFreeDiskBytes: 0}
kafka:
  feeds:
    - ${cluster}
      topics:
        - {topic: traffic-sensors, stream: readings}
        - {topic: weather-events, stream: weather}
`,
    )
    city = new ServerProcess(cwd, join(cwd, 'data', 'city'))
    doors = await Promise.all(
      INSTANCES.map(instance => DoorProcess.start(doorFile, ['--instance', instance])),
    )
    cityUrl = await city.ready
    device = await Device.connect(mqtt.port, 'device')
    for (const door of [0, 1]) await vi.waitFor(async () => expect(await subscribed(door)).toBe(2), PATIENT)
  })
  afterAll(async () => {
    for (const door of doors) await door.kill()
    await city.stop()
    device.close()
    await Promise.all([kafka.stop(), mqtt.stop()])
    rmSync(cwd, { recursive: true, force: true })
  })

  async function figure(door: number, name: string): Promise<number> {
    const text = await (await fetch(`${doors[door]?.url ?? ''}/metrics`)).text()
    const found = [...text.matchAll(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'gm'))]
    return found.reduce((sum, [, value]) => sum + Number(value), 0)
  }

  /** Topics that the broker sends it. */
  const subscribed = (door: number) => figure(door, 'arterial_mqtt_subscribed')
  const taken = (door: number) => figure(door, 'arterial_mqtt_messages')

  async function restart(door: number): Promise<void> {
    await doors[door]?.kill()
    doors[door] = await DoorProcess.start(doorFile, ['--instance', INSTANCES[door] ?? ''])
  }

  const silver = async () => (await status(cityUrl)).layers.silver.rows
  let sent = 0

  it('lose nothing that the broker acknowledged to a device, while doors are killed', async () => {
    const over = new AbortController()
    const sending = (async () => {
      while (!over.signal.aborted) {
        const burst = Array.from({ length: BURST }, (_, i) => sent + i)
        await Promise.all(burst.map(n => device.publish(`city/${sensorOf(n)}/reading`, readingOf(n))))
        sent += BURST
        await sleep(20)
      }
    })()
    const more = async () => {
      const before = sent
      await expect.poll(() => Math.min(sent, before + 8 * BURST), PATIENT).toBe(before + 8 * BURST)
    }
    await more()
    // Both take their part.
    for (const door of [0, 1]) await expect.poll(() => taken(door), PATIENT).toBeGreaterThan(0)
    await restart(0)
    await more()
    // One that stays away for a while has its part when it is back.
    await doors[0]?.kill()
    await more()
    doors[0] = await DoorProcess.start(doorFile, ['--instance', INSTANCES[0] ?? ''])
    over.abort()
    await sending
    await expect.poll(silver, PATIENT).toBe(sent)
    const { conflicts, layers } = await status(cityUrl)
    expect([conflicts, layers.quarantine.rows]).toEqual([0, 0])
  })

  it('publish what is no record too, and what is too long as its beginning', async () => {
    await device.publish('city/poison/reading', 'no JSON')
    await device.publish('city/S-1/reading', `{"sensor_id":"S-2","timestamp":"2026-06-01T00:00:00Z"}`)
    await device.publish('city/S-1/reading', `{"sensor_id":"${'x'.repeat(LONG)}"}`)
    await device.publish('weather/S-1', '{"timestamp":"2026-06-01T12:00:00Z","temperature":61}')
    const lines = async () => {
      const rows = await sql<{ line: string }>(
        cityUrl,
        'SELECT substring(line, 1, 30) AS line FROM quarantine.lines ORDER BY line',
      )
      return rows.map(({ line }) => line)
    }
    await expect
      .poll(lines, PATIENT)
      .toEqual([
        expect.stringContaining('no JSON'),
        expect.stringContaining('head'),
        expect.stringContaining('sensor_id'),
      ])
    const weather = () => sql(cityUrl, 'SELECT station_id FROM silver.weather')
    await expect.poll(weather, PATIENT).toEqual([{ station_id: 'S-1' }])
  })

  it('that are taken away for good leave nothing with the broker', async () => {
    const before = sent
    const door = doors.pop()
    expect(await door?.stop()).toBe(0)
    for (; sent < before + BURST; sent++)
      await device.publish(`city/${sensorOf(sent)}/reading`, readingOf(sent))
    const args = ['--disable-warning=ExperimentalWarning', DoorProcess.main, 'door', '--config', doorFile]
    const leave = async () => {
      const run = promisify(execFile)
      const { stdout } = await run(process.execPath, [...args, '--instance', 'door-1', '--leave', '--json'])
      return (JSON.parse(stdout) as { published: { field: number } }).published.field
    }
    // Mosquitto deals it its part, though it is away.
    await leave()
    await expect.poll(silver, PATIENT).toBe(sent)
    for (const to = sent + BURST; sent < to; sent++)
      await device.publish(`city/${sensorOf(sent)}/reading`, readingOf(sent))
    await expect.poll(silver, PATIENT).toBe(sent)
    expect(await leave()).toBe(0)
  })

  it('end in order', async () => {
    for (const door of doors) expect(await door.stop()).toBe(0)
  })
})

function sensorOf(n: number): string {
  return `INT-${String(n % 100).padStart(4, '0')}-SENSOR-01`
}

function readingOf(n: number): string {
  return JSON.stringify({
    intersection_id: `INT-${String(n % 100).padStart(4, '0')}`,
    timestamp: new Date(Date.UTC(2026, 5, 1) + Math.floor(n / 100) * 30_000).toISOString(),
    vehicle_count: n % 50,
    average_speed: 25,
    district: 'downtown',
  })
}
