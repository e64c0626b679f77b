import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Status } from '../../src/serve/contract/index.ts'
import { sql } from '../crash/ask.ts'
import { ServerProcess } from '../crash/server-process.ts'
import { Device } from '../integration/mqtt/device.ts'
import { Mosquitto, mosquittoMissing } from '../integration/mqtt/mosquitto.ts'
import { between, seededRandom } from '../random.ts'

// Devices publish by QoS 1 to a real broker while the city that reads it is ended by SIGKILL again and again. What the broker
// acknowledged to a device must be in silver, once.

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '20' },
    rate: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
})
const [devices, kills, rate] = [values.devices, values.kills, values.rate].map(Number) as [
  number,
  number,
  number,
]
const random = seededRandom(Number(values.seed))
const TICK_MS = 50
const INTERVAL_S = 30
const LEVEL_MS = 600_000
const FIRST_AT = Date.UTC(2026, 5, 1)

if (mosquittoMissing !== null) {
  process.stdout.write(`skipped: ${mosquittoMissing}\n`)
  process.exit(0)
}
const begunMs = performance.now()
const cwd = mkdtempSync(join(tmpdir(), 'arterial-mqtt-kills-'))
const broker = await Mosquitto.start()
const fleet: Device[] = []
for (let i = 0; i < devices; i++) fleet.push(await Device.connect(broker.port, idOf(i)))
process.stdout.write(`${devices} devices are connected after ${seconds()} s\n`)
writeFileSync(
  join(cwd, 'arterial.yaml'),
  `
server: {port: 0}
limits: {minFreeDiskBytes: 0}
mqtt:
  feeds:
    - name: field
      broker: 127.0.0.1:${broker.port}
      tls: "off"
      topics: [{topic: "city/{sensor_id}/reading", stream: readings}]
`,
)
let server = new ServerProcess(cwd, join(cwd, 'data', 'city'))
let url = await server.ready
await until('subscribed', ({ mqtt }) => mqtt?.[0]?.topics[0]?.state === 'subscribed')

let [sent, acknowledged] = [0, 0]
const waiting = new Set<Promise<void>>()
const over = new AbortController()
const sending = send()
for (let kill = 1; kill <= kills; kill++) {
  await sleep(between(random, 500, 5000))
  server.kill()
  await server.gone()
  server = new ServerProcess(cwd, join(cwd, 'data', 'city'))
  url = await server.ready
  process.stdout.write(`${kill}/${kills} killed; ${acknowledged} of ${sent} acknowledged\n`)
}
over.abort()
await sending
await Promise.all(waiting)
// All that is published is acknowledged by now: the broker was never away.
const end = await until(
  'level',
  ({ layers, backlog }) => layers.silver.rows >= acknowledged && backlog.records === 0,
)
const [bronze] = await sql<{ lines: number; different: number }>(
  url,
  "SELECT toUInt32(count()) AS lines, toUInt32(uniqExact(line)) AS different FROM bronze.lines WHERE source = 'mqtt:city/{sensor_id}/reading'",
)
const { layers, repeats, conflicts, mqtt } = end
const result = {
  ...{ devices, kills, sent, acknowledged, silver: layers.silver.rows, quarantined: layers.quarantine.rows },
  ...{ repeats, conflicts, bronze, lostSessions: mqtt?.[0]?.lost.length, seconds: seconds() },
}
process.stdout.write(`${JSON.stringify(result)}\n`)
const isRight =
  layers.silver.rows === acknowledged &&
  bronze?.different === acknowledged &&
  bronze.lines === acknowledged + repeats &&
  conflicts + layers.quarantine.rows === 0
process.stdout.write(isRight ? 'nothing acknowledged is lost, nothing counts twice\n' : 'WRONG\n')
await server.stop()
for (const device of fleet) device.close()
await broker.stop()
rmSync(cwd, { recursive: true, force: true, maxRetries: 5 })
process.exit(isRight ? 0 : 1)

async function send(): Promise<void> {
  for (let sinceMs = performance.now(); !over.signal.aborted;) {
    await sleep(TICK_MS)
    const now = performance.now()
    const count = Math.round(((now - sinceMs) / 1000) * rate)
    sinceMs = now
    for (let i = 0; i < count; i++) publish(sent++)
  }
}

function publish(n: number): void {
  const sensor = n % devices
  const payload = JSON.stringify({
    timestamp: new Date(FIRST_AT + Math.floor(n / devices) * INTERVAL_S * 1000).toISOString(),
    intersection_id: idOf(sensor).slice(0, -'-SENSOR-01'.length),
    vehicle_count: n % 50,
    average_speed: 25,
    district: 'downtown',
  })
  const done = fleet[sensor]?.publish(`city/${idOf(sensor)}/reading`, payload).then(() => {
    acknowledged++
    waiting.delete(done)
  }) as Promise<void>
  waiting.add(done)
}

async function until(what: string, isSo: (status: Status) => boolean): Promise<Status> {
  const endMs = performance.now() + LEVEL_MS
  for (;;) {
    const now = (await (await fetch(`${url}/v1/status`)).json()) as Status
    if (isSo(now)) return now
    if (performance.now() > endMs)
      throw new Error(
        `not ${what}: ${JSON.stringify({ acknowledged, rows: now.layers.silver.rows, mqtt: now.mqtt })}`,
      )
    await sleep(200)
  }
}

function idOf(i: number): string {
  return `INT-${String(i).padStart(5, '0')}-SENSOR-01`
}

function seconds(): number {
  return Math.round((performance.now() - begunMs) / 1000)
}
