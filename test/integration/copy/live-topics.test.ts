import { Admin, Producer } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liveFeedsOf, startLiveTopics } from '../../../src/app/follow/live/index.ts'
import type { LiveStatus } from '../../../src/app/follow/live/index.ts'
import type { OpenLake } from '../../../src/app/lake.ts'
import { shutDown } from '../../../src/app/shutdown-steps.ts'
import type { ShutdownSteps } from '../../../src/app/shutdown-steps.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import type { SitePartial } from '../../../src/core/live.ts'
import { clientOptions } from '../../../src/sources/kafka/client/platformatic.ts'
import { streams } from '../../../src/streams/index.ts'
import { missingBroker, TestBroker } from '../kafka/broker.ts'
import { PATIENT } from './city-and-copy.ts'

/** Readings of a real broker, as a copy shows them; its tables are empty. */
const TOPIC = 'traffic-sensors'
const START = Math.floor(Date.now() / 1000) * 1000
const missing = missingBroker()

if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
describe.skipIf(missing !== null)('topics that a copy shows', () => {
  let broker: TestBroker
  let admin: Admin
  let producer: Producer
  let live: () => LiveStatus
  let problem: string | null = null
  const shown: SitePartial[] = []
  const undo: ShutdownSteps = []

  beforeAll(async () => {
    broker = await TestBroker.start()
    const inClear = { brokers: [broker.address], tls: 'off', ca: null, user: null, password: null } as const
    const options = {
      ...clientOptions({ ...inClear, mechanism: 'PLAIN' }, 'test'),
      ...{ retries: 1000, retryDelay: 200 },
    }
    admin = new Admin(options)
    producer = new Producer({ ...options, metadataMaxAge: 1000 })
    await admin.createTopics({ topics: [TOPIC], partitions: 2, replicas: 1 })
    await send(0, 0)
    const feed = { name: 'city', brokers: [broker.address], tls: 'off', group: 'city-loader' }
    const topics = [{ topic: TOPIC, stream: 'readings', begin: 'earliest' }]
    const config = loadConfig({
      ...{ cwd: broker.folder, flags: {} },
      env: {
        ...{ ARTERIAL_SIMULATION_MODE: 'off', ARTERIAL_FOLLOW_FOLDER: '/tables' },
        ARTERIAL_KAFKA_FEEDS: JSON.stringify([{ ...feed, topics }]),
      },
    })
    const rules = { oldestMs: 0, maxFutureMs: 3_600_000, maxSensors: 100, visibleIds: true }
    live = await startLiveTopics(
      {
        feeds: liveFeedsOf(config, streams),
        lake: {
          engine: { query: () => Promise.resolve([]) },
          loader: { lastLedger: null },
          rules: { rules, zone: 'UTC', intervalS: 30, maxIndexBytes: 0 },
        } as unknown as Pick<OpenLake, 'engine' | 'loader' | 'rules'>,
        maxLineBytes: 2048,
        problems: { set: (_code, message) => (problem = message) },
        onLive: ({ partials }) => shown.push(...partials),
        onProgress: () => undefined,
        // However long the machine takes to start a broker.
        forgetMs: Infinity,
      },
      undo,
    )
  })
  afterAll(async () => {
    await shutDown(undo)
    await producer.close()
    await admin.close()
    await broker.stop()
  })

  /** A reading of each of these seconds, so many vehicles each. */
  function send(partition: number, ...seconds: number[]) {
    const values = seconds.map(second => ({
      ...{ sensor_id: 'LOOP-1', intersection_id: 'INT-1', vehicle_count: 10 ** second },
      timestamp: new Date(START + second * 1000).toISOString(),
    }))
    const messages = values.map(value => ({
      ...{ topic: TOPIC, partition, value: Buffer.from(JSON.stringify(value)) },
    }))
    return producer.send({ messages, acks: -1 })
  }
  const vehicles = () => shown.reduce((sum, partial) => sum + (partial.vehicles ?? 0), 0)

  it('are read from their end, by no member of a group', async () => {
    await expect.poll(live, PATIENT).toEqual({ from: 'topics', readings: 0, message: null })
    await send(1, 1, 1)
    await expect.poll(vehicles, PATIENT).toBe(10)
    expect([...(await admin.listGroups()).keys()]).toEqual([])
  })

  it('are gone on with where they were left when the broker was ended by kill -9', async () => {
    await broker.kill()
    await expect.poll(() => live().from, PATIENT).toBe('tables')
    await expect
      .poll(() => problem, PATIENT)
      .toMatch(/^The live picture is as old as publishing, because .*city: /)
    await broker.resume()
    await send(0, 2)
    await expect.poll(vehicles, PATIENT).toBe(110)
    await expect.poll(live, PATIENT).toEqual({ from: 'topics', readings: 2, message: null })
  })
})
