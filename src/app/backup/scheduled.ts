import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BACKUP_JOB } from '../../core/config/index.ts'
import type { Config } from '../../core/config/index.ts'
import { AppError, ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { BackupStatus } from '../../serve/contract/index.ts'
import { byCron } from '../../sources/poll/index.ts'
import type { Schedule } from '../../sources/poll/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import type { Job, RunContext, RunResult } from '../jobs/index.ts'
import type { ProblemBoard } from '../problems.ts'
import { storeAt } from '../storage/index.ts'
import { prune } from './keep.ts'
import { makeBackup } from './make.ts'
import { backupNames, backupTime } from './manifest.ts'

export interface Backups {
  /** Undefined where none are made on a schedule. */
  readonly status: () => BackupStatus | undefined
  readonly jobs: readonly Job[]
  /** Looks from now on how old the newest is. */
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export interface BackupsDeps {
  readonly config: Pick<Config, 'backup' | 'city'>
  /** The data folder, called as its city. */
  readonly folder: string
  readonly problems: Pick<ProblemBoard, 'set'>
  readonly now: () => number
}

/** The place of backups can't be written or read; the message says why. */
export class BackupPlaceError extends AppError {
  readonly code = 'ART_BACKUP_PLACE'
  override readonly retryable = true
}

/** Backups of others, made by hand, are seen within this. */
const LOOK_MS = 300_000
/** That the newest grows old is told within this. */
const TELL_MS = 10_000

/** When backups are made; null: only by hand. @throws {ConfigError} for what is no schedule */
export function backupSchedule({ backup, city }: BackupsDeps['config']): Schedule | null {
  try {
    return backup.cron === null ? null : byCron(backup.cron, city.timeZone)
  } catch (error) {
    if (!(error instanceof FeedError)) throw error
    throw new ConfigError(`The configuration has a mistake:\n  backup.cron: ${error.message}`)
  }
}

/** Backups on a schedule, as the settings want it: a job of the system that it keeps, and how old the newest is. */
export async function openBackups(deps: BackupsDeps): Promise<Backups> {
  const { config } = deps
  const schedule = backupSchedule(config)
  if (schedule === null)
    return { status: () => undefined, jobs: [], start: () => undefined, stop: () => Promise.resolve() }
  const store = await storeAt('backup', config.backup, config.backup.folder ?? '')
  const watch = new BackupWatch({ ...deps, store, city: basename(deps.folder) })
  return {
    status: () => watch.status,
    jobs: [backupJob(deps, store, schedule, () => watch.look())],
    start: () => watch.start(),
    stop: () => watch.stop(),
  }
}

function backupJob(
  { config, folder, now }: BackupsDeps,
  store: ObjectStore,
  schedule: Schedule,
  onMade: () => Promise<void>,
): Job {
  const city = basename(folder)
  const { keep } = config.backup
  const run = async ({ signal }: RunContext): Promise<RunResult> => {
    const made = await makeBackup({ folder, city, store, nowMs: now(), onProgress: () => undefined, signal })
    const removed = keep === null ? [] : (await prune(store, city, keep)).removed
    await onMade()
    return { rows: made.files, sent: made.sentFiles, withdrawn: removed.length, rejected: 0, notice: null }
  }
  return {
    name: BACKUP_JOB,
    about: `keeps the data folder: ${store.where}`,
    ...{ stream: null, schedule, zone: config.city.timeZone },
    run: async context => {
      try {
        return await run(context)
      } catch (error) {
        throw placeError(error, store.where)
      }
    },
  }
}

interface WatchDeps extends BackupsDeps {
  readonly store: ObjectStore
  readonly city: string
}

/** Knows how old the newest backup is, whoever made it. */
class BackupWatch {
  readonly #deps: WatchDeps
  readonly #openedMs: number
  readonly #stop = new AbortController()
  #loop: Promise<void> = Promise.resolve()
  #last: string | null = null
  #failure: string | null = null

  constructor(deps: WatchDeps) {
    this.#deps = deps
    this.#openedMs = deps.now()
  }

  get status(): BackupStatus {
    const { store, now } = this.#deps
    const lastMs = this.#last === null ? null : backupTime(this.#last)
    return {
      where: store.where,
      last: this.#last,
      lastAt: lastMs === null ? null : new Date(lastMs).toISOString(),
      lagS: Math.max(0, now() - (lastMs ?? this.#openedMs)) / 1000,
    }
  }

  start(): void {
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#loop
  }

  /** Looks which is the newest; where that can't be told, what was known stays. */
  async look(): Promise<void> {
    const { store, city } = this.#deps
    try {
      this.#last = (await backupNames(store, city)).at(-1) ?? null
      this.#failure = null
    } catch (error) {
      const known = placeError(error, store.where)
      if (!(known instanceof AppError)) throw known
      this.#failure = known.message
    }
    this.#tell()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    for (let sinceMs = LOOK_MS; !signal.aborted; sinceMs += TELL_MS) {
      if (sinceMs >= LOOK_MS) {
        await this.look()
        sinceMs = 0
      }
      this.#tell()
      await sleep(TELL_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  #tell(): void {
    const { problems, config, store } = this.#deps
    const { lastAt, lagS } = this.status
    const { lagS: most } = config.backup
    problems.set(
      'backup_place',
      this.#failure === null
        ? null
        : `The place of backups can't be read: ${this.#failure}. It is tried again by itself.`,
    )
    const newest =
      lastAt === null
        ? `There is no backup in ${store.where}`
        : `The newest backup in ${store.where} is of ${lastAt}`
    problems.set(
      'backup_lag',
      lagS <= most
        ? null
        : `${newest}, longer ago than backup.lagS allows (${most} s). \`arterial jobs history ${BACKUP_JOB}\` shows why; \`arterial jobs run ${BACKUP_JOB}\` makes one now.`,
    )
  }
}

/** What the operating system says of a folder, told so that the job tries again; other errors as they are. */
function placeError(error: unknown, where: string): Error {
  if (!(error instanceof Error)) return new Error(String(error), { cause: error })
  if (error instanceof AppError || !('code' in error) || error.name === 'AbortError') return error
  return new BackupPlaceError(`${where}: ${error.message}`, { cause: error })
}
