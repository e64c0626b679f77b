import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchOptions, BenchOutcome } from '../src/app/cli/commands/bench.ts'
import { motoMissing, startMoto } from '../test/integration/buckets/emulators.ts'
import type { Emulator } from '../test/integration/buckets/emulators.ts'
import { median, mib, quantile, round, table, thousands } from './figures.ts'
import { cityReadings, INTERVAL_S } from './load/readings.ts'
import { SteadyLoad } from './load/steady.ts'
import { cpuBetween, cpuTotalMs } from './system/processes.ts'
import { withFolder, withServer } from './system/server.ts'

const RATE = 300_000
const MINUTES = 1
const ROUNDS = 3
const WARM_UP_MS = 20_000
const EVERY_S = 10
/** Some 20 requests a second at 300,000 readings a minute: what a second of the loader or publisher holds up is seen. */
const LINES = 250
const TICK_MS = 50
const SETTLE_MS = 120_000

const WAYS = ['off', 'folder', 's3'] as const
type Way = (typeof WAYS)[number]

interface Phase {
  readonly way: Way
  readonly round: number
  readonly requests: number
  readonly acknowledgedMs: Readonly<Record<'p50' | 'p95' | 'p99' | 'worst', number>>
  /** From durable to visible in gold, of the last minute. */
  readonly freshnessP99Ms: number | null
  /** Cores. */
  readonly server: number
  readonly engine: number
  readonly peakMiB: number
  readonly published: number
  readonly lagS: number | null
}

/**
 * What publishing all tables each 10 s does to the door: a city reports at a steady rate to a new server each time, which publishes
 * nothing, to a folder, and to a stand-in for S3, in turn. The stand-in shares the machine, as the sender does.
 */
export async function run(options: BenchOptions): Promise<BenchOutcome> {
  const { rate = RATE, minutes = MINUTES, seed = 1, signal, onProgress } = options
  const sensors = Math.max(1, Math.round((rate * INTERVAL_S) / 60))
  if (motoMissing !== null) onProgress(`S3 is left out: ${motoMissing}`)
  const moto = motoMissing === null ? await startMoto() : null
  const phases: Phase[] = []
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      for (const way of WAYS) {
        if (way === 's3' && moto === null) continue
        const { generator } = cityReadings({ sensors, seed }, LINES)
        const phase = await phaseOf({ way, round, minutes, generator, moto, signal })
        onProgress(`${round} ${way}: ${JSON.stringify(phase)}`)
        phases.push(phase)
      }
    }
  } finally {
    await moto?.stop()
  }
  return { json: { rate, minutes, sensors, everyS: EVERY_S, phases }, text: textOf(rate, phases), ok: true }
}

interface PhaseOptions {
  readonly way: Way
  readonly round: number
  readonly minutes: number
  readonly generator: ReturnType<typeof cityReadings>['generator']
  readonly moto: Emulator | null
  readonly signal: AbortSignal
}

async function phaseOf({ way, round: at, minutes, generator, moto, signal }: PhaseOptions): Promise<Phase> {
  return withFolder(dir => {
    writeFileSync(join(dir, 'key'), moto?.bucket.key?.reveal() ?? '')
    writeFileSync(join(dir, 'arterial.yaml'), settingsOf(way, `round-${at}`, moto))
    return withServer(dir, signal, async server => {
      const load = new SteadyLoad(server.url, signal, TICK_MS)
      try {
        const warm = await load.run(generator, WARM_UP_MS)
        const [before, begunMs] = [server.tree.cpu(), performance.now()]
        const sent = await load.run(generator, minutes * 60_000)
        const elapsedS = (performance.now() - begunMs) / 1000
        const cpu = cpuBetween(before, server.tree.cpu())
        const status = await server.status(signal)
        await server.loaded(warm.lines + sent.lines, SETTLE_MS, signal)
        const of = (share: number) => round(quantile(sent.latenciesMs, share), 1)
        const engineMs = cpu['engine'] ?? 0
        return {
          ...{ way, round: at, requests: sent.latenciesMs.length },
          acknowledgedMs: { p50: of(0.5), p95: of(0.95), p99: of(0.99), worst: of(1) },
          freshnessP99Ms: status.freshnessMs.p99,
          server: round((cpuTotalMs(cpu) - engineMs) / 1000 / elapsedS, 3),
          engine: round(engineMs / 1000 / elapsedS, 3),
          peakMiB: mib(server.tree.peakBytes),
          ...{ published: status.tables?.rows ?? 0, lagS: status.tables?.lagS ?? null },
        }
      } finally {
        load.close()
      }
    })
  })
}

function settingsOf(way: Way, prefix: string, moto: Emulator | null): string {
  const often = `goldS: ${EVERY_S}, restS: ${EVERY_S}`
  if (way === 'off') return ''
  if (way === 'folder') return `tables: {folder: ./tables, ${often}}\n`
  const { bucket, endpoint, region, keyId } = moto?.bucket ?? {}
  return `tables: {kind: s3, bucket: ${bucket}, prefix: ${prefix}, endpoint: "${endpoint}", region: ${region}, keyId: ${keyId}, key: "\${file:key}", ${often}}\n`
}

function textOf(rate: number, phases: readonly Phase[]): string {
  const rows = WAYS.flatMap(way => {
    const own = phases.filter(phase => phase.way === way)
    if (own.length === 0) return []
    const middle = (value: (phase: Phase) => number | null) =>
      String(round(median(own.map(phase => value(phase) ?? NaN)), 2))
    const each = own.map(({ acknowledgedMs }) => acknowledgedMs.p99).join(', ')
    const cells = [
      ...(['p50', 'p95', 'p99', 'worst'] as const).map(name =>
        middle(({ acknowledgedMs }) => acknowledgedMs[name]),
      ),
      each,
      ...[({ freshnessP99Ms }: Phase) => freshnessP99Ms, ({ server }: Phase) => server].map(middle),
      ...[({ engine }: Phase) => engine, ({ peakMiB }: Phase) => peakMiB].map(middle),
    ]
    return [[way, ...cells]]
  })
  const head = [
    '',
    'p50',
    'p95',
    'p99',
    'worst',
    'p99 of each round',
    'freshness p99',
    'server',
    'engine',
    'MiB',
  ]
  return [
    `Acknowledged at ${thousands(rate)} readings a minute, ms; medians of ${ROUNDS} rounds`,
    '',
    table([head, ...rows]),
  ].join('\n')
}
