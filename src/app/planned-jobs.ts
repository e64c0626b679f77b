import { join } from 'node:path'
import { BACKUP_JOB, OUTPUT_PREFIX, publishesTables, TABLES_PREFIX } from '../core/config/index.ts'
import type { Config } from '../core/config/index.ts'
import type { LogWriter } from '../core/log.ts'
import { streams } from '../streams/index.ts'
import { backupSchedule } from './backup/index.ts'
import { datasetsOf, incidentReader, openDatasets } from './datasets/index.ts'
import type { DatasetJobsDeps, OpenDataset } from './datasets/index.ts'
import { storeWithRoom } from './disk/index.ts'
import type { DiskWatch } from './disk/index.ts'
import { cityBoundary } from './incidents/places.ts'
import { openJobs } from './jobs/index.ts'
import type { Job, Jobs, JobsDeps } from './jobs/index.ts'
import { landingStore } from './landing/index.ts'
import { outputJobs, outputsOf } from './outputs/index.ts'
import type { OutputJobsDeps } from './outputs/index.ts'
import { pipelineJobs, pipelinesOf } from './pipelines/index.ts'
import type { StepWorkDeps } from './pipelines/index.ts'
import { upkeepPlan } from './tables/upkeep-jobs.ts'

export interface PlannedDeps
  extends Omit<JobsDeps, 'jobs' | 'folder' | 'keepRuns'>, Pick<OutputJobsDeps, 'engine' | 'level'> {
  /** Of the data folder. */
  readonly folder: string
  readonly log: LogWriter
  readonly rules: DatasetJobsDeps['rules']
  /** What is done beside on a schedule. */
  readonly others: readonly Job[]
  /** What steps of pipelines call. */
  readonly steps: StepWorkDeps
  /** Of the data folder. */
  readonly disk: Pick<DiskWatch, 'closed'>
}

export interface OpenedJobs extends Jobs {
  readonly datasets: readonly OpenDataset[]
}

/** Opens the jobs that were planned. */
export type PlannedJobs = (deps: PlannedDeps) => Promise<OpenedJobs>

/**
 * Everything that the settings want done on a schedule.
 * @throws {ConfigError} for what can't be; nothing is opened then
 */
export function plannedJobs(config: Config): PlannedJobs {
  const datasets = datasetsOf(config, streams, [incidentReader({ isNearCity: boundaryOf(config) })])
  const outputs = outputsOf(config, streams)
  // What of it can't be is told now; the jobs come with the tables.
  if (publishesTables(config.tables)) upkeepPlan(config)
  backupSchedule(config)
  const pipelines = pipelinesOf(config, namesOf(config))
  return async ({ folder, disk, log, rules, engine, level, others, steps, ...deps }) => {
    const bare = await landingStore(config, folder)
    const store = config.landing.kind === 'folder' ? storeWithRoom(bare, disk) : bare
    const { problems } = deps
    const opened = openDatasets(datasets, { config, folder, log, store, rules, problems })
    // What of them is damaged is told at once.
    await Promise.all(opened.map(({ catalog }) => catalog.memory))
    const sources = opened.map(({ job }) => job)
    const jobs = await openJobs({
      ...deps,
      jobs: [
        ...sources,
        ...outputJobs(outputs, { engine, streams, level, sources }),
        ...others,
        ...pipelineJobs(pipelines, steps),
      ],
      folder: join(folder, 'jobs'),
      keepRuns: config.jobs.keepRuns,
    })
    return { ...jobs, datasets: opened }
  }
}

/** Jobs that a step of a pipeline may run. */
function namesOf({ jobs, outputs, tables, lake, backup }: Config): string[] {
  const upkeep = [...(lake.url === null ? ['optimise'] : []), 'vacuum']
  return [
    ...jobs.datasets.map(({ name }) => name),
    ...outputs.databases.map(({ name }) => `${OUTPUT_PREFIX}${name}`),
    ...(backup.cron === null ? [] : [BACKUP_JOB]),
    ...(publishesTables(tables) ? upkeep.map(name => `${TABLES_PREFIX}${name}`) : []),
  ]
}

/** Its file need not be there where no dataset is read. */
function boundaryOf({ incidents, jobs }: Config): ReturnType<typeof cityBoundary> {
  return jobs.datasets.length === 0 ? null : cityBoundary(incidents)
}
