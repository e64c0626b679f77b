import { Admin, Consumer, ListOffsetTimestamps } from '@platformatic/kafka'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOptions } from '../../../src/sources/kafka/client/platformatic.ts'
import { sql, status } from '../../crash/ask.ts'
import { ServerProcess } from '../../crash/server-process.ts'
import { missingBroker, TestBroker } from './broker.ts'
import { DoorProcess } from './door-process.ts'

/** Two doors publish to a real broker, and a city reads it, while doors and broker are killed. */
const missing = missingBroker()
const PARTITIONS = 3
const BODY = 100
const PATIENT = { timeout: 300_000, interval: 200 }
const NDJSON = { 'content-type': 'application/x-ndjson' }

if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
describe.skipIf(missing !== null)('doors before topics', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'arterial-door-'))
  const doorFile = join(cwd, 'door.yaml')
  let broker: TestBroker
  let admin: Admin
  let client: ReturnType<typeof clientOptions>
  let city: ServerProcess
  let cityUrl = ''
  const doors: DoorProcess[] = []

  beforeAll(async () => {
    broker = await TestBroker.start()
    const open = { brokers: [broker.address], tls: 'off', ca: null, user: null, password: null } as const
    client = { ...clientOptions({ ...open, mechanism: 'PLAIN' }, 'test'), retries: 100, retryDelay: 200 }
    admin = new Admin(client)
    const topics = ['traffic-sensors', 'weather-events']
    await admin.createTopics({ topics, partitions: PARTITIONS, replicas: 1 })
    const cluster = `name: city\n      brokers: [${broker.address}]\n      tls: off`
    writeFileSync(doorFile, `server: {port: 0}\nkafka:\n  doors:\n    - ${cluster}\n`)
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
    doors.push(await DoorProcess.start(doorFile), await DoorProcess.start(doorFile))
    cityUrl = await city.ready
  })
  afterAll(async () => {
    for (const door of doors) await door.kill()
    await city.stop()
    await admin.close()
    await broker.stop()
    rmSync(cwd, { recursive: true, force: true })
  })

  async function untilReady(door: number): Promise<void> {
    await expect.poll(async () => (await ask(door, '/readyz')).status, PATIENT).toBe(200)
  }

  function ask(door: number, path: string, body?: string): Promise<Response> {
    const url = `${doors[door]?.url ?? ''}${path}`
    return body === undefined ? fetch(url) : fetch(url, { method: 'POST', headers: NDJSON, body })
  }

  /** Behind the last record of each partition. */
  async function endsOf(topic: string): Promise<number> {
    const partitions = Array.from({ length: PARTITIONS }, (_, partitionIndex) => ({
      ...{ partitionIndex, timestamp: ListOffsetTimestamps.LATEST },
    }))
    const [answer] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
    return answer?.partitions.reduce((sum, { offset }) => sum + Number(offset), 0) ?? 0
  }

  /** Every value that the topic of readings has. */
  async function values(): Promise<string[]> {
    const count = await endsOf('traffic-sensors')
    const consumer = new Consumer({ ...client, groupId: 'check', maxWaitTime: 250 })
    const stream = await consumer.consume({
      ...{ topics: ['traffic-sensors'], mode: 'earliest', autocommit: false },
    })
    const found: string[] = []
    for await (const { value } of stream) {
      found.push(value.toString())
      if (found.length === count) break
    }
    await consumer.close(true)
    return found
  }

  /** Until the city has in every layer what the topics have. */
  async function level(): Promise<void> {
    const records = (await endsOf('traffic-sensors')) + (await endsOf('weather-events'))
    await expect
      .poll(async () => {
        const { kafka, backlog } = await status(cityUrl)
        const parts = kafka?.flatMap(({ topics }) => topics.flatMap(({ partitions }) => partitions)) ?? []
        return [parts.reduce((sum, { next }) => sum + next, 0), backlog.records]
      }, PATIENT)
      .toEqual([records, 0])
  }

  const reading = (n: number, speed = 25) =>
    JSON.stringify({
      sensor_id: `INT-${String(n % 97).padStart(4, '0')}-SENSOR-01`,
      intersection_id: `INT-${String(n % 97).padStart(4, '0')}`,
      timestamp: new Date(Date.UTC(2026, 5, 1) + n * 1000).toISOString(),
      vehicle_count: n % 50,
      average_speed: speed,
      district: 'downtown',
      latitude: 40.7,
      longitude: -74,
    })
  const body = (from: number) => Array.from({ length: BODY }, (_, i) => reading(from + i)).join('\n')

  it('lose nothing that they acknowledged while doors and broker are killed', async () => {
    await Promise.all([untilReady(0), untilReady(1)])
    const acknowledged: number[] = []
    const refusals = new Set<string>()
    const over = new AbortController()
    let next = 0
    const sender = async (door: number) => {
      while (!over.signal.aborted) {
        const from = next
        next += BODY
        const answer = await ask(door, '/v1/readings', body(from)).catch(() => null)
        // A door that was killed answers nothing: what it had may be in the topic or not.
        if (answer?.status === 200) for (let i = 0; i < BODY; i++) acknowledged.push(from + i)
        else if (answer !== null) {
          const { durable, code } = (await answer.json()) as { durable: number; code: string }
          for (let i = 0; i < durable; i++) acknowledged.push(from + i)
          refusals.add(`${answer.status} ${code} ${Number(answer.headers.get('retry-after')) > 0}`)
        }
        await sleep(answer?.status === 200 ? 10 : 100)
      }
    }
    const sending = [0, 0, 1, 1].map(sender)
    const more = async () => {
      const before = acknowledged.length
      await expect.poll(() => acknowledged.length > before + 20 * BODY, PATIENT).toBe(true)
    }
    const killDoor = async (door: number) => {
      await doors[door]?.kill()
      doors[door] = await DoorProcess.start(doorFile)
    }
    await more()
    await killDoor(0)
    await more()
    await broker.kill()
    await expect.poll(() => [...refusals].length, PATIENT).toBeGreaterThan(0)
    await broker.resume()
    await more()
    await killDoor(1)
    await more()
    over.abort()
    await Promise.all(sending)

    const known = new Set(['503 ART_LOG_APPEND true', '503 ART_BROKERS_AWAY true'])
    expect([...refusals].filter(one => !known.has(one))).toEqual([])
    const inTopic = await values()
    const distinct = new Set(inTopic)
    expect(acknowledged.filter(n => !distinct.has(reading(n)))).toEqual([])
    await level()
    const rows = await sql<{ at: string }>(
      cityUrl,
      "SELECT formatDateTime(measured_at, '%FT%TZ', 'UTC') AS at FROM silver.readings",
    )
    const inSilver = new Set(rows.map(({ at }) => Date.parse(at)))
    expect(inSilver.size).toBe(distinct.size)
    expect(acknowledged.filter(n => !inSilver.has(Date.UTC(2026, 5, 1) + n * 1000))).toEqual([])
    const { repeats, conflicts, layers } = await status(cityUrl)
    expect([repeats, conflicts, layers.quarantine.rows]).toEqual([inTopic.length - distinct.size, 0, 0])
  })

  it('keep the order of what is about the same: the first that was acknowledged counts', async () => {
    await Promise.all([untilReady(0), untilReady(1)])
    const from = 1_000_000
    const first = Array.from({ length: BODY }, (_, i) => reading(from + i, 20)).join('\n')
    const second = Array.from({ length: BODY }, (_, i) => reading(from + i, 40)).join('\n')
    expect((await ask(0, '/v1/readings', `${first}\n${second}`)).status).toBe(200)
    expect((await ask(1, '/v1/readings', second)).status).toBe(200)
    await level()
    const speeds = await sql<{ speed: number }>(
      cityUrl,
      `SELECT DISTINCT toUInt32(round(speed_kmh)) AS speed FROM silver.readings WHERE measured_at >= toDateTime('${new Date(Date.UTC(2026, 5, 1) + from * 1000).toISOString().slice(0, 19)}', 'UTC')`,
    )
    expect(speeds).toEqual([{ speed: 32 }])
    expect((await status(cityUrl)).conflicts).toBe(2 * BODY)
  })

  it('publish what is no record too: whoever reads the topic puts it into quarantine', async () => {
    const long = `{"sensor_id":"${'x'.repeat(2_000_000)}"}`
    const lines = ['no JSON', `[${reading(2_000_000)},${reading(2_000_001)}]`, long, reading(2_000_002)]
    const answer = await ask(0, '/v1/readings', lines.join('\n'))
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { accepted: 4, position: expect.any(String) as string, positions: [] },
    ])
    const csv = await fetch(`${doors[1]?.url ?? ''}/v1/weather`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: 'station_id,timestamp,temperature\nS-1,2026-06-01T00:00:00Z,61\n',
    })
    expect(csv.status).toBe(200)
    await level()
    const found = await sql<{ line: string }>(
      cityUrl,
      "SELECT substring(line, 1, 60) AS line FROM quarantine.lines WHERE stream = 'readings' ORDER BY line",
    )
    const texts = found.map(({ line }) => line)
    expect(texts).toHaveLength(3)
    expect(texts).toContain('no JSON')
    expect(texts.filter(line => line.startsWith('"[{\\"sensor_id\\":\\"INT-'))).toHaveLength(1)
    expect(texts.filter(line => line.startsWith('"{\\"head\\":\\"{\\\\\\"sensor_id'))).toHaveLength(1)
    const [weather] = await sql<{ rows: number }>(
      cityUrl,
      'SELECT toUInt32(count()) AS rows FROM silver.weather',
    )
    expect(weather).toEqual({ rows: 1 })
  })

  it('refuse in words what they can not do, tell how they are, and end in order', async () => {
    const codes = async (path: string) => {
      const answer = await ask(0, path, reading(1))
      return [answer.status, ((await answer.json()) as { code: string }).code]
    }
    expect(await codes('/v1/readings?interval_s=30')).toEqual([400, 'ART_PARAMETER'])
    expect(await codes('/v1/venues')).toEqual([404, 'ART_NOT_FOUND'])
    expect((await ask(0, '/v1/readings', '')).status).toBe(400)
    const metrics = await (await ask(0, '/metrics')).text()
    expect(metrics).toMatch(/^arterial_door_records\{topic="traffic-sensors"\} \d+$/m)
    expect(metrics).toMatch(/^arterial_ready 1$/m)
    expect(await doors[1]?.stop()).toBe(0)
    await broker.kill()
    await expect.poll(async () => (await ask(0, '/readyz')).status, PATIENT).toBe(503)
    expect(await codes('/v1/readings')).toEqual([503, 'ART_BROKERS_AWAY'])
    expect((await ask(0, '/healthz')).status).toBe(200)
    expect(await doors[0]?.stop()).toBe(0)
  })
})
