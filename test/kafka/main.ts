import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Admin, Producer } from '@platformatic/kafka'
import type { Status } from '../../src/serve/contract/index.ts'
import { clientOptions } from '../../src/sources/kafka/client/platformatic.ts'
import { sql } from '../crash/ask.ts'
import { ServerProcess } from '../crash/server-process.ts'
import { missingBroker, TestBroker } from '../integration/kafka/broker.ts'
import { between, seededRandom } from '../random.ts'

// A producer writes readings to a real Kafka while the city that reads it, the broker, or both are ended by SIGKILL again and
// again. Every record must be in bronze and in silver exactly once; bronze has each offset once.

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    rate: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
})
const [kills, rate] = [values.kills, values.rate].map(Number) as [number, number]
const random = seededRandom(Number(values.seed))
const TOPIC = 'traffic-sensors'
const PARTITIONS = 4
const SENSORS = 2000
const INTERVAL_MS = 30_000
const FIRST_AT = Date.UTC(2026, 5, 1)
const BATCH = 250
const LEVEL_MS = 900_000
const TURNS = ['city', 'broker', 'city', 'broker', 'both'] as const

const missing = missingBroker()
if (missing !== null) {
  process.stdout.write(`skipped: ${missing}\n`)
  process.exit(0)
}
const begunMs = performance.now()
const cwd = mkdtempSync(join(tmpdir(), 'arterial-kafka-kills-'))
const broker = await TestBroker.start()
const options = clientOptions(
  {
    ...{ brokers: [broker.address], tls: 'off', ca: null, user: null, password: null },
    mechanism: 'PLAIN',
  },
  'kills',
)
const admin = new Admin({ ...options, retries: 100, retryDelay: 200 })
await admin.createTopics({ topics: [TOPIC], partitions: PARTITIONS, replicas: 1 })
await admin.close()
const producer = new Producer({
  ...options,
  ...{ idempotent: true, retries: 10_000, retryDelay: 200, metadataMaxAge: 1000 },
})
writeFileSync(
  join(cwd, 'arterial.yaml'),
  `
server: {port: 0}
limits: {minFreeDiskBytes: 0}
kafka:
  feeds:
    - name: city
      brokers: [${broker.address}]
      tls: "off"
      topics: [{topic: ${TOPIC}, stream: readings}]
`,
)
let server = new ServerProcess(cwd, join(cwd, 'data', 'city'))
let url = await server.ready

let sent = 0
const counts = { city: 0, broker: 0, both: 0 }
const over = new AbortController()
const sending = send()
for (let kill = 1; kill <= kills; kill++) {
  await sleep(between(random, 200, 3000))
  const what = TURNS[kill % TURNS.length] ?? 'city'
  await Promise.all([
    what === 'city' ? undefined : broker.kill().then(() => broker.resume()),
    what === 'broker' ? undefined : killCity(),
  ])
  counts[what]++
  process.stdout.write(`${kill}/${kills} killed: ${what}; ${sent} sent\n`)
}
over.abort()
await sending
const end = await level()
const [bronze] = await sql<{ lines: number; different: number }>(
  url,
  `SELECT toUInt32(count()) AS lines, toUInt32(uniqExact(line)) AS different FROM bronze.lines WHERE source = 'kafka:${TOPIC}'`,
)
const { layers, repeats, conflicts, kafka } = end
const result = {
  ...{ kills: counts, sent, bronze, silver: layers.silver.rows, repeats, conflicts },
  ...{ quarantined: layers.quarantine.rows, holes: kafka?.[0]?.holes.length, seconds: seconds() },
}
process.stdout.write(`${JSON.stringify(result)}\n`)
const isRight =
  bronze?.lines === sent &&
  bronze.different === sent &&
  layers.silver.rows === sent &&
  repeats + conflicts + layers.quarantine.rows === 0
process.stdout.write(isRight ? 'each record once in bronze and in silver\n' : 'WRONG\n')
await server.stop()
await producer.close(true)
await broker.stop()
rmSync(cwd, { recursive: true, force: true, maxRetries: 5 })
process.exit(isRight ? 0 : 1)

async function killCity(): Promise<void> {
  server.kill()
  await server.gone()
  server = new ServerProcess(cwd, join(cwd, 'data', 'city'))
  url = await server.ready
}

/** One batch after the other: what the producer reports as written is written once, whatever was killed meanwhile. */
async function send(): Promise<void> {
  while (!over.signal.aborted) {
    const from = performance.now()
    const messages = Array.from({ length: BATCH }, (_, i) => ({
      topic: TOPIC,
      partition: (sent + i) % PARTITIONS,
      value: Buffer.from(reading(sent + i)),
    }))
    await producer.send({ messages, acks: -1, compression: 'lz4' })
    sent += BATCH
    await sleep(Math.max(0, (BATCH / rate) * 1000 - (performance.now() - from)))
  }
}

/** Until everything that was sent is in every layer. */
async function level(): Promise<Status> {
  const endMs = performance.now() + LEVEL_MS
  for (;;) {
    const now = (await (await fetch(`${url}/v1/status`)).json()) as Status
    const partitions = now.kafka?.[0]?.topics[0]?.partitions ?? []
    const next = partitions.reduce((sum, one) => sum + one.next, 0)
    if (next >= sent && now.backlog.records === 0) return now
    if (performance.now() > endMs)
      throw new Error(`not level: ${JSON.stringify({ sent, kafka: now.kafka, backlog: now.backlog })}`)
    await sleep(200)
  }
}

function reading(n: number): string {
  const id = `INT-${String(n % SENSORS).padStart(5, '0')}`
  return JSON.stringify({
    sensor_id: `${id}-SENSOR-01`,
    intersection_id: id,
    timestamp: new Date(FIRST_AT + Math.floor(n / SENSORS) * INTERVAL_MS).toISOString(),
    vehicle_count: n % 50,
    average_speed: 25,
    district: 'downtown',
  })
}

function seconds(): number {
  return Math.round((performance.now() - begunMs) / 1000)
}
