import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { missingBroker, TestBroker } from '../integration/kafka/broker.ts'
import { City, TOPICS } from './city.ts'
import { readingMessages, weatherMessages } from './records.ts'
import { sparkMissing, SparkRun, untilVersions, versionsOf } from './spark-job.ts'

// The same topics go through Arterial and through Spark, whose driver is killed meanwhile: silver, quarantine and gold are to be equal.

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '3' },
    keep: { type: 'boolean', default: false },
  },
})
const ROWS = Number(values.rows)
const SEED = Number(values.seed)
const KILLS = Number(values.kills)
/** Batches of readings, so that a kill falls between others. */
const BATCHES = 5
const HERE = import.meta.dirname
const JOB = join(HERE, '../../deploy/spark/arterial_stream.py')
const say = (line: string) => void process.stdout.write(`${line}\n`)
const seconds = (ms: number) => `${Math.round(ms / 1000)} s`

interface Compared {
  readonly name: string
  readonly columns: number
  readonly left_out: readonly string[]
  readonly arterial: number
  readonly spark: number
  readonly only_arterial: number
  readonly only_spark: number
  readonly examples: readonly unknown[]
}

/** What is compared: the table that Arterial publishes, and Spark's. */
const PAIRS = [
  ['silver/readings'],
  ['silver/weather'],
  ['silver/conflicts', { spark: 'conflicts/readings' }],
  ...TOPICS.map(({ stream }) => [
    'quarantine/lines',
    { spark: `quarantine/${stream}`, where: `stream = '${stream}'` },
  ]),
  ...['intersection_metrics', 'district_analytics', 'hourly_summary'].map(name => [`gold/${name}`]),
  ['gold/weather_hourly', { renamed: { seen_latitude: 'latitude', seen_longitude: 'longitude' } }],
] as readonly (readonly [string, { readonly spark?: string }?])[]

const missing = missingBroker() ?? sparkMissing
if (missing === null) process.exitCode = await run()
else say(`skipped: ${missing}`)

async function run(): Promise<number> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'arterial-spark-parity-')))
  const broker = await TestBroker.start()
  try {
    const city = new City(folder, broker)
    await city.makeTopics()
    await loadByArterial(city)
    await city.arterial('spark', 'export', '--out', 'export')
    await loadBySpark(city, broker)
    const compared = await compare(city)
    for (const one of compared) say(lineOf(one))
    const isEqual = compared.length > 0 && compared.every(one => one.only_arterial + one.only_spark === 0)
    const isThere = compared.every(one => one.arterial > 0 || one.name.startsWith('conflicts'))
    return isEqual && isThere ? 0 : 1
  } finally {
    await broker.stop()
    if (values.keep) say(`kept: ${folder}`)
    else await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function loadByArterial(city: City): Promise<void> {
  const server = city.start()
  const url = await server.ready
  try {
    await city.arterial(
      'sensors',
      'import',
      city.registerPath,
      '--config',
      'arterial.yaml',
      '--data',
      'data/city',
    )
    const began = performance.now()
    const [readings, weather] = TOPICS
    await city.send(readings.topic, readingMessages(SEED, ROWS, readings.partitions))
    await city.send(weather.topic, weatherMessages(SEED, Math.ceil(ROWS / 4), weather.partitions))
    await city.level(url)
    say(
      `Arterial: ${ROWS} readings and ${Math.ceil(ROWS / 4)} of weather, sent and loaded in ${seconds(performance.now() - began)}`,
    )
  } finally {
    await server.stop()
  }
  const began = performance.now()
  await city.publish([...new Set(PAIRS.map(([path]) => path))])
  say(`Arterial: tables published in ${seconds(performance.now() - began)}`)
}

function job(city: City, broker: TestBroker): SparkRun {
  const args = {
    ...{ streams: join(city.folder, 'export'), brokers: broker.address, arterial: city.command },
    ...{ base: join(city.folder, 'spark'), checkpoints: join(city.folder, 'checkpoints') },
    ...{
      config: join(city.folder, 'arterial.yaml'),
      sensors: city.registerPath,
      batch: String(Math.ceil(ROWS / BATCHES)),
    },
  }
  const flags = Object.entries(args).flatMap(([name, value]) => [`--${name}`, value])
  return new SparkRun(JOB, [...flags, '--once'], city.folder)
}

/** The driver is killed whenever silver has one more version, at first at once, then a little later. */
async function loadBySpark(city: City, broker: TestBroker): Promise<void> {
  const silver = join(city.folder, 'spark/silver/readings')
  let kills = 0
  while (kills < KILLS) {
    const one = job(city, broker)
    const had = versionsOf(join(silver, '_delta_log'))
    // The table itself is a version.
    if (!(await untilVersions(one, silver, Math.max(had, 1) + 1))) {
      const { code, stdout, stderr } = await one.ended
      if (code !== 0) throw new Error(`Spark ended with ${String(code)}: ${stdout}${stderr}`)
      break
    }
    await one.kill()
    kills++
  }
  const { code, stdout, stderr, seconds: wall, cpuSeconds } = await job(city, broker).ended
  if (code !== 0) throw new Error(`Spark ended with ${String(code)}: ${stdout}${stderr}`)
  say(
    `Spark: killed ${kills} times; the last run took ${Math.round(wall)} s, ${Math.round(cpuSeconds ?? 0)} s of processor`,
  )
}

async function compare(city: City): Promise<Compared[]> {
  const pairs = PAIRS.map(([path, { spark = path, ...more } = {}]) => ({
    ...{ name: spark, arterial: join(city.tables, path), spark: join(city.folder, 'spark', spark) },
    ...more,
  }))
  const { code, stdout, stderr } = await new SparkRun(
    join(HERE, 'compare.py'),
    [JSON.stringify(pairs)],
    city.folder,
  ).ended
  if (code !== 0) throw new Error(`the comparison ended with ${String(code)}: ${stdout}${stderr}`)
  return stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Compared)
}

function lineOf({ name, columns, left_out, only_arterial, only_spark, examples, ...rows }: Compared): string {
  const without = left_out.length === 0 ? '' : `, without ${left_out.join(', ')}`
  const counts = `${rows.arterial} rows, ${columns} columns${without}`
  return only_arterial + only_spark === 0
    ? `equal  ${name}: ${counts}`
    : `DIFFERS ${name}: ${counts}; Spark has ${rows.spark}; ${only_arterial} only Arterial, ${only_spark} only Spark has: ${JSON.stringify(examples)}`
}
