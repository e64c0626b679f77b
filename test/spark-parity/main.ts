import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { missingBroker, TestBroker } from '../integration/kafka/broker.ts'
import { seededRandom } from '../random.ts'
import { City } from './city.ts'
import { compare, PUBLISHED, TABLES } from './compare.ts'
import { killsOf, runKilled } from './kills.ts'
import { Readings, registerCsv, weatherMessages } from './records.ts'
import type { Sent } from './records.ts'
import { sparkMissing, SparkRun } from './spark-job.ts'

// The same topics go through Arterial and through Spark, while the broker, the city and Spark's driver are killed; the register changes
// in between, when both have read all. Silver, quarantine and gold are to be equal. With --doors readings come by `arterial door`, which is
// killed too.

const { values } = parseArgs({
  options: {
    readings: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    kills: { type: 'string', default: '3' },
    'broker-kills': { type: 'string', default: '2' },
    doors: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})
const READINGS = wholeNumber('readings')
const SEED = wholeNumber('seed')
const SEEDS = wholeNumber('seeds')
const KILLS = wholeNumber('kills')
const BROKER_KILLS = wholeNumber('broker-kills')
/** Between them the register changes. */
const PHASES = 2
/** Batches of a phase, so that a kill falls between others. */
const BATCHES = 2
const JOB = join(import.meta.dirname, '../../deploy/spark/arterial_stream.py')
const say = (line: string) => void process.stdout.write(`${line}\n`)
const secondsSince = (beganMs: number) => `${Math.round((performance.now() - beganMs) / 1000)} s`

const missing = missingBroker() ?? sparkMissing
if (missing === null) process.exitCode = await runAll()
else say(`skipped: ${missing}`)

function wholeNumber(name: 'readings' | 'seed' | 'seeds' | 'kills' | 'broker-kills'): number {
  const number = Number(values[name])
  if (Number.isInteger(number) && number >= 0) return number
  process.stderr.write(`--${name} wants a whole number, not "${values[name]}"\n`)
  process.exit(2)
}

async function runAll(): Promise<number> {
  let passed = 0
  let failed = 0
  for (let seed = SEED; seed < SEED + SEEDS; seed++) {
    const beganMs = performance.now()
    const equal = await runSeed(seed).catch((error: unknown) => {
      say(`FAILED seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      return 0
    })
    passed += equal
    failed += TABLES - equal
    say(`seed ${seed}: ${equal} of ${TABLES} tables equal, ${secondsSince(beganMs)}`)
  }
  say(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/** @returns how many tables are equal */
async function runSeed(seed: number): Promise<number> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'arterial-spark-parity-')))
  const broker = await TestBroker.start()
  try {
    const city = new City(folder, broker)
    await load(city, broker, seed)
    const beganMs = performance.now()
    await city.publish(PUBLISHED)
    say(`Arterial: tables published in ${secondsSince(beganMs)}`)
    const verdicts = await compare(city)
    for (const { told, fault } of verdicts)
      say(fault === null ? `ok     ${told}` : `FAILED ${told}; ${fault}`)
    return verdicts.filter(({ fault }) => fault === null).length
  } finally {
    await broker.stop()
    if (values.keep) say(`kept: ${folder}`)
    else await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Both read all of a phase before the register changes. */
async function load(city: City, broker: TestBroker, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const readings = new Readings(seed, READINGS)
  const weather = weatherMessages(seed, Math.ceil(READINGS / 4))
  await city.makeTopics()
  await city.start()
  try {
    for (let phase = 0; phase < PHASES; phase++) {
      const share = (count: number) => Math.ceil(count / PHASES)
      const ofPhase = (count: number) => Math.floor(count / PHASES) + (phase < count % PHASES ? 1 : 0)
      await city.register(registerCsv(phase))
      await send(city, broker, {
        ...{ weather: weather.slice(phase * share(weather.length), (phase + 1) * share(weather.length)) },
        ...{ readings, count: ofPhase(READINGS), isKilled: phase === PHASES - 1 },
      })
      await city.arterial('spark', 'export', '--out', 'export')
      const kills = killsOf(random, ofPhase(KILLS), ofPhase(BROKER_KILLS))
      const { last, came } = await runKilled(() => job(city, broker), city.sparkTables, broker, kills)
      const killed = came.map(({ what, table }) => `${what} after ${table}`).join(', ')
      const not = came.length < kills.length ? `, ${kills.length - came.length} kills not reached` : ''
      say(
        `Spark: phase ${phase + 1} of ${PHASES}, killed ${came.length} times (${killed})${not}; the last run took ${Math.round(last.seconds)} s, ${Math.round(last.cpuSeconds ?? 0)} s of processor`,
      )
    }
  } finally {
    await city.stop()
  }
}

interface Phase {
  readonly readings: Readings
  readonly count: number
  readonly weather: readonly Sent[]
  /** Whether city and broker are killed in the middle. */
  readonly isKilled: boolean
}

async function send(city: City, broker: TestBroker, { readings, count, weather, isKilled }: Phase) {
  const beganMs = performance.now()
  const first = Math.ceil(count / 2)
  const publish = (some: Iterable<readonly Sent[]>) =>
    values.doors ? city.deliver(some) : city.send('traffic-sensors', some)
  await publish(readings.messages(first))
  await city.send('weather-events', [weather])
  const rest = publish(readings.messages(count - first))
  if (isKilled) {
    if (values.doors) await city.doorKilled()
    await Promise.all([broker.kill().then(() => broker.resume()), city.killed()])
  }
  await rest
  await city.level()
  const killed = isKilled ? `; city, broker${values.doors ? ' and door' : ''} killed meanwhile` : ''
  say(
    `Arterial: ${count} readings and ${weather.length} messages of weather sent and loaded in ${secondsSince(beganMs)}${killed}`,
  )
}

function job(city: City, broker: TestBroker): SparkRun {
  const args = {
    ...{ streams: join(city.folder, 'export'), brokers: broker.address, arterial: city.command },
    ...{ base: city.sparkTables, checkpoints: join(city.folder, 'checkpoints') },
    ...{ config: join(city.folder, 'arterial.yaml'), sensors: city.registerPath },
    batch: String(Math.ceil(READINGS / PHASES / BATCHES)),
  }
  const flags = Object.entries(args).flatMap(([name, value]) => [`--${name}`, value])
  return new SparkRun(JOB, [...flags, '--once'], city.folder)
}
