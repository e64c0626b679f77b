import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join, relative } from 'node:path'
import type { BenchOptions, BenchOutcome, RunBench } from '../src/app/cli/commands/bench.ts'
import { run as bytes } from './bytes.ts'
import { run as freshness } from './freshness.ts'
import { run as ingest } from './ingest.ts'
import { run as query } from './query.ts'
import { mib } from './figures.ts'

const RESULTS = join(import.meta.dirname, 'results')
const KINDS: readonly (readonly [string, RunBench])[] = [
  ['ingest', ingest],
  ['freshness', freshness],
  ['query', query],
  ['bytes', bytes],
]

/** Runs every benchmark, one after another, and keeps the figures in `bench/results/<date>.json`. */
export async function run(options: BenchOptions): Promise<BenchOutcome> {
  const startedAt = new Date()
  const outcomes: [string, BenchOutcome][] = []
  for (const [kind, bench] of KINDS) {
    options.onProgress(`— ${kind} —`)
    outcomes.push([kind, await bench(options)])
  }
  const json = {
    startedAt: startedAt.toISOString(),
    machine: {
      cores: availableParallelism(),
      memoryMiB: mib(totalmem()),
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    },
    ...Object.fromEntries(outcomes.map(([kind, { json, ok }]) => [kind, { ok, ...(json as object) }])),
  }
  await mkdir(RESULTS, { recursive: true })
  const file = join(RESULTS, `${json.startedAt.slice(0, 10)}.json`)
  await writeFile(file, `${JSON.stringify(json, null, 2)}\n`)
  const text = [...outcomes.map(([, outcome]) => outcome.text), `Written to ${relative(process.cwd(), file)}`]
  return { json, text: text.join('\n\n'), ok: outcomes.every(([, { ok }]) => ok) }
}
