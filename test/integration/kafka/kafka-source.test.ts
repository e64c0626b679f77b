import { execFile } from 'node:child_process'
import { Admin, Consumer, Producer } from '@platformatic/kafka'
import type { ProducerOptions } from '@platformatic/kafka'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Status } from '../../../src/serve/contract/index.ts'
import { clientOptions } from '../../../src/sources/kafka/client/platformatic.ts'
import { sql } from '../../crash/ask.ts'
import { ServerProcess } from '../../crash/server-process.ts'
import { CONNECTION_STRING, missingBroker, TestBroker } from './broker.ts'

/** A city that reads a real broker by TLS, as it would Event Hubs, while both are killed. */
const DEADLINE_MS = 400_000
const PARTITIONS = 2
const MAIN = resolve(import.meta.dirname, '../../../src/app/cli/main.ts')
const missing = missingBroker()

if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
describe.skipIf(missing !== null)('topics of a broker', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'arterial-kafka-city-'))
  let broker: TestBroker
  let admin: Admin
  let producer: Producer
  let producerOptions: ProducerOptions<Buffer, Buffer, Buffer, Buffer>
  let server: ServerProcess
  let url = ''

  beforeAll(async () => {
    broker = await TestBroker.start()
    const inClear = {
      brokers: [broker.address],
      tls: 'off',
      ca: null,
      user: null,
      password: null,
      mechanism: 'PLAIN',
    } as const
    admin = new Admin({ ...clientOptions(inClear, 'test'), retries: 100, retryDelay: 200 })
    producerOptions = {
      ...clientOptions(inClear, 'test'),
      ...{ idempotent: true, retries: 1000, retryDelay: 200, metadataMaxAge: 1000 },
    }
    producer = new Producer(producerOptions)
    await admin.createTopics({
      topics: ['traffic-sensors', 'weather-events', 'city.readings', 'city.hourly'],
      partitions: PARTITIONS,
      replicas: 1,
    })
    writeFileSync(join(cwd, 'secret'), CONNECTION_STRING, { mode: 0o600 })
    writeFileSync(
      join(cwd, 'arterial.yaml'),
      `
server: {port: 0}
limits: {minFreeDiskBytes: 0}
kafka:
  feeds:
    - name: city
      brokers: [${broker.tlsAddress}]
      connectionString: "\${file:secret}"
      ca: "\${file:${broker.caPath}}"
      topics:
        - {topic: traffic-sensors, stream: readings}
  outputs:
    - name: others
      brokers: [${broker.tlsAddress}]
      connectionString: "\${file:secret}"
      ca: "\${file:${broker.caPath}}"
      topics:
        - {topic: city.readings, from: silver.readings, key: [sensor_id, measured_at]}
        - {topic: city.hourly, from: gold.hourly_summary, key: [window_start, district]}
`,
    )
    await begin()
  })
  afterAll(async () => {
    await server.stop()
    await producer.close()
    await admin.close()
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

  async function send(values: readonly string[]): Promise<void> {
    const messages = values.map((value, i) => ({
      topic: 'traffic-sensors',
      partition: i % PARTITIONS,
      value: Buffer.from(value),
    }))
    await producer.send({ messages, acks: -1 })
  }

  const toFirst = (values: readonly Buffer[]) => ({
    messages: values.map(value => ({ topic: 'traffic-sensors', partition: 0, value })),
    acks: -1,
  })

  async function status(): Promise<Status> {
    return (await (await fetch(`${url}/v1/status`)).json()) as Status
  }

  /** Until everything that the broker has is in every layer. */
  async function level(records: number): Promise<Status> {
    const endMs = performance.now() + DEADLINE_MS
    for (;;) {
      const now = await status()
      const topic = now.kafka?.[0]?.topics[0]
      const next = topic?.partitions.reduce((sum, one) => sum + one.next, 0) ?? 0
      if (next === records && now.backlog.records === 0) return now
      if (performance.now() > endMs)
        throw new Error(JSON.stringify({ kafka: now.kafka, backlog: now.backlog }))
      await sleep(200)
    }
  }

  /** The newest value of each key of a topic, as soon as they are as they should be, or when it is too late. */
  async function keysOf(
    topic: string,
    areThere: (found: ReadonlyMap<string, Record<string, unknown>>) => boolean,
  ): Promise<ReadonlyMap<string, Record<string, unknown>>> {
    const consumer = new Consumer({ ...producerOptions, groupId: `check-${topic}`, maxWaitTime: 250 })
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false })
    const found = new Map<string, Record<string, unknown>>()
    const late = setTimeout(() => void stream.close(), DEADLINE_MS)
    for await (const { key, value } of stream) {
      found.set(key.toString(), JSON.parse(value.toString()) as Record<string, unknown>)
      if (areThere(found)) break
    }
    clearTimeout(late)
    await consumer.close(true)
    return found
  }

  const reading = (n: number) =>
    JSON.stringify({
      sensor_id: `INT-${String(n % 100).padStart(4, '0')}-SENSOR-01`,
      intersection_id: `INT-${String(n % 100).padStart(4, '0')}`,
      timestamp: new Date(Date.UTC(2026, 5, 1) + Math.floor(n / 100) * 30_000).toISOString(),
      vehicle_count: n % 50,
      average_speed: 25,
      district: 'downtown',
      latitude: 40.7,
      longitude: -74,
    })

  let sent = 0

  it('are read once each while the program and the broker are killed', async () => {
    const kills = [killServer, () => broker.kill().then(() => broker.resume()), killServer]
    const over = new AbortController()
    const sending = (async () => {
      while (!over.signal.aborted) {
        await send(Array.from({ length: 500 }, (_, i) => reading(sent + i)))
        sent += 500
        await sleep(100)
      }
    })()
    try {
      for (const kill of kills) {
        await sleep(3000)
        await kill()
      }
    } finally {
      over.abort()
      await sending
    }
    await level(sent)
    const [bronze] = await sql<{ lines: number; distinct: number }>(
      url,
      "SELECT toUInt32(count()) AS lines, toUInt32(uniqExact(line)) AS distinct FROM bronze.lines WHERE source = 'kafka:traffic-sensors'",
    )
    expect(bronze).toEqual({ lines: sent, distinct: sent })
    const now = await status()
    expect([now.layers.silver.rows, now.repeats, now.layers.quarantine.rows]).toEqual([sent, 0, 0])
    expect(now.problems).toEqual([])
  })

  it('get what comes to tables of the lake, each row at least once whatever was killed', async () => {
    const rows = await keysOf('city.readings', keys => keys.size === sent)
    expect(rows.size).toBe(sent)
    const inLake = await sql<Record<string, unknown>>(
      url,
      "SELECT formatDateTime(window_start, '%FT%TZ', 'UTC') AS at, district, vehicles FROM gold.hourly_summary",
    )
    const isSame = (hours: ReadonlyMap<string, Record<string, unknown>>) =>
      inLake.every(({ at, district, vehicles }) => {
        const found = hours.get(JSON.stringify([at, district]))
        return String(found?.['vehicles']) === String(vehicles)
      })
    const hours = await keysOf('city.hourly', isSame)
    expect(isSame(hours)).toBe(true)
    expect(hours.size).toBe(inLake.length)
    const now = await status()
    expect(now.kafkaOutputs?.[0]?.topics).toMatchObject([{ message: null }, { message: null }])
  })

  it('have arrays, and messages that say no record: those are in quarantine with their offset', async () => {
    const before = sent
    const extra = [`[${reading(1_000_000)},\n ${reading(1_000_001)}]`, 'no JSON,\nat all']
    await send(extra)
    sent += extra.length
    const now = await level(sent)
    expect(now.layers.silver.rows).toBe(before + 2)
    const found = await sql<{ source: string; line: string }>(
      url,
      'SELECT source, line FROM quarantine.lines',
    )
    expect(found).toEqual([
      { source: `kafka:traffic-sensors/1@${before / PARTITIONS}`, line: '"no JSON,\\nat all"' },
    ])
    expect(now.kafka?.[0]?.topics[0]).toMatchObject({
      refused: 1,
      lastRefused: { partition: 1, reason: 'no JSON' },
    })
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain(
      'arterial_kafka_lag_records{feed="city",topic="traffic-sensors",partition="0"} 0',
    )
  })

  it('have batches that unpack to far too much, or are damaged: they are passed over and told, and what follows is read', async () => {
    const before = (await status()).layers.silver.rows
    const bomb = Buffer.alloc(100 * 1024 * 1024, 32)
    for (const compression of ['gzip', 'zstd', 'snappy', 'lz4'] as const) {
      // Snappy packs nothing to less than a twentieth.
      const value = compression === 'snappy' ? bomb.subarray(0, 15 * 1024 * 1024) : bomb
      await producer.send({ ...toFirst([value]), compression })
    }
    await send([reading(3_000_000), reading(3_000_001)])
    sent += 6
    const now = await level(sent)
    expect(now.layers.silver.rows).toBe(before + 2)
    expect(now.kafka?.[0]?.topics[0]?.lastRefused?.reason).toMatch(/can't be unpacked|no JSON/)
    expect(now.problems).toEqual([])
  })

  it('have records of transactions: those that were given up are not read', async () => {
    const before = (await status()).layers.silver.rows
    const transactional = new Producer({ ...producerOptions, transactionalId: 'signals' })
    for (const [n, isKept] of [
      [4_000_000, false],
      [4_000_001, true],
    ] as const) {
      const transaction = await transactional.beginTransaction()
      await transaction.send({ ...toFirst([Buffer.from(reading(n))]), acks: -1 })
      await (isKept ? transaction.commit() : transaction.abort())
    }
    await transactional.close()
    // Each of the two has a mark at its end, which has an offset too.
    sent += 4
    const now = await level(sent)
    expect(now.layers.silver.rows).toBe(before + 1)
  })

  it('get partitions that are added, from their first record', async () => {
    const before = (await status()).layers.silver.rows
    await admin.createPartitions({
      topics: [{ name: 'traffic-sensors', count: PARTITIONS + 1 }],
    })
    producer.clearMetadata()
    const value = Buffer.from(reading(5_000_000))
    await producer.send({ messages: [{ topic: 'traffic-sensors', partition: PARTITIONS, value }], acks: -1 })
    sent++
    const now = await level(sent)
    expect(now.layers.silver.rows).toBe(before + 1)
    expect(now.kafka?.[0]?.topics[0]?.partitions).toHaveLength(PARTITIONS + 1)
  })

  it('that were deleted and made anew are read from their beginning', async () => {
    const before = (await status()).layers.silver.rows
    await admin.deleteTopics({ topics: ['traffic-sensors'] })
    await sleep(500)
    await admin.createTopics({ topics: ['traffic-sensors'], partitions: PARTITIONS, replicas: 1 })
    producer.clearMetadata()
    await send([reading(2_000_000), reading(2_000_001)])
    const now = await level(2)
    expect(now.layers.silver.rows).toBe(before + 2)
  })

  it('may lack what was not read in time: the size of the hole is told', async () => {
    await server.stop()
    await send([reading(2_000_002), reading(2_000_003), reading(2_000_004), reading(2_000_005)])
    await admin.deleteRecords({
      topics: [{ name: 'traffic-sensors', partitions: [{ partition: 0, offset: 2n }] }],
    })
    await begin()
    const now = await level(6)
    expect(now.kafka?.[0]?.holes).toMatchObject([{ topic: 'traffic-sensors', partition: 0, from: 1, to: 2 }])
    expect(now.problems.map(({ code }) => code)).toEqual(['kafka_hole'])
    // Told once: the next start goes on where this one is.
    await killServer()
    expect((await level(6)).kafka?.[0]?.holes).toHaveLength(1)
  })

  it('get a simulated city by `arterial load`, with the names of the reference', async () => {
    const before = (await status()).layers.silver.rows
    const args = ['load', 'city', '--rate', '1200', '--minutes', '0.05', '--json']
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', MAIN, ...args, '--config', join(cwd, 'arterial.yaml')],
      { cwd },
    )
    const published = JSON.parse(stdout) as { readings: number; weather: number }
    expect(published.readings).toBeGreaterThan(30)
    const now = await level(6 + published.readings)
    expect(now.layers.silver.rows).toBe(before + published.readings)
  })
})
