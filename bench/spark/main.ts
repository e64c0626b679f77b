import { spawnSync } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Admin, Producer } from '@platformatic/kafka'
import { clientOptions } from '../../src/sources/kafka/client/platformatic.ts'
import { missingBroker, TestBroker } from '../../test/integration/kafka/broker.ts'
import { sparkMissing, SparkRun } from '../../test/spark-parity/spark-job.ts'
import { round, table, thousands } from '../figures.ts'
import { pastReadings } from '../load/readings.ts'
import { history } from './history.ts'

// What the job of deploy/spark takes of processor for readings that wait in a topic, beside a job written by hand (plain_job.py) that
// makes the same layers. Each reads a topic with few and one with many; the difference is what readings cost, the rest what Spark does.
// With --history it measures batches on a lake that has a day already instead; --histories names folders of other arterial_stream.py.

const { values } = parseArgs({
  options: {
    readings: { type: 'string', default: '1000000' },
    sensors: { type: 'string', default: '10000' },
    cores: { type: 'string', default: '1,2' },
    jobs: { type: 'string', default: 'arterial,plain' },
    batch: { type: 'string', default: '500000' },
    history: { type: 'string', default: '' },
    histories: { type: 'string', default: join(import.meta.dirname, '../../deploy/spark') },
  },
})
const READINGS = Number(values.readings)
const SENSORS = Number(values.sensors)
const FEW = SENSORS
/** Topics, and how many readings each holds. */
const TOPICS = { few: FEW, many: READINGS }
type Topic = keyof typeof TOPICS
const PARTITIONS = 4
const ROOT = join(import.meta.dirname, '../..')
const MAIN = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  join(ROOT, 'src/app/cli/main.ts'),
] as const
const say = (line: string) => void process.stdout.write(`${line}\n`)

interface Measured {
  readonly job: string
  readonly cores: number
  readonly cpuS: Readonly<Record<Topic, number>>
  /** Of many. */
  readonly wallS: number
  /** Folder of the tables that came of many. */
  readonly base: string
}

const missing = missingBroker() ?? sparkMissing
if (missing === null) process.exitCode = await (values.history === '' ? run() : grow())
else say(`skipped: ${missing}`)

async function run(): Promise<number> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'arterial-spark-bench-')))
  const broker = await TestBroker.start()
  try {
    for (const topic of ['few', 'many'] as const) {
      await fill(broker, topic)
      await settings(folder, broker.address, topic)
    }
    const found: Measured[] = []
    for (const cores of values.cores.split(',').map(Number))
      for (const job of values.jobs.split(',')) {
        // What Spark does with few differs little by cores.
        const few = found.find(one => one.job === job)?.cpuS.few
        const one = await measure(job, cores, folder, broker, few)
        found.push(one)
      }
    const rows = await countRows(
      found.map(({ base }) => base),
      folder,
    )
    say(report(found, rows))
    // Work is the same only where what came of it is.
    return new Set(rows.map(String)).size === 1 ? 0 : 1
  } finally {
    await broker.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function grow(): Promise<number> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'arterial-spark-history-')))
  try {
    // Nothing is read of a broker.
    await settings(folder, '127.0.0.1:9', 'many')
    say(
      await history(
        values.histories,
        join(folder, 'export-many'),
        values.history,
        Number(values.batch),
        folder,
      ),
    )
    return 0
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A sensor's readings in one partition, as the job wants it. */
async function fill(broker: TestBroker, topic: Topic): Promise<void> {
  const inClear = { brokers: [broker.address], tls: 'off', ca: null, user: null, password: null } as const
  const client = clientOptions({ ...inClear, mechanism: 'PLAIN' }, 'bench')
  const admin = new Admin(client)
  await admin.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1 })
  await admin.close()
  const producer = new Producer({ ...client, idempotent: true, retries: 100, retryDelay: 100 })
  let waits: { topic: string; partition: number; value: Buffer }[] = []
  const flush = async () => {
    await producer.send({ messages: waits, acks: -1, compression: 'lz4' })
    waits = []
  }
  for (const { lines } of pastReadings(TOPICS[topic], { sensors: SENSORS, seed: 1 }, Date.now())) {
    for (const line of lines.toString().split('\n').slice(0, -1))
      waits.push({ topic, partition: partitionOf(line), value: Buffer.from(line) })
    if (waits.length >= 5000) await flush()
  }
  if (waits.length > 0) await flush()
  await producer.close()
}

function partitionOf(line: string): number {
  const id = /"sensor_id":"([^"]+)"/.exec(line)?.[1] ?? ''
  let sum = 0
  for (const sign of id) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0
  return sum % PARTITIONS
}

async function settings(folder: string, broker: string, topic: Topic): Promise<void> {
  const text = `kafka:
  feeds:
    - name: city
      brokers: ['${broker}']
      tls: off
      topics: [{topic: ${topic}, stream: readings}]
`
  await writeFile(join(folder, `${topic}.yaml`), text)
  const [node, ...args] = MAIN
  const out = ['--config', `${topic}.yaml`, '--out', `export-${topic}`]
  const made = spawnSync(node, [...args, 'spark', 'export', ...out], { cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(made.stderr)
}

async function measure(
  job: string,
  cores: number,
  folder: string,
  broker: TestBroker,
  fewCpuS?: number,
): Promise<Measured> {
  const baseOf = (topic: Topic) => join(folder, `${job}-${cores}-${topic}`)
  const one = async (topic: Topic) => {
    const base = baseOf(topic)
    const common = ['--brokers', broker.address, '--base', base, '--checkpoints', `${base}-checkpoints`]
    const [script, args] = job === 'plain' ? plain(topic) : arterial(topic, folder)
    const all = [...common, ...args, '--batch', values.batch]
    const { code, cpuSeconds, seconds, stderr } = await new SparkRun(script, all, folder, {
      cores,
      isShort: false,
    }).ended
    if (code !== 0 || cpuSeconds === null) throw new Error(`${job} ended with ${String(code)}: ${stderr}`)
    say(`${job}, local[${cores}], ${TOPICS[topic]} readings: ${round(cpuSeconds, 1)} s of processor`)
    return { cpuS: cpuSeconds, wallS: seconds }
  }
  const few = fewCpuS ?? (await one('few')).cpuS
  const many = await one('many')
  return { job, cores, base: baseOf('many'), cpuS: { few, many: many.cpuS }, wallS: many.wallS }
}

function plain(topic: Topic): [script: string, args: string[]] {
  return [join(import.meta.dirname, 'plain_job.py'), ['--topic', topic]]
}

function arterial(topic: Topic, folder: string): [script: string, args: string[]] {
  const args = {
    ...{ streams: join(folder, `export-${topic}`), config: join(folder, `${topic}.yaml`) },
    arterial: MAIN.join(' '),
  }
  const flags = Object.entries(args).flatMap(([name, value]) => [`--${name}`, value])
  return [join(ROOT, 'deploy/spark/arterial_stream.py'), [...flags, '--once']]
}

/** Of each folder, the rows of silver and of the three tables of gold. */
async function countRows(bases: readonly string[], folder: string): Promise<number[][]> {
  const ended = await new SparkRun(join(import.meta.dirname, 'count.py'), bases, folder).ended
  if (ended.code !== 0) throw new Error(ended.stderr)
  return JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as number[][]
}

function report(found: readonly Measured[], rows: readonly (readonly number[])[]): string {
  const title = ['job', 'cores', 'CPU s few', 'CPU s many', 'CPU s a million', 'wall s', 'silver, gold rows']
  return table([
    title,
    ...found.map(({ job, cores, wallS, cpuS }, i) => [
      ...[job, String(cores), String(round(cpuS.few, 1)), String(round(cpuS.many, 1))],
      ...[String(round((1e6 * (cpuS.many - cpuS.few)) / (READINGS - FEW), 1)), String(round(wallS, 1))],
      (rows[i] ?? []).map(thousands).join(' '),
    ]),
  ])
}
