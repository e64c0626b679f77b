import { setTimeout as wait } from 'node:timers/promises'
import { followsTables } from '../../core/config/index.ts'
import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FollowedLines } from '../../lake/follow/index.ts'
import type { FollowStatus } from '../../serve/contract/index.ts'
import type { SegmentLog } from '../../log/segments/index.ts'
import { appendsWithRoom } from '../disk/index.ts'
import type { DiskWatch } from '../disk/index.ts'
import type { ProblemBoard } from '../problems.ts'
import { storeAt } from '../storage/index.ts'
import type { ShutdownSteps } from '../shutdown-steps.ts'
import { followedStore } from './followed-store.ts'
import { Follower } from './follower.ts'

export interface FollowDeps {
  readonly config: Config
  readonly log: SegmentLog
  readonly disk: Pick<DiskWatch, 'closed'>
  /** What waits to be loaded. */
  readonly backlog: () => { readonly records: number }
  readonly problems: ProblemBoard
}

const FAILURES_TO_TELL = 3

/**
 * The settings of a copy: what it has comes from the tables that it follows and from nowhere else, and it tells and writes nobody what
 * the other one does already.
 * @throws {ConfigError} where the city is simulated
 */
export function settingsOfCopy(config: Config): Config {
  if (!followsTables(config.follow)) return config
  if (config.simulation.mode !== 'off')
    throw new ConfigError(
      'follow: a simulated city follows nobody; set simulation.mode to off (--simulate off)',
    )
  const { jobs, outputs, polling, alerts, tables, backup } = config
  return {
    ...config,
    polling: { ...polling, feeds: [] },
    kafka: { feeds: [], outputs: [], doors: [] },
    mqtt: { feeds: [], doors: [] },
    jobs: { ...jobs, datasets: [], pipelines: [] },
    outputs: { ...outputs, databases: [] },
    backup: { ...backup, cron: null },
    tables: { ...tables, kind: 'folder', folder: null },
    alerts: { ...alerts, rules: [], targets: [] },
  }
}

/**
 * Follows the tables that the settings name, until stopped.
 * @returns how far it is; null where the settings name none
 */
export async function startFollowing(
  { config, log, disk, backlog, problems }: FollowDeps,
  undo: ShutdownSteps,
): Promise<(() => Omit<FollowStatus, 'live'>) | null> {
  const { follow: settings, limits } = config
  if (!followsTables(settings)) return null
  const store = await storeAt('follow', settings, settings.folder ?? '')
  const place =
    settings.kind === 'folder' || settings.prefix === ''
      ? store.where
      : `${store.where}, below ${settings.prefix}`
  const withRoom = appendsWithRoom(log, disk)
  const follower = new Follower({
    place,
    lines: new FollowedLines(followedStore(store)),
    log: {
      append: batch => withRoom.append(batch),
      get synced() {
        return log.synced
      },
      get origins() {
        return log.origins
      },
    },
    everyMs: settings.everyS * 1000,
    closed: () => {
      if (disk.closed !== null) return disk.closed
      const { records } = backlog()
      return records > limits.backlogRecords ? `${records} records wait to be loaded` : null
    },
    sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
    onChange: () =>
      problems.set(
        'follow',
        follower.failures < FAILURES_TO_TELL
          ? null
          : `What the other server publishes (${place}) can't be followed: ${follower.status.message ?? ''}. It is tried again by itself.`,
      ),
  })
  const over = new AbortController()
  const running = follower.run(over.signal)
  undo.push(async () => {
    over.abort()
    await running
  })
  return () => follower.status
}
