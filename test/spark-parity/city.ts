import { Admin, Producer } from '@platformatic/kafka'
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
import { ZONE } from '../integration/lake.ts'
import { registerCsv } from './records.ts'
import type { Sent } from './records.ts'

const MAIN = join(import.meta.dirname, '../../src/app/cli/main.ts')
const NODE = ['--disable-warning=ExperimentalWarning']
const LEVEL_WITHIN_MS = 1_200_000
/** Messages of a request. */
const AT_ONCE = 2000

export const TOPICS = [
  { topic: 'traffic-sensors', stream: 'readings', partitions: 4 },
  { topic: 'weather-events', stream: 'weather', partitions: 2 },
] as const
export type Topic = (typeof TOPICS)[number]['topic']

/** Arterial on topics of a broker, in a folder of its own, with its tables published. */
export class City {
  readonly folder: string
  readonly #broker: TestBroker
  #sent = 0

  constructor(folder: string, broker: TestBroker) {
    this.folder = folder
    this.#broker = broker
    writeFileSync(this.registerPath, registerCsv())
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
  }

  get registerPath(): string {
    return join(this.folder, 'sensors.csv')
  }

  get tables(): string {
    return join(this.folder, 'tables')
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

  async send(topic: Topic, messages: readonly Sent[]): Promise<void> {
    const producer = new Producer({ ...clientOptions(this.#connection, 'test'), idempotent: true })
    for (let i = 0; i < messages.length; i += AT_ONCE)
      await producer.send({
        messages: messages.slice(i, i + AT_ONCE).map(one => ({ topic, ...one })),
        acks: -1,
      })
    await producer.close()
    this.#sent += messages.length
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

  start(): ServerProcess {
    return new ServerProcess(this.folder, join(this.folder, 'data', 'city'))
  }

  /** Until everything that was sent is in every layer. */
  async level(url: string): Promise<void> {
    const endMs = performance.now() + LEVEL_WITHIN_MS
    for (;;) {
      const { kafka, backlog } = await status(url)
      const next = kafka?.flatMap(({ topics }) => topics).flatMap(({ partitions }) => partitions) ?? []
      const read = next.reduce((sum, one) => sum + one.next, 0)
      if (read === this.#sent && backlog.records === 0) return
      if (performance.now() > endMs)
        throw new Error(`after 20 minutes: ${JSON.stringify({ kafka, backlog })}`)
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
