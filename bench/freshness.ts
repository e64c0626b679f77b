import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchOptions, BenchOutcome } from '../src/app/cli/commands/bench.ts'
import { mib, quantile, round, table, thousands } from './figures.ts'
import { cityReadings, INTERVAL_S } from './load/readings.ts'
import { SteadyLoad } from './load/steady.ts'
import { cpuBetween, cpuTotalMs } from './system/processes.ts'
import type { BenchServer } from './system/server.ts'
import { withFolder, withServer } from './system/server.ts'

const RATE = 1_000_000
const MINUTES = 5
const GOAL_P99_MS = 2000
const SETTLE_MS = 60_000
const MAX_LINES = 8192

interface Sample {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly backlog: number
}

/**
 * Sends readings at a rate, as a city's sensors do, and watches how long they take from durable to visible in gold.
 * The status gives quantiles over the readings of the last minute; `worst` is the highest such p99 of any second.
 */
export async function run(options: BenchOptions): Promise<BenchOutcome> {
  const rate = options.rate ?? RATE
  const minutes = options.minutes ?? MINUTES
  const { signal, onProgress } = options
  const sensors = Math.max(1, Math.round((rate * INTERVAL_S) / 60))
  onProgress(`A city of ${thousands(sensors)} sensors, ${thousands(rate)} readings a minute, ${minutes} min…`)
  const { generator } = cityReadings({ sensors, seed: options.seed ?? 1 }, MAX_LINES)

  return withFolder(dir =>
    withServer(dir, signal, async server => {
      const before = { own: process.cpuUsage(), cpu: server.tree.cpu() }
      const watch = new Watch(server, signal, onProgress)
      const startedAt = performance.now()
      const load = new SteadyLoad(server.url, signal)
      try {
        const sent = await load.run(generator, minutes * 60_000)
        const elapsedS = (performance.now() - startedAt) / 1000
        const cpu = cpuBetween(before.cpu, server.tree.cpu())
        const own = process.cpuUsage(before.own)
        await watch.stop()
        await server.loaded(sent.lines, SETTLE_MS, signal)
        return outcome({ rate, minutes, sensors, elapsedS, cpu, own, sent, watch, server })
      } finally {
        load.close()
        await watch.stop()
      }
    }),
  )
}

/** Looks at the status each second. */
class Watch {
  readonly samples: Sample[] = []
  readonly #stop = new AbortController()
  readonly #done: Promise<void>

  constructor(server: BenchServer, signal: AbortSignal, onProgress: (line: string) => void) {
    this.#done = this.#run(server, AbortSignal.any([signal, this.#stop.signal]), onProgress)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(server: BenchServer, signal: AbortSignal, onProgress: (line: string) => void): Promise<void> {
    for (let second = 1; !signal.aborted; second++) {
      // The end may come in the middle of a question.
      const status = await server.status(signal).catch(() => null)
      if (status !== null) {
        const { p50, p95, p99 } = status.freshnessMs
        if (p50 !== null && p95 !== null && p99 !== null) {
          this.samples.push({ p50, p95, p99, backlog: status.backlog.records })
        }
        if (second % 30 === 0) onProgress(`${second} s: p50 ${p50 ?? '–'} ms, p99 ${p99 ?? '–'} ms`)
      }
      await sleep(1000, undefined, { signal }).catch(() => {})
    }
  }
}

function outcome(measured: {
  rate: number
  minutes: number
  sensors: number
  elapsedS: number
  cpu: Readonly<Record<string, number>>
  own: NodeJS.CpuUsage
  sent: { lines: number; latenciesMs: number[] }
  watch: Watch
  server: BenchServer
}): BenchOutcome {
  const { rate, minutes, sensors, elapsedS, cpu, own, sent, watch, server } = measured
  const { samples } = watch
  const of = (name: 'p50' | 'p95' | 'p99', share: number) =>
    quantile(
      samples.map(sample => sample[name]),
      share,
    )
  // A second's quantile is over the minute before it: their median stands for the whole run, the highest for its worst minute.
  const freshnessMs = { p50: of('p50', 0.5), p95: of('p95', 0.5), p99: of('p99', 0.5), worst: of('p99', 1) }
  const share = (ms: number) => round(ms / 1000 / elapsedS, 3)
  const engineMs = cpu['engine'] ?? 0
  const cpuShare = {
    server: share(cpuTotalMs(cpu) - engineMs),
    engine: share(engineMs),
    generator: share((own.user + own.system) / 1000),
  }
  const json = {
    rate,
    minutes,
    sensors,
    readings: sent.lines,
    ratePerMinute: Math.round((sent.lines / elapsedS) * 60),
    freshnessMs,
    /** Of one core. */
    cpuShare,
    acknowledgedMs: {
      p50: round(quantile(sent.latenciesMs, 0.5), 1),
      p99: round(quantile(sent.latenciesMs, 0.99), 1),
    },
    backlogMax: Math.max(0, ...samples.map(sample => sample.backlog)),
    peakMemoryBytes: server.tree.peakBytes,
  }
  const ok = freshnessMs.worst <= GOAL_P99_MS
  const text = [
    `Freshness at ${thousands(json.ratePerMinute)} readings a minute for ${minutes} min: from durable to visible in gold`,
    '',
    table([
      ['', 'p50', 'p95', 'p99', 'worst p99 of a minute'],
      ['ms', ...[freshnessMs.p50, freshnessMs.p95, freshnessMs.p99, freshnessMs.worst].map(String)],
    ]),
    '',
    `CPU, cores: server ${cpuShare.server}, engine ${cpuShare.engine}; generator ${cpuShare.generator}`,
    `Acknowledged within ${json.acknowledgedMs.p50} ms (p50), ${json.acknowledgedMs.p99} ms (p99)`,
    `Backlog at most ${thousands(json.backlogMax)} records; memory at most ${mib(json.peakMemoryBytes)} MiB`,
    '',
    ok ? 'Goal reached.' : `Goal missed: p99 at most ${GOAL_P99_MS} ms.`,
  ].join('\n')
  return { json, text, ok }
}
