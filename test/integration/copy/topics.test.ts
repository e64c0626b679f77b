import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Admin, Producer } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../../src/core/time/spans.ts'
import type { LiveSite, LiveSnapshot } from '../../../src/serve/contract/index.ts'
import { clientOptions } from '../../../src/sources/kafka/client/platformatic.ts'
import { sql, status } from '../../crash/ask.ts'
import { missingBroker, TestBroker } from '../kafka/broker.ts'
import { CityAndCopy, PATIENT } from './city-and-copy.ts'

/** A city reads a topic and publishes once an hour; its copy shows readings of the topic as they arrive, and takes none of them. */
const MAIN = resolve(import.meta.dirname, '../../../src/app/cli/main.ts')
const TOPIC = 'traffic-sensors'
const SITE = 'INT-0042'
/** Readings of three minutes, which one look at the live picture spans. */
const START = Date.now() - 3 * MINUTE_MS
const missing = missingBroker()

if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
describe.skipIf(missing !== null)('the live picture of a copy', () => {
  let broker: TestBroker
  let admin: Admin
  let producer: Producer
  let pair: CityAndCopy

  beforeAll(async () => {
    broker = await TestBroker.start()
    const connection = {
      ...({ brokers: [broker.address], tls: 'off', ca: null, user: null, password: null } as const),
      mechanism: 'PLAIN',
    } as const
    const options = { ...clientOptions(connection, 'test'), retries: 1000, retryDelay: 200 }
    admin = new Admin(options)
    producer = new Producer({ ...options, metadataMaxAge: 1000 })
    await admin.createTopics({ topics: [TOPIC], partitions: 2, replicas: 1 })
    const kafka = `kafka: {feeds: [{name: city, group: city-loader, brokers: ["${broker.address}"], tls: "off", topics: [{topic: ${TOPIC}, stream: readings}]}]}`
    pair = new CityAndCopy({
      city: `tables: {folder: ../tables, goldS: 3600, restS: 3600}\n${kafka}`,
      copy: `follow: {folder: ../tables, everyS: 1}\n${kafka}`,
    })
    await pair.start()
  })
  afterAll(async () => {
    await pair.stop()
    await producer.close()
    await admin.close()
    await broker.stop()
  })

  /** Where it stands the register alone says. */
  const reading = (minute: number) =>
    JSON.stringify({
      sensor_id: 'LOOP-1',
      timestamp: new Date(START + minute * MINUTE_MS).toISOString(),
      vehicle_count: 10 ** minute,
    })
  const send = (partition: number, ...lines: string[]) =>
    producer.send({
      messages: lines.map(line => ({ topic: TOPIC, partition, value: Buffer.from(line) })),
      acks: -1,
    })

  /** Until all is published: what is in silver a moment before the checkpoint goes out with the next round. */
  async function publish(): Promise<void> {
    const args = ['--disable-warning=ExperimentalWarning', MAIN, 'tables', 'publish', '--json']
    const behind = async () => {
      await promisify(execFile)(process.execPath, args, { cwd: join(pair.base, 'city') })
      const { log, tables } = await status(pair.cityUrl)
      return log.position - (tables?.position ?? 0)
    }
    await expect.poll(behind, PATIENT).toBe(0)
  }

  const live = async () => (await status(pair.copyUrl)).follow?.live
  const vehicles = async () => (await siteOf(pair.copyUrl, SITE))?.vehicles ?? null
  const rows = (url: string) => sql(url, 'SELECT count() AS n FROM silver.readings')

  it('shows what arrives in the topic before any table has it', async () => {
    const sensor = { sensor_id: 'LOOP-1', name: 'Loop', intersection_id: SITE, interval_s: 30, lanes: 1 }
    const place = { camera: false, latitude: 40.7, longitude: -74, district: 'downtown' }
    await pair.deliver('/v1/sensors', JSON.stringify({ ...sensor, ...place }))
    // A copy that has no register yet, or begins at the end of the topics later, has the first reading of the tables alone.
    await publish()
    await pair.level()
    await expect.poll(live, PATIENT).toMatchObject({ from: 'topics', message: null })
    await send(0, reading(0))
    await expect.poll(vehicles, PATIENT).toBe(1)
    await expect.poll(() => rows(pair.cityUrl), PATIENT).toEqual([{ n: 1 }])
    await publish()
    await pair.level()
    const { log } = await status(pair.copyUrl)
    await send(1, reading(1), reading(1), 'no reading')
    await expect.poll(() => rows(pair.cityUrl), PATIENT).toEqual([{ n: 2 }])
    await expect.poll(vehicles, PATIENT).toBe(11)
    expect([await rows(pair.copyUrl), (await status(pair.copyUrl)).log]).toEqual([[{ n: 1 }], log])
  })

  it('is from the tables while the broker is away, and from the topics where it was left', async () => {
    await broker.kill()
    await expect.poll(async () => (await live())?.from, PATIENT).toBe('tables')
    expect((await live())?.message).toMatch(/^city: /)
    expect(await vehicles()).toBe(11)
    await broker.resume()
    // However long that took.
    await expect.poll(async () => (await live())?.from, PATIENT).toBe('topics')
    await send(0, reading(2))
    await expect.poll(vehicles, PATIENT).toBe(111)
    await expect.poll(live, PATIENT).toEqual({ from: 'topics', readings: 3, message: null })
  })

  it('counts nothing twice once the tables have it too', async () => {
    await expect.poll(() => rows(pair.cityUrl), PATIENT).toEqual([{ n: 3 }])
    await publish()
    await pair.level()
    expect([await rows(pair.copyUrl), await vehicles()]).toEqual([[{ n: 3 }], 111])
    const groups = [...(await admin.listGroups()).keys()]
    expect(groups).toEqual(['city-loader'])
    expect((await status(pair.copyUrl)).problems).toEqual([])
  })
})

/** One site as somebody who opens the page just now is shown it. */
async function siteOf(url: string, id: string): Promise<LiveSite | undefined> {
  const over = new AbortController()
  const answer = await fetch(`${url}/v1/live`, { signal: over.signal })
  let text = ''
  try {
    for await (const part of answer.body ?? []) {
      text += Buffer.from(part).toString()
      const [, data] = /event: snapshot\nid: .*\ndata: (.*)\n\n/.exec(text) ?? []
      if (data !== undefined) return (JSON.parse(data) as LiveSnapshot).sites.find(site => site.id === id)
    }
    return undefined
  } finally {
    over.abort()
  }
}
