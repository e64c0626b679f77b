import { setTimeout as sleep } from 'node:timers/promises'
import { Admin, Producer } from '@platformatic/kafka'
import type { BenchOptions, BenchOutcome } from '../src/app/cli/commands/bench.ts'
import { clientOptions } from '../src/sources/kafka/client/platformatic.ts'
import { missingBroker, TestBroker } from '../test/integration/kafka/broker.ts'
import { mib, quantile, round, table, thousands } from './figures.ts'
import { cityReadings, INTERVAL_S } from './load/readings.ts'
import { cpuBetween, cpuTotalMs } from './system/processes.ts'
import { BenchFailedError, withFolder, withServer } from './system/server.ts'
import type { BenchServer } from './system/server.ts'

const RATE = 1_000_000
const MINUTES = 5
const TICK_MS = 250
const GOAL_P99_MS = 2000
const SETTLE_MS = 60_000
const MAX_LINES = 8192
/** As the reference has it. */
const TOPIC = 'traffic-sensors'
const PARTITIONS = 4
/** A look that has begun is finished. */
const BENCH_ENDS = new AbortController().signal

/** What was published when, and how much of it could be seen when. */
interface Progress {
  published: number
  readonly marks: { readonly published: number; readonly atMs: number }[]
  /** Age of the oldest record that could not be seen yet, at each look. */
  readonly lateMs: number[]
  readonly durableMs: number[]
}

/**
 * Publishes readings to a real Kafka at a rate, as a city's sensors do, and watches how long they take from their publishing to
 * where gold shows them. Broker, publisher and city share the machine.
 */
export async function run(options: BenchOptions): Promise<BenchOutcome> {
  const missing = missingBroker()
  if (missing !== null) throw new BenchFailedError(missing)
  const rate = options.rate ?? RATE
  const minutes = options.minutes ?? MINUTES
  const { signal, onProgress } = options
  const broker = await TestBroker.start()
  try {
    const publisher = await publisherTo(broker.address)
    process.env['ARTERIAL_KAFKA_FEEDS'] = JSON.stringify([
      {
        name: 'bench',
        brokers: [broker.address],
        tls: 'off',
        topics: [{ topic: TOPIC, stream: 'readings' }],
      },
    ])
    const sensors = Math.max(1, Math.round((rate * INTERVAL_S) / 60))
    onProgress(`${thousands(sensors)} sensors, ${thousands(rate)} records a minute, ${minutes} min…`)
    return await withFolder(dir =>
      withServer(dir, signal, async server => {
        const progress: Progress = { published: 0, marks: [], lateMs: [], durableMs: [] }
        const before = server.tree.cpu()
        const over = new AbortController()
        const watching = watch(server, progress, AbortSignal.any([signal, over.signal]), onProgress)
        const { generator } = cityReadings({ sensors, seed: options.seed ?? 1 }, MAX_LINES)
        const begunMs = performance.now()
        await publish(publisher, generator, { spanMs: minutes * 60_000, progress, signal })
        const elapsedS = (performance.now() - begunMs) / 1000
        const cpu = cpuBetween(before, server.tree.cpu())
        await server.loaded(progress.published, SETTLE_MS, signal)
        over.abort()
        await watching
        await publisher.close(true)
        return outcome({ rate, minutes, elapsedS, progress, cpuMs: cpuTotalMs(cpu), server })
      }),
    )
  } finally {
    delete process.env['ARTERIAL_KAFKA_FEEDS']
    await broker.stop()
  }
}

async function publisherTo(address: string): Promise<Producer> {
  const inClear = { brokers: [address], tls: 'off', ca: null, user: null, password: null } as const
  const client = clientOptions({ ...inClear, mechanism: 'PLAIN' }, 'bench')
  const admin = new Admin({ ...client, retries: 20, retryDelay: 200 })
  await admin.createTopics({ topics: [TOPIC], partitions: PARTITIONS, replicas: 1 })
  await admin.close()
  return new Producer({ ...client, idempotent: true, retries: 100, retryDelay: 100 })
}

/** Publishes the readings of the wall clock as it passes: each second's in equal parts over the second. */
async function publish(
  producer: Producer,
  generator: ReturnType<typeof cityReadings>['generator'],
  { spanMs, progress, signal }: { spanMs: number; progress: Progress; signal: AbortSignal },
): Promise<void> {
  const startMs = Math.ceil(Date.now() / 1000) * 1000
  let sending: Promise<unknown> = Promise.resolve()
  for (let secondMs = startMs; secondMs < startMs + spanMs; secondMs += 1000) {
    const lines = [...generator.between(secondMs, secondMs + 1000)].flatMap(chunk =>
      chunk.lines.toString().split('\n').slice(0, -1),
    )
    const perTick = Math.ceil(lines.length / (1000 / TICK_MS))
    for (let tick = 0; tick * perTick < lines.length; tick++) {
      await sleep(Math.max(0, secondMs + tick * TICK_MS - Date.now()), undefined, { signal })
      const part = lines.slice(tick * perTick, (tick + 1) * perTick)
      const messages = part.map((line, i) => ({
        topic: TOPIC,
        partition: i % PARTITIONS,
        value: Buffer.from(line),
      }))
      await sending
      progress.published += part.length
      progress.marks.push({ published: progress.published, atMs: Date.now() })
      sending = producer.send({ messages, acks: -1, compression: 'lz4' })
    }
  }
  await sending
}

/** Looks at the status four times a second. */
async function watch(
  server: BenchServer,
  progress: Progress,
  signal: AbortSignal,
  onProgress: (line: string) => void,
): Promise<void> {
  for (let look = 1; !signal.aborted; look++) {
    const { backlog, freshnessMs } = await server.status(BENCH_ENDS)
    while ((progress.marks[0]?.published ?? Infinity) <= backlog.position) progress.marks.shift()
    const [oldest] = progress.marks
    const lateMs = oldest === undefined ? 0 : Date.now() - oldest.atMs
    progress.lateMs.push(lateMs)
    if (freshnessMs.p99 !== null) progress.durableMs.push(freshnessMs.p99)
    if (look % 40 === 0)
      onProgress(`${thousands(progress.published)} published, ${Math.round(lateMs)} ms late`)
    await sleep(TICK_MS, undefined, { signal }).catch(() => undefined)
  }
}

interface Measured {
  readonly rate: number
  readonly minutes: number
  readonly elapsedS: number
  readonly progress: Progress
  readonly cpuMs: number
  readonly server: BenchServer
}

function outcome({ rate, minutes, elapsedS, progress, cpuMs, server }: Measured): BenchOutcome {
  const { published, lateMs, durableMs } = progress
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map(share => Math.round(quantile(lateMs, share)))
  const json = {
    ...{ rate, minutes, published, perMinute: Math.round((published / elapsedS) * 60) },
    publishedToGoldMs: { p50, p95, p99 },
    durableToGoldMs: { worstP99: Math.round(Math.max(0, ...durableMs)) },
    cpuOfOneCore: round(cpuMs / 1000 / elapsedS),
    peakMiB: mib(server.tree.peakBytes),
  }
  const ok = (p99 ?? Infinity) <= GOAL_P99_MS && json.perMinute >= rate * 0.98
  const rows = [
    ['published', `${thousands(published)} records, ${thousands(json.perMinute)} a minute`],
    ['published to gold', `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`],
    ['durable to gold', `worst p99 of any look ${json.durableToGoldMs.worstP99} ms`],
    ['city', `${json.cpuOfOneCore} of a core, ${json.peakMiB} MiB at most`],
    ['goal', `p99 at most ${GOAL_P99_MS} ms: ${ok ? 'reached' : 'missed'}`],
  ]
  return { json, text: table(rows), ok }
}
