import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Argument } from 'commander'
import type { Command } from 'commander'
import { UsageError } from '../../../core/errors.ts'
import { note } from '../client/connect.ts'
import { EXIT } from '../exit-codes.ts'
import { command, positive, positiveDecimal } from '../options.ts'
import type { Shell } from '../shell.ts'

const KINDS = [
  'ingest',
  'freshness',
  'kafka',
  'door',
  'publishing',
  'query',
  'bytes',
  'incidents',
  'all',
] as const

/** What a benchmark is asked for; what is undefined it chooses itself. */
export interface BenchOptions {
  readonly rows?: number
  /** Lines a request. */
  readonly lines?: number
  /** Readings a minute. */
  readonly rate?: number
  readonly minutes?: number
  readonly seed?: number
  readonly signal: AbortSignal
  /** A line for the person who waits. */
  readonly onProgress: (line: string) => void
}

export interface BenchOutcome {
  /** For `--json`: one document. */
  readonly json: unknown
  /** For people. */
  readonly text: string
  /** Whether it reached its goals. */
  readonly ok: boolean
}

/** `bench/<kind>.ts` exports this as `run`. */
export type RunBench = (options: BenchOptions) => Promise<BenchOutcome>

interface BenchFlags extends Omit<BenchOptions, 'signal' | 'onProgress'> {
  readonly json?: boolean
}

const FOLDER = resolve(import.meta.dirname, '../../../../bench')

export function benchCommand(shell: Shell, folder: string = FOLDER): Command {
  return command('bench', 'measure ingest, freshness, queries, bytes on disk, or all of them', [
    'bench ingest --rows 2000000 --json',
    'bench freshness --rate 1000000 --minutes 5',
    'bench kafka --rate 1000000 --minutes 5',
    'bench door --rows 2000000',
    'bench publishing --rate 300000 --minutes 1',
    'bench query --rows 10000000',
    'bench bytes --minutes 1440',
    'bench all',
  ])
    .addArgument(new Argument('<kind>', 'what to measure').choices(KINDS))
    .option('--rows <n>', 'readings to bring in', positive)
    .option('--lines <n>', 'lines a request', positive)
    .option('--rate <n>', 'readings a minute', positive)
    .option('--minutes <n>', 'how long', positiveDecimal)
    .option('--seed <n>', 'seed of the readings', positive)
    .option('--json', 'one JSON document on stdout')
    .action(async (kind: string, { json, ...flags }: BenchFlags) => {
      const outcome = await (
        await benchmark(folder, kind)
      )({
        ...flags,
        signal: shell.signal,
        onProgress: line => note(shell, line),
      })
      shell.stdout.write(json ? `${JSON.stringify(outcome.json)}\n` : `${outcome.text}\n`)
      if (!outcome.ok) shell.exitCode = EXIT.difference
    })
}

async function benchmark(folder: string, kind: string): Promise<RunBench> {
  const file = join(folder, `${kind}.ts`)
  if (!existsSync(file))
    throw new UsageError(`${file} is missing; benchmarks run in a checkout of the source.`)
  const module = (await import(pathToFileURL(file).href)) as { run: RunBench }
  return module.run
}
