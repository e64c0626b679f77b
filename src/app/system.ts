import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../core/config/index.ts'
import type { Engine } from '../lake/engine/index.ts'
import { versionsBelow } from '../lake/once/lake-queries.ts'
import { lakeReader } from '../lake/read/index.ts'
import { oversizeFolder } from '../sources/http/index.ts'
import type { KafkaFeed } from '../sources/kafka/index.ts'
import type { Polling } from '../sources/poll/index.ts'
import { LiveHub, StreamTopics } from '../serve/live/index.ts'
import type { FollowStatus } from '../serve/contract/index.ts'
import { RequestTimes } from '../serve/request-times.ts'
import { sqlQueue } from '../serve/sql/index.ts'
import { streams } from '../streams/index.ts'
import { openAlerts } from './alerts/index.ts'
import { openBackups } from './backup/index.ts'
import { startCalendarDays } from './calendar-days.ts'
import { openCatalog } from './catalog/index.ts'
import { version } from './cli/version.ts'
import { refreshDistricts, warm } from './doors/districts.ts'
import { openBiDoor } from './doors/beside/bi.ts'
import { adminOperations } from './doors/admin.ts'
import { openDoors } from './doors/index.ts'
import { recordDoor } from './doors/record-door.ts'
import { listenAt } from './doors/listen.ts'
import { openPublicDoor } from './doors/beside/public.ts'
import { appendsWithRoom, DiskWatch, FolderUsage, holdWithRoom, oversizeWithRoom } from './disk/index.ts'
import { folderOf } from './folder/index.ts'
import { refuseOrphan } from './follow/copies.ts'
import { settingsOfCopy, startFollowing } from './follow/index.ts'
import type { FollowDeps } from './follow/index.ts'
import { liveFeedsOf, startLiveTopics } from './follow/live/index.ts'
import type { LiveTopicsDeps } from './follow/live/index.ts'
import { MinuteOwners } from './follow/live/minute-owners.ts'
import { openLake } from './lake.ts'
import type { OpenLake } from './lake.ts'
import { brokersOf, Brokers } from './brokers/index.ts'
import { levelWithLog } from './incidents/level.ts'
import { keepIncidentRecord } from './incidents/record.ts'
import { plannedJobs } from './planned-jobs.ts'
import { feedList, poll, polledFeeds } from './polling/index.ts'
import { ProblemBoard } from './problems.ts'
import { openReports } from './reports/index.ts'
import { startCompaction } from './housekeeping/compaction.ts'
import { startRetention } from './housekeeping/retention.ts'
import { noteServing } from './folder/serving.ts'
import { presentStreams } from './simulated-streams.ts'
import { simulatedCity, startSimulation } from './simulation.ts'
import type { SimulatedCity, SimulationDeps } from './simulation.ts'
import { StatusKeeper } from './status.ts'
import type { StatusDeps } from './status.ts'
import { streamSet } from './streams.ts'
import { openTables } from './tables/index.ts'
import { shutDown } from './shutdown-steps.ts'
import type { ShutdownSteps } from './shutdown-steps.ts'

const LEVEL_WITHIN_MS = 60_000
const ROOM_AGAIN = {
  disk_nearly_full: 'The disk has room again: readings are taken.',
  disk_full: 'The disk has room again: loading goes on.',
} as const

export interface SystemOptions {
  /** `serve`: page, API and simulator; `command`: nothing but the control socket, for one command. */
  readonly mode: 'serve' | 'command'
  readonly onProgress?: (line: string) => void
  /** Ends the waiting for disk space. @default never */
  readonly signal?: AbortSignal
  /** False refuses to start on a damaged lake instead of making a new one. @default true */
  readonly mayRebuild?: boolean
}

export interface RunningSystem {
  /** Where the page is; null when only the control socket listens. */
  readonly url: string | null
  /** Where citizens read the incident record; null where the settings have no such address. */
  readonly publicUrl: string | null
  /** Where BI tools connect; null where the settings have no such address. */
  readonly biUrl: string | null
  readonly controlSocket: string
  readonly folder: string
  /** Resolves, with the reason, when only another start can mend the lake; never where it stays well. */
  readonly broken: Promise<string>
  stop(): Promise<void>
}

/**
 * Builds and starts everything a configuration asks for, from left to right: folder, log, engine, loader, server,
 * sources. What was started is stopped again when a later part fails.
 */
export async function startSystem(given: Config, options: SystemOptions): Promise<RunningSystem> {
  const config = settingsOfCopy(given)
  const undo: ShutdownSteps = []
  const stop = () => shutDown(undo)
  try {
    const liveFeeds = options.mode === 'serve' ? liveFeedsOf(given, streams) : []
    return { ...(await assemble(config, { ...options, liveFeeds }, undo)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Options extends SystemOptions {
  /** Topics that a copy shows as they arrive. */
  readonly liveFeeds: readonly KafkaFeed[]
}

async function assemble(
  config: Config,
  {
    mode,
    onProgress = () => {},
    signal = new AbortController().signal,
    mayRebuild = true,
    liveFeeds,
  }: Options,
  undo: ShutdownSteps,
): Promise<Omit<RunningSystem, 'stop'>> {
  // A feed or a dataset that can't be is told before anything is opened.
  const polled = mode === 'serve' ? polledFeeds(config, streams) : []
  const brokers = new Brokers(mode === 'serve' ? brokersOf(config, streams) : null)
  const planned = plannedJobs(config)
  const problems = new ProblemBoard(Date.now)
  const broken = Promise.withResolvers<string>()
  const disk = watchDisk(config, problems, onProgress, undo)
  const folder = await holdWithRoom({
    path: folderOf(config),
    disk,
    address: mode === 'serve' ? config.server : null,
    signal,
    onProgress,
  })
  undo.push(() => folder.release())
  await disk.start()
  let hub: LiveHub | null = null
  const topics = new StreamTopics({ now: Date.now })
  // The past that a simulation fills is shown, but it is no news: it does not count in the rate.
  let filling = config.simulation.mode === 'profile'
  const owners = liveFeeds.length === 0 ? null : new MinuteOwners()
  const lake = await openLake(
    {
      config,
      folder,
      disk,
      problems,
      mode,
      mayRebuild,
      signal,
      onBroken: broken.resolve,
      onLive: batch =>
        filling ? hub?.load(batch.partials) : hub?.apply(owners?.of('tables', batch) ?? batch),
      onRows: (stream, rows) => {
        if (!filling) topics.rows(stream, rows)
      },
      watchers: () => (hub?.clients ?? 0) + topics.clients,
      onProgress,
    },
    undo,
  )
  if (mode === 'serve') refuseOrphan(config, lake.log)
  const shared = { config, folder: folder.path, lake, streams, disk, problems, version: version() }
  const openedTables = await openTables(shared)
  undo.push(openedTables.stop)
  const backups = await openBackups({ config, folder: folder.path, problems, now: Date.now })
  undo.push(backups.stop)
  let following: (() => FollowStatus) | null = null
  const status = await keepStatus(
    {
      ...lake,
      config,
      disk,
      usage: watchUsage(folder.path, undo),
      version: version(),
      problems,
      brokers: () => brokers.status(),
      follow: () => following?.(),
      tables: openedTables.status,
      backup: backups.status,
      now: Date.now,
    },
    undo,
  )
  const incidents = keepIncidentRecord({ ...lake, config, problems }, undo)
  const reader = lakeReader(lake.readers.page)
  hub = new LiveHub({
    now: Date.now,
    status: () => status.now(),
    onJoin: () => lake.loader.asked(),
    epoch: randomBytes(6).toString('hex'),
  })
  const partials = await warm(hub, reader)
  owners?.of('tables', { partials })

  const simulated = filling && mode === 'serve' ? simulatedCity(config) : null
  const draw = simulated === null ? undefined : drawing(simulated)
  let polling: Polling | null = null
  const feeds = () => feedList(polling?.pollStates() ?? [], Date.now())
  const door = recordDoor({ config, lake, incidents }, undo)
  const admin = adminOperations({ ...lake, streams: streamSet, incidents })
  const retention = startRetention({ ...lake, config, disk, problems, oversizeDir: folder.oversizeDir })
  undo.push(retention.stop)
  const levelled = (stopped: AbortSignal) => levelWithLog({ ...lake, incidents }, stopped)
  const reports = openReports({
    ...{ folder: folder.path, zone: config.city.timeZone, engine: lake.readers.page, reader },
    ...{ status: () => status.whenMeasured(), level: levelled, now: Date.now },
  })
  const log = appendsWithRoom(lake.log, disk)
  // One for all: each cleans up what a crash left of others.
  const oversize = oversizeWithRoom(oversizeFolder(folder.oversizeDir, Date.now), disk)
  const jobs = await planned({
    ...{ folder: folder.path, disk, log, engine: lake.engine, problems, onProgress },
    rules: { ...lake.rules.rules, zone: lake.rules.zone },
    level: levelled,
    others: [...openedTables.jobs, ...backups.jobs],
    steps: {
      ...{ tables: openedTables, admin, retain: retention.now },
      ...{ analyst: door.incidentAnalyst, report: reports.write },
    },
    followsSchedule: mode === 'serve',
    now: Date.now,
  })
  const catalog = await openCatalog({
    ...{ lake, streams, problems, folder: folder.path, version: version() },
    datasets: jobs.datasets,
    status: () => status.now(),
  })
  const alerts = await openAlerts({
    ...{ config, folder: folder.path, problems, lake, streams },
    places: incidents.places,
    now: Date.now,
  })
  const requests = new RequestTimes()
  // One reader is for quick statements.
  const statements = sqlQueue({ longSlots: config.lake.readers - 1 })
  const app = await openDoors(
    {
      streams,
      config,
      folder,
      disk,
      oversize,
      lake,
      incidents,
      recordDoor: door,
      admin,
      reports,
      reader,
      hub,
      topics,
      status,
      feeds,
      jobs,
      catalog,
      alerts,
      requests,
      openTables: openedTables,
      draw,
      sqlQueue: statements,
    },
    undo,
  )
  undo.push(jobs.stop)
  undo.push(startCompaction({ ...lake, config, disk, problems }))
  const { controlSocket, path } = folder
  const place = { controlSocket, folder: path, broken: broken.promise }
  if (mode === 'command') {
    jobs.start()
    return { url: null, publicUrl: null, biUrl: null, ...place }
  }

  hub.start()
  refreshDistricts(hub, reader, undo)
  if (simulated !== null)
    await simulate({ ...lake, simulated, log, config, status, problems, onProgress }, undo)
  if (filling) await level(lake)
  filling = false
  const synced = () => lake.log.synced
  following = await follow(
    { config, log: lake.log, disk, backlog: () => status.backlog(), problems },
    {
      ...{ feeds: liveFeeds, lake, maxLineBytes: config.limits.maxLineBytes, problems, onProgress },
      onLive: batch => hub.apply(owners?.of('topics', batch) ?? batch),
    },
    undo,
  )
  // A copy gets its days as everything else.
  if (following === null)
    undo.push(startCalendarDays({ ...lake, config, log, synced, problems, now: Date.now }))
  polling = poll({ config, feeds: polled, folder: folder.path, log, disk, problems, onProgress })
  undo.push(polling.stop)
  undo.push(() => brokers.stop())
  await brokers.start({
    ...{ config, folder: folder.path, log, oversize, disk, problems, onProgress },
    ...{ streams, engine: lake.engine, visible: () => lake.loader.visible },
    origins: () => lake.log.origins,
    backlog: () => status.backlog(),
  })
  await alerts.start(undo)
  jobs.start()
  openedTables.start()
  backups.start()
  const publicUrl = await openPublicDoor({ config, lake, incidents, requests }, undo)
  const biUrl = await openBiDoor({ config, lake, streams, queue: statements, requests }, undo)
  const url = await listenAt(app, config.server)
  await noteServing(folder.path, { city: config.city.name, url }, undo)
  return { url, publicUrl, biUrl, ...place }
}

/** Begins to follow another one's tables, and topics for the live picture. @returns null where the settings name none */
async function follow(
  deps: FollowDeps,
  ofLive: LiveTopicsDeps,
  undo: ShutdownSteps,
): Promise<(() => FollowStatus) | null> {
  const following = await startFollowing(deps, undo)
  if (following === null) return null
  const live = await startLiveTopics(ofLive, undo)
  return () => ({ ...following(), live: live() })
}

/** One place says what may be written; what it finds is a problem of the board, and a line for who started the system. */
function watchDisk(
  config: Config,
  problems: ProblemBoard,
  onProgress: (line: string) => void,
  undo: ShutdownSteps,
): DiskWatch {
  const told = new Set<string>()
  const disk = new DiskWatch({
    folder: folderOf(config),
    minFreeDiskBytes: config.limits.minFreeDiskBytes,
    holdsLake: config.lake.url === null,
    onProblem: (code, message) => {
      problems.set(code, message)
      if (message !== null && !told.has(code)) onProgress(message)
      if (message === null && told.has(code)) onProgress(ROOM_AGAIN[code])
      if (message === null) told.delete(code)
      else told.add(code)
    },
  })
  undo.push(() => {
    disk.stop()
    return Promise.resolve()
  })
  return disk
}

function watchUsage(folder: string, undo: ShutdownSteps): FolderUsage {
  const usage = new FolderUsage({ folder, elapsedMs: () => performance.now(), now: Date.now })
  undo.push(() => usage.stop())
  return usage
}

async function keepStatus(deps: StatusDeps, undo: ShutdownSteps): Promise<StatusKeeper> {
  const status = new StatusKeeper(deps)
  undo.push(() => {
    status.stop()
    return Promise.resolve()
  })
  await status.start()
  return status
}

/** Waits until the past is in gold, so that the page opens on a whole picture; not for ever, should something be wrong. */
async function level({ log, loader }: OpenLake): Promise<void> {
  const target = log.synced
  const deadline = performance.now() + LEVEL_WITHIN_MS
  while (loader.visible < target && performance.now() < deadline) await sleep(20)
}

function drawing({ drawSnapshot }: SimulatedCity): (cameraId: string, nowMs: number) => Buffer {
  return (cameraId, nowMs) => drawSnapshot(cameraId, nowMs).bytes
}

async function simulate(
  deps: Omit<SimulationDeps, 'resumeFromMs' | 'register' | 'now' | 'streams' | 'present'> & {
    engine: Engine
    status: StatusKeeper
  },
  undo: ShutdownSteps,
): Promise<void> {
  const simulation = startSimulation({
    ...deps,
    streams: new Set(streams.map(({ name }) => name)),
    present: await presentStreams(deps.engine, streams),
    resumeFromMs: deps.status.newestMs,
    register: await versionsBelow(deps.engine, Number.MAX_SAFE_INTEGER),
    now: Date.now,
  })
  undo.push(() => simulation.stop())
  await simulation.filled
}
