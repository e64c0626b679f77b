import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sql, status } from '../../crash/ask.ts'
import { ServerProcess } from '../../crash/server-process.ts'
import { Fleet } from '../../mqtt/fleet.ts'
import { Mosquitto, mosquittoMissing } from './mosquitto.ts'
import { Tap } from './tap.ts'

/** A real broker that saves each second is killed while devices publish; `npm run test:mqtt -- --broker-kills 20` is the long run. */
const PATIENT = { timeout: 300_000, interval: 100 }
const DEVICES = 100

if (mosquittoMissing !== null) process.stdout.write(`skipped: ${mosquittoMissing}\n`)
describe.skipIf(mosquittoMissing !== null)('a broker of MQTT that is killed', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'arterial-mqtt-broker-'))
  let broker: Mosquitto
  let tap: Tap
  let fleet: Fleet
  let city: ServerProcess
  let url = ''

  beforeAll(async () => {
    broker = await Mosquitto.start({ autosaveS: 1 })
    tap = await Tap.start(broker.port)
    fleet = await Fleet.connect(broker.port, DEVICES)
    writeFileSync(
      join(cwd, 'arterial.yaml'),
      `
server: {port: 0}
limits: {minFreeDiskBytes: 0}
mqtt:
  feeds:
    - name: field
      broker: 127.0.0.1:${tap.port}
      tls: "off"
      topics: [{topic: "city/{sensor_id}/reading", stream: readings}]
`,
    )
    city = new ServerProcess(cwd, join(cwd, 'data', 'city'))
    url = await city.ready
    await vi.waitFor(async () => expect(await state()).toBe('subscribed'), PATIENT)
    await broker.save()
  })
  afterAll(async () => {
    await city.stop()
    fleet.close()
    tap.stop()
    await broker.stop()
    rmSync(cwd, { recursive: true, force: true })
  })

  const state = async () => (await status(url)).mqtt?.[0]?.topics[0]?.state

  it('takes nothing with it that had come to the city or was acknowledged by it', async () => {
    const sending = fleet.send(1000)
    for (let kills = 0; kills < 3; kills++) {
      const before = tap.acknowledged.size
      await expect.poll(() => tap.acknowledged.size, PATIENT).toBeGreaterThan(before + 500)
      await broker.kill()
      await broker.resume()
      await fleet.reconnect()
    }
    const before = tap.acknowledged.size
    await expect.poll(() => tap.acknowledged.size, PATIENT).toBeGreaterThan(before + 500)
    fleet.stop()
    await sending
    const missing = async () => {
      const rows = await sql<{ sensor: string; at: string }>(
        url,
        "SELECT sensor_id AS sensor, formatDateTime(measured_at, '%FT%TZ', 'UTC') AS at FROM silver.readings",
      )
      const inSilver = new Set(rows.map(({ sensor, at }) => fleet.numberOf(sensor, at)))
      expect(inSilver.size).toBe(rows.length)
      return [...tap.acknowledged, ...tap.inHand].filter(one => !inSilver.has(fleet.numberOfMessage(one)))
    }
    await expect.poll(missing, PATIENT).toEqual([])
    const { conflicts, layers } = await status(url)
    expect([conflicts, layers.quarantine.rows]).toEqual([0, 0])
  })
})
