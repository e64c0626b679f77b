import type { Config } from '../../core/config/index.ts'
import { OUTPUT_PREFIX } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { ReadingEngine } from '../../lake/engine/index.ts'
import { describedTables } from '../../lake/streams/described.ts'
import { readableLakeOf } from '../../serve/sql/index.ts'
import { byCron } from '../../sources/poll/index.ts'
import type { Schedule } from '../../sources/poll/index.ts'
import type { Job } from '../jobs/index.ts'
import type { OutputSettings } from './run-output.ts'

/** An output whose table and schedule can be. */
export interface PlannedOutput {
  readonly settings: OutputSettings
  readonly schedule: Schedule | null
  /** Of the schedule. */
  readonly zone: string
}

export interface OutputJobsDeps {
  readonly engine: ReadingEngine
  readonly streams: readonly Stream[]
  /** Resolves when everything that is durable now is in the tables. */
  readonly level: (signal: AbortSignal) => Promise<void>
  /** The jobs that bring records in. */
  readonly sources: readonly Job[]
}

/**
 * The outputs that the settings name; none in the demo, because nobody wants simulated rows in a database.
 * @throws {ConfigError} naming every one that can't be
 */
export function outputsOf(config: Config, streams: readonly Stream[]): PlannedOutput[] {
  const { tables } = readableLakeOf(streams)
  const zone = config.city.timeZone
  const mistakes: string[] = []
  const outputs = config.outputs.databases.flatMap(settings => {
    const { name, from, cron } = settings
    if (!tables.has(from))
      mistakes.push(`  outputs.databases "${name}": ${from} is no table that SQL may read`)
    try {
      return [{ settings, zone, schedule: cron === null ? null : byCron(cron, zone) }]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      mistakes.push(`  outputs.databases "${name}": ${error.message}`)
      return []
    }
  })
  if (mistakes.length > 0)
    throw new ConfigError(
      `The configuration has ${mistakes.length} mistake(s) in outputs:\n${mistakes.join('\n')}`,
    )
  return config.simulation.mode === 'off' ? outputs : []
}

/** Their jobs: each runs by its schedule, and after every job that brought records of which its table is made. */
export function outputJobs(outputs: readonly PlannedOutput[], deps: OutputJobsDeps): Job[] {
  const { engine, streams, level, sources } = deps
  const listed = readableLakeOf(streams).tables
  return outputs.map(({ settings, schedule, zone }) => {
    const { name, from, kind, host, database, table } = settings
    const makers = streams.filter(stream => describedTables(stream).some(one => one.table === from))
    return {
      name: `${OUTPUT_PREFIX}${name}`,
      about: `${from} to ${kind} ${host}/${database}.${table}`,
      stream: null,
      ...{ schedule, zone },
      after: sources.flatMap(job => (makers.some(stream => stream.name === job.stream) ? [job.name] : [])),
      run: async ({ signal, step }) => {
        await step('deliver')
        await level(signal)
        // The drivers are loaded when they are needed: most systems have no output.
        const { runOutput } = await import('./run-output.ts')
        const { read, inserted, updated, deleted } = await runOutput(settings, { engine, listed, signal })
        return { rows: read, sent: inserted + updated, withdrawn: deleted, rejected: 0, notice: null }
      },
    }
  })
}
