import { Admin, ListOffsetTimestamps, Producer } from '@platformatic/kafka'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { clientOptions } from '../../src/sources/kafka/client/platformatic.ts'
import { status } from '../crash/ask.ts'
import { ServerProcess } from '../crash/server-process.ts'
import type { TestBroker } from '../integration/kafka/broker.ts'
import { DoorProcess } from '../integration/kafka/door-process.ts'
import { ZONE } from '../integration/lake.ts'
import { READINGS_PARTITIONS, WEATHER_PARTITIONS } from './records.ts'
import type { Sent } from './records.ts'

const MAIN = join(import.meta.dirname, '../../src/app/cli/main.ts')
const NODE = ['--disable-warning=ExperimentalWarning']
const LEVEL_WITHIN_MS = 1_200_000
/** Messages of a request. */
const AT_ONCE = 2000
const AGAIN_MS = 200
const PATIENT = { idempotent: true, retries: 10_000, retryDelay: 200, metadataMaxAge: 1000 }

export const TOPICS = [
  { topic: 'traffic-sensors', stream: 'readings', partitions: READINGS_PARTITIONS },
  { topic: 'weather-events', stream: 'weather', partitions: WEATHER_PARTITIONS },
] as const
export type Topic = (typeof TOPICS)[number]['topic']

/** Arterial on topics of a broker, in a folder of its own, with its tables published. */
export class City {
  readonly folder: string
  readonly #broker: TestBroker
  #sent = 0
  #server: ServerProcess | null = null
  #door: DoorProcess | null = null
  #url = ''

  constructor(folder: string, broker: TestBroker) {
    this.folder = folder
    this.#broker = broker
    const topics = TOPICS.map(({ topic, stream }) => `        - {topic: ${topic}, stream: ${stream}}`)
    const settings = `
server: {port: 0}
city: {timeZone: ${ZONE}}
limits: {minFreeDiskBytes: 0}
kafka:
  feeds:
    - name: city
      brokers: ['${broker.address}']
      tls: off
      topics:
${topics.join('\n')}
`
    writeFileSync(join(folder, 'arterial.yaml'), settings)
    writeFileSync(join(folder, 'publishing.yaml'), `${settings}tables: {folder: ./tables}\n`)
    const door = `kafka: {doors: [{name: city, brokers: ['${broker.address}'], tls: off}]}\n`
    writeFileSync(this.#doorConfig, door)
  }

  get #doorConfig(): string {
    return join(this.folder, 'door.yaml')
  }

  get registerPath(): string {
    return join(this.folder, 'sensors.csv')
  }

  get tables(): string {
    return join(this.folder, 'tables')
  }

  get sparkTables(): string {
    return join(this.folder, 'spark')
  }

  /** The command that a worker of Spark judges lines by. */
  get command(): string {
    return [process.execPath, ...NODE, MAIN].join(' ')
  }

  async makeTopics(): Promise<void> {
    const admin = new Admin(clientOptions(this.#connection, 'test'))
    for (const { topic, partitions } of TOPICS)
      await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
    await admin.close()
  }

  /** What the broker does not take, being away, is tried again. */
  async send(topic: Topic, parts: Iterable<readonly Sent[]>): Promise<void> {
    const producer = new Producer({ ...clientOptions(this.#connection, 'test'), ...PATIENT })
    for (const messages of parts) {
      for (let i = 0; i < messages.length; i += AT_ONCE)
        await producer.send({
          messages: messages.slice(i, i + AT_ONCE).map(one => ({ topic, ...one })),
          acks: -1,
        })
      this.#sent += messages.length
    }
    await producer.close()
  }

  /** Delivers lines to a door; what it has not acknowledged, being killed or without a broker, is delivered again. */
  async deliver(parts: Iterable<readonly Sent[]>): Promise<void> {
    this.#door ??= await DoorProcess.start(this.#doorConfig)
    for (const messages of parts)
      for (let i = 0; i < messages.length; i += AT_ONCE) {
        const body = messages
          .slice(i, i + AT_ONCE)
          .map(({ value }) => `${value.toString('latin1')}\n`)
          .join('')
        while (!(await this.#isTaken(Buffer.from(body, 'latin1')))) await sleep(AGAIN_MS)
      }
    this.#sent = await this.#published()
  }

  async #isTaken(body: Buffer): Promise<boolean> {
    try {
      const answer = await fetch(`${this.#door?.url ?? ''}/v1/readings`, {
        method: 'POST',
        body: new Uint8Array(body),
        headers: { 'content-type': 'application/x-ndjson' },
      })
      if (!answer.ok && answer.status < 500 && answer.status !== 429)
        throw new Error(`the door answers ${answer.status}: ${await answer.text()}`)
      await answer.arrayBuffer()
      return answer.ok
    } catch (error) {
      // It was killed in the midst of it.
      if (error instanceof TypeError) return false
      throw error
    }
  }

  /** `kill -9` of the door, and another one. */
  async doorKilled(): Promise<void> {
    await this.#door?.kill()
    this.#door = await DoorProcess.start(this.#doorConfig)
  }

  /** Messages of all topics, the doubled ones of deliveries that were made again among them. */
  async #published(): Promise<number> {
    const admin = new Admin({ ...clientOptions(this.#connection, 'test'), retries: 100, retryDelay: 200 })
    const found = await admin.listOffsets({
      topics: TOPICS.map(({ topic, partitions }) => ({
        name: topic,
        partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({
          partitionIndex,
          timestamp: ListOffsetTimestamps.LATEST,
        })),
      })),
    })
    await admin.close()
    return found.flatMap(({ partitions }) => partitions).reduce((sum, { offset }) => sum + Number(offset), 0)
  }

  /** Tables as files that others read; no server may run, which would publish all of them. */
  async publish(tables: readonly string[]): Promise<void> {
    await this.arterial('tables', 'publish', ...tables, '--data', 'data/city', '--config', 'publishing.yaml')
  }

  /** A command of its own. @returns what it said */
  async arterial(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, [...NODE, MAIN, ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [code, said, error] = await Promise.all([
      once(child, 'close').then(([ended]) => ended as number | null),
      text(child.stdout),
      text(child.stderr),
    ])
    if (code !== 0)
      throw new Error(`arterial ${args.join(' ')} ended with ${code ?? 'a signal'}: ${said}${error}`)
    return said
  }

  async start(): Promise<void> {
    this.#server = new ServerProcess(this.folder, join(this.folder, 'data', 'city'))
    this.#url = await this.#server.ready
  }

  async stop(): Promise<void> {
    await this.#door?.stop()
    await this.#server?.stop()
  }

  /** `kill -9`, and another start. */
  async killed(): Promise<void> {
    this.#server?.kill()
    await this.#server?.gone()
    await this.start()
  }

  /** A register, for both; what was sent before has been loaded. */
  async register(csv: string): Promise<void> {
    writeFileSync(this.registerPath, csv)
    const there = ['--config', 'arterial.yaml', '--data', 'data/city']
    await this.arterial('sensors', 'import', this.registerPath, ...there)
  }

  /** Until everything that was sent is in every layer. */
  async level(): Promise<void> {
    const endMs = performance.now() + LEVEL_WITHIN_MS
    for (;;) {
      const { kafka, backlog } = await status(this.#url)
      const next = kafka?.flatMap(({ topics }) => topics).flatMap(({ partitions }) => partitions) ?? []
      const read = next.reduce((sum, one) => sum + one.next, 0)
      if (read >= this.#sent && backlog.records === 0) return
      if (performance.now() > endMs)
        throw new Error(`after 20 minutes: ${JSON.stringify({ sent: this.#sent, kafka, backlog })}`)
      await sleep(200)
    }
  }

  get #connection() {
    const { address } = this.#broker
    return {
      brokers: [address],
      tls: 'off',
      ca: null,
      user: null,
      password: null,
      mechanism: 'PLAIN',
    } as const
  }
}
