import type { Config } from '../../core/config/index.ts'
import { TABLES_PREFIX } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import { byCron } from '../../sources/poll/index.ts'
import type { Schedule } from '../../sources/poll/index.ts'
import type { Job, RunResult } from '../jobs/index.ts'
import type { Publishing } from './publishing.ts'
import { steadily } from './work.ts'

const NOTHING: RunResult = { rows: 0, sent: 0, withdrawn: 0, rejected: 0, notice: null }

/** When open tables are tended. */
export interface UpkeepPlan {
  readonly zone: string
  /** Null: only when somebody asks for it. */
  readonly optimise: Schedule | null
  readonly vacuum: Schedule | null
}

export interface UpkeepSettings {
  readonly tables: Pick<Config['tables'], 'optimiseCron' | 'vacuumCron'>
  readonly city: Pick<Config['city'], 'timeZone'>
}

/** @throws {ConfigError} for what is no schedule */
export function upkeepPlan({ tables, city }: UpkeepSettings): UpkeepPlan {
  const zone = city.timeZone
  const planned = (key: 'optimiseCron' | 'vacuumCron') => {
    const cron = tables[key]
    try {
      return cron === null ? null : byCron(cron, zone)
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      throw new ConfigError(`The configuration has a mistake:\n  tables.${key}: ${error.message}`)
    }
  }
  return { zone, optimise: planned('optimiseCron'), vacuum: planned('vacuumCron') }
}

export interface UpkeepDeps {
  readonly plan: UpkeepPlan
  readonly publishing: Pick<Publishing, 'inTurn' | 'status'>
  /** A folder on this machine for files on their way. */
  readonly spool: string
  /** A server can't reach files on their way: other programs put files together then. */
  readonly isEmbedded: boolean
}

/** Jobs that put small files of open tables together, and remove those that nobody reads any more. */
export function upkeepJobs({ plan, publishing, spool, isEmbedded }: UpkeepDeps): Job[] {
  const { zone, optimise, vacuum } = plan
  const { where } = publishing.status
  const inTurn = (signal: AbortSignal, work: Parameters<Publishing['inTurn']>[0]) =>
    steadily(() => publishing.inTurn(work, signal), signal) as Promise<RunResult>
  const none = () => undefined
  const jobs: Job[] = [
    {
      name: `${TABLES_PREFIX}optimise`,
      about: `puts small files of open tables together: ${where}`,
      ...{ stream: null, schedule: optimise, zone },
      run: ({ signal }) =>
        inTurn(signal, async (publisher, ends) => {
          const { before, after } = await publisher.optimise(null, spool, ends, none)
          return { ...NOTHING, rows: before, sent: after, withdrawn: before }
        }),
    },
    {
      name: `${TABLES_PREFIX}vacuum`,
      about: `removes files of open tables that no version of the last 7 days has: ${where}`,
      ...{ stream: null, schedule: vacuum, zone },
      run: ({ signal }) =>
        inTurn(signal, async (publisher, ends) => ({
          ...NOTHING,
          withdrawn: await publisher.vacuum(null, ends, none),
        })),
    },
  ]
  return isEmbedded ? jobs : jobs.slice(1)
}
