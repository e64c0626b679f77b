import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../core/config/index.ts'
import { ConfigError } from '../core/errors.ts'
import type { Sensor, SensorChange } from '../core/schema/sensor.ts'
import { Bronze } from '../lake/bronze/index.ts'
import { connectServer, startEmbeddedEngine } from '../lake/engine/index.ts'
import type { Engine } from '../lake/engine/index.ts'
import { versionsBelow } from '../lake/load/lake-state.ts'
import { Loader } from '../lake/load/loader.ts'
import { migrate } from '../lake/migrations/index.ts'
import { writeFreeFlow } from '../lake/gold/index.ts'
import { lakeReader } from '../lake/read/index.ts'
import type { LakeReader } from '../lake/read/index.ts'
import { openLog } from '../log/segments/index.ts'
import type { SegmentLog } from '../log/segments/index.ts'
import { DistrictAnalytics } from '../serve/contract/index.ts'
import { listenControl } from '../serve/control.ts'
import { LiveHub } from '../serve/live/index.ts'
import type { Register } from '../serve/routes/register.ts'
import { buildServer } from '../serve/server.ts'
import { userSql } from '../serve/sql/index.ts'
import { ingestBody, oversizeFolder } from '../sources/http/index.ts'
import { adminOperations } from './admin.ts'
import { Admission } from './admission.ts'
import { version } from './cli/version.ts'
import { folderOf, holdFolder } from './folder.ts'
import type { HeldFolder } from './folder.ts'
import { ProblemBoard } from './problems.ts'
import { startRetention } from './retention.ts'
import { startSimulation } from './simulation.ts'
import { StatusKeeper } from './status.ts'

export interface SystemOptions {
  /** `serve`: page, API and simulator; `command`: nothing but the control socket, for one command. */
  readonly mode: 'serve' | 'command'
  readonly onProgress?: (line: string) => void
}

export interface RunningSystem {
  /** Where the page is; null when only the control socket listens. */
  readonly url: string | null
  readonly controlSocket: string
  readonly folder: string
  stop(): Promise<void>
}

const PAGE_DIR = resolve(import.meta.dirname, '../../web/dist')
const DISTRICTS_EVERY_MS = 5000
const BRONZE_EVERY_MS = 1000
const INDEX_BYTES = 256 * 1024 * 1024

/**
 * Builds and starts everything a configuration asks for, from left to right: folder, log, engine, loader, server,
 * sources. What was started is stopped again when a later part fails.
 */
export async function startSystem(config: Config, options: SystemOptions): Promise<RunningSystem> {
  const undo: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    return { ...(await assemble(config, options, undo)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function assemble(
  config: Config,
  { mode, onProgress = () => {} }: SystemOptions,
  undo: (() => Promise<unknown>)[],
): Promise<Omit<RunningSystem, 'stop'>> {
  const now = Date.now
  const problems = new ProblemBoard(now)
  const folder = await holdFolder(folderOf(config))
  undo.push(() => folder.release())

  onProgress('Opening the log…')
  const log = await openLog(folder.logDir, {
    onProblem: ({ kind, message }) => problems.set(`log_${kind}`, message),
    now,
  })
  undo.push(() => log.close())

  onProgress('Starting the engine…')
  const engine = await openEngine(config, folder)
  undo.push(() => engine.stop())
  await migrate(engine, folder.logDir)
  await writeFreeFlow(engine, config.city.freeFlowKmh, config.city.districtFreeFlowKmh, now())

  const bronze = new Bronze(engine, folder.logDir, log)
  onProgress('Bringing the lake level with the log…')
  const rules = rulesOf(config)
  let hub: LiveHub | null = null
  const loader = new Loader({
    engine,
    log,
    checkpointPath: folder.checkpointPath,
    rules,
    onLive: batch => hub?.apply(batch),
    onProgress,
    onProblem: (code, message) => problems.set(code, message),
  })
  undo.push(() => loader.stop())
  await loader.start()
  watchFreshness(log, loader, undo)
  keepBronze(bronze, undo)

  const status = new StatusKeeper({ config, version: version(), log, loader, engine, problems, now })
  undo.push(() => Promise.resolve(status.stop()))
  await status.start()
  hub = new LiveHub({ now, status: () => status.now(), epoch: randomBytes(6).toString('hex') })
  const lake = lakeReader(engine)
  await warm(hub, lake)
  const admission = new Admission({
    folder: folder.path,
    minFreeDiskBytes: config.limits.minFreeDiskBytes,
    maxBacklogRecords: config.limits.backlogRecords,
    maxBacklogBytes: config.limits.backlogBytes,
    backlog: () => status.backlog(),
    problems,
  })
  undo.push(() => Promise.resolve(admission.stop()))
  await admission.start()

  const oversize = oversizeFolder(folder.oversizeDir, now)
  const { maxLineBytes, maxBodyBytes } = config.limits
  const app = buildServer({
    mode: config.simulation.mode === 'profile' ? 'simulated' : 'real',
    admission: () => admission.check(),
    ingest: (body, request) => ingestBody(body, request, { log, oversize, now, maxLineBytes, maxBodyBytes }),
    lake,
    live: hub,
    status: () => status.now(),
    sql: userSql(engine, {
      timeoutS: config.limits.sqlTimeoutS,
      maxRows: config.limits.sqlMaxRows,
      maxMemoryBytes: config.limits.sqlMaxMemoryBytes,
    }),
    admin: adminOperations({ engine, log, loader, bronze, rules }),
    register: registerOf(log, lake, now),
    security: {
      host: config.server.host,
      allowedHosts: config.server.allowedHosts,
      tokens: config.server.tokens,
      adminSecret: folder.adminSecret,
      tileStyle: config.map.tileStyle,
    },
    pageDir: existsSync(join(PAGE_DIR, 'index.html')) ? PAGE_DIR : null,
    version: version(),
  })
  undo.push(() => app.close())
  await listenControl(app, folder.controlSocket)
  undo.push(startRetention({ config, log, loader, problems }))
  if (mode === 'command') return { url: null, controlSocket: folder.controlSocket, folder: folder.path }

  hub.start()
  refreshDistricts(hub, lake, undo)
  await simulate(config, { log, engine, status, problems, onProgress }, undo)
  const url = await listen(app, config)
  return { url, controlSocket: folder.controlSocket, folder: folder.path }
}

function openEngine(config: Config, folder: HeldFolder): Promise<Engine> {
  const { url, user, password, maxMemoryBytes } = config.lake
  if (url === null) return startEmbeddedEngine({ dir: folder.path, maxMemoryBytes })
  return connectServer({ url, user, ...(password === null ? {} : { password: password.reveal() }) })
}

function rulesOf(config: Config) {
  return {
    rules: {
      oldestMs: Date.parse(config.limits.oldest),
      maxFutureMs: config.limits.maxFutureS * 1000,
      maxSensors: config.limits.maxSensors,
    },
    zone: config.city.timeZone,
    intervalS: config.simulation.intervalS,
    maxIndexBytes: INDEX_BYTES,
  }
}

/** Notes when records became durable, until stopped. */
function watchFreshness(log: SegmentLog, loader: Loader, undo: (() => Promise<unknown>)[]): void {
  const stop = new AbortController()
  const watching = (async () => {
    let seen = log.synced
    while (!stop.signal.aborted) {
      await log.waitBeyond(seen, stop.signal)
      if (log.synced > seen) loader.freshness.durable(log.synced, log.synced - seen, performance.now())
      seen = log.synced
    }
  })()
  undo.push(() => {
    stop.abort()
    return watching
  })
}

/** A new segment is seen by SQL within a second. */
function keepBronze(bronze: Bronze, undo: (() => Promise<unknown>)[]): void {
  // While the engine is away there is nothing to ask it; the next round comes.
  const timer = setInterval(() => void bronze.refresh().catch(() => {}), BRONZE_EVERY_MS)
  timer.unref()
  undo.push(() => {
    clearInterval(timer)
    return bronze.refresh().catch(() => {})
  })
}

async function warm(hub: LiveHub, lake: LakeReader): Promise<void> {
  hub.load(await lake.recentSites())
  await updateDistricts(hub, lake)
}

async function updateDistricts(hub: LiveHub, lake: LakeReader): Promise<void> {
  const rows = await lake.latestDistricts()
  hub.setDistricts(rows.map(row => DistrictAnalytics.parse(row)))
  const { rows: sites } = await lake.page('intersections', { order: 'asc' }, 20_000)
  hub.setKnownSites(sites.length)
}

function refreshDistricts(hub: LiveHub, lake: LakeReader, undo: (() => Promise<unknown>)[]): void {
  let asking: Promise<void> | null = null
  const timer = setInterval(() => {
    // While the engine is away the last figures stay; the status says why.
    asking ??= updateDistricts(hub, lake)
      .catch(() => {})
      .finally(() => (asking = null))
  }, DISTRICTS_EVERY_MS)
  timer.unref()
  undo.push(async () => {
    clearInterval(timer)
    await asking
  })
}

function registerOf(log: SegmentLog, lake: LakeReader, now: () => number): Register {
  const append = async (changes: readonly SensorChange[]) => {
    const lines = Buffer.from(changes.map(change => `${JSON.stringify(change)}\n`).join(''))
    await log.append({
      kind: 'sensor',
      source: 'register',
      arrivedAtMs: now(),
      intervalS: null,
      lines,
      count: changes.length,
    })
  }
  return {
    put: (sensors: readonly Sensor[]) => append(sensors.map(sensor => ({ op: 'put', sensor }))),
    remove: async sensorId => {
      const { rows } = await lake.page('sensors', { where: { sensor_id: [sensorId] }, order: 'asc' }, 1)
      if (rows[0]?.['registered'] !== true) return false
      await append([{ op: 'remove', sensor_id: sensorId }])
      return true
    },
  }
}

async function simulate(
  config: Config,
  deps: {
    log: SegmentLog
    engine: Engine
    status: StatusKeeper
    problems: ProblemBoard
    onProgress: (line: string) => void
  },
  undo: (() => Promise<unknown>)[],
): Promise<void> {
  if (config.simulation.mode !== 'profile') return
  const simulation = startSimulation({
    config,
    log: deps.log,
    resumeFromMs: deps.status.newestMs,
    register: await versionsBelow(deps.engine, Number.MAX_SAFE_INTEGER),
    problems: deps.problems,
    now: Date.now,
    onProgress: deps.onProgress,
  })
  undo.push(() => simulation.stop())
  await simulation.filled
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  const { host, port } = config.server
  try {
    const address = new URL(await app.listen({ host, port }))
    const name = ['127.0.0.1', '::1'].includes(host) ? 'localhost' : address.hostname
    return `http://${name}:${address.port || '80'}`
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
    throw new ConfigError(
      `server.port: ${port} is in use on ${host}; choose another with --port, or 0 for a free one`,
      { cause },
    )
  }
}
