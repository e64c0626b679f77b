import type { FastifyInstance } from 'fastify'
import type { Config } from '../../core/config/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { outcomeReader, type LakeReader } from '../../lake/read/index.ts'
import type { Feed } from '../../serve/contract/index.ts'
import { listenControl } from '../../serve/control.ts'
import type { LiveHub, StreamTopics } from '../../serve/live/index.ts'
import { lineLog } from '../../serve/logging/log-lines.ts'
import type { Admin } from '../../serve/routes/admin.ts'
import type { JobList } from '../../serve/routes/jobs.ts'
import type { ReportList } from '../../serve/reports/index.ts'
import type { CatalogList } from '../../serve/catalog/index.ts'
import type { AlertList } from '../../serve/alerts/index.ts'
import type { TableList } from '../../serve/routes/tables.ts'
import type { Door } from '../../serve/routes/readings.ts'
import type { RequestTimes } from '../../serve/request-times.ts'
import { buildServer, type ServerDeps } from '../../serve/server.ts'
import { sqlLakeOf, userSql, type RunSql, type SqlQueue } from '../../serve/sql/index.ts'
import { ingestBody } from '../../sources/http/index.ts'
import type { OversizeStore } from '../../sources/http/index.ts'
import { chargedAppends, openFairDoor, refusalOf } from './admission.ts'
import { version } from '../cli/version.ts'
import { appendsWithRoom } from '../disk/index.ts'
import type { DiskWatch } from '../disk/index.ts'
import type { HeldFolder } from '../folder/index.ts'
import { isCopy } from '../follow/copies.ts'
import type { HostedRecord } from '../incidents/record.ts'
import { cameraPictures } from './camera-pictures.ts'
import { allLoaded, fresh } from './fresh.ts'
import type { OpenLake } from '../lake.ts'
import { builtPage } from './page-dir.ts'
import { lossList } from '../losses/index.ts'
import { registerOf } from './sensor-register.ts'
import type { RecordDoor } from './record-door.ts'
import type { StatusKeeper } from '../status.ts'
import type { ShutdownSteps } from '../shutdown-steps.ts'
import { thingsOf } from './things.ts'

export interface DoorsDeps {
  readonly streams: readonly Stream[]
  readonly config: Config
  readonly folder: HeldFolder
  readonly disk: DiskWatch
  /** Where lines go that are too long for the log. */
  readonly oversize: OversizeStore
  readonly lake: OpenLake
  readonly incidents: HostedRecord
  /** The incident record: to be read, analysed and followed. */
  readonly recordDoor: RecordDoor
  /** The administrator's long operations. */
  readonly admin: Admin
  readonly reports: ReportList
  readonly reader: LakeReader
  readonly hub: LiveHub
  readonly topics: StreamTopics
  readonly status: StatusKeeper
  readonly feeds: () => readonly Feed[]
  readonly jobs: JobList
  readonly catalog: CatalogList
  readonly alerts: AlertList
  /** Where requests of every address are counted. */
  readonly requests: RequestTimes
  readonly openTables: TableList
  /** The line before the readers of users' statements. */
  readonly sqlQueue: SqlQueue
  /** Pictures of the simulated city's cameras. @default there are none */
  readonly draw?: ((cameraId: string, nowMs: number) => Buffer) | undefined
}

/** Builds the HTTP server and opens its control socket; the network's door is opened by `listen`. */
export async function openDoors(deps: DoorsDeps, undo: ShutdownSteps): Promise<FastifyInstance> {
  const { streams, config, folder, lake, incidents, reader, hub, topics, status } = deps
  const { loader, readers } = lake
  const { append, close, ...door } = openIntake(deps)
  const lines = lineLog(config.log.format, config.log.level, line => process.stderr.write(line))
  const app = buildServer({
    mode: modeOf(config, lake),
    ...door,
    streams,
    city: config.city,
    things: thingsOf({ log: lake.log, append, loader, readers, now: Date.now }),
    lake: reader,
    outcomes: outcomeReader(allLoaded(lake)),
    live: hub,
    topics,
    status: () => status.whenMeasured(),
    fresh: () => fresh(lake),
    loaderStagesMs: () => loader.times.ms,
    sql: sqlDoor(deps),
    incidents,
    ...deps.recordDoor,
    admin: deps.admin,
    reports: deps.reports,
    snapshots: cameraPictures(config, readers.page, change => lines.say('warn', change), deps.draw),
    losses: lossList(lake.log.losses),
    feeds: deps.feeds,
    jobs: deps.jobs,
    catalog: deps.catalog,
    alerts: deps.alerts,
    requests: deps.requests,
    openTables: deps.openTables,
    register: registerOf(append, reader, Date.now),
    security: securityOf(config, folder),
    pageDir: builtPage(),
    version: version(),
    log: { level: config.log.level, stream: lines.sink },
  })
  undo.push(() => app.close())
  undo.push(close)
  await listenControl(app, folder.controlSocket)
  return app
}

function modeOf(config: Config, { log }: Pick<OpenLake, 'log'>): Door['mode'] {
  if (isCopy(config, log)) return 'follower'
  return config.simulation.mode === 'profile' ? 'simulated' : 'real'
}

/** What takes deliveries, fair among those who deliver. */
function openIntake({ config, disk, oversize, status, lake: { loader, log: bare } }: DoorsDeps) {
  const log = appendsWithRoom(bare, disk)
  const fair = openFairDoor({ limits: config.limits, disk, status, loader })
  const { maxLineBytes, maxBodyBytes, maxBodyRecords } = config.limits
  const bounds = { log, oversize, now: Date.now, maxLineBytes, maxBodyBytes, maxBodyRecords }
  const door: Pick<Door, 'admission' | 'ingest'> = {
    admission: sender => refusalOf(fair, sender),
    ingest: async (body, request) => {
      const pass = fair.enter(request.sender, request.signal, request.cut)
      const given = { ...request, stream: request.stream ?? undefined, pass }
      return ingestBody(body, given, bounds).finally(() => pass.leave())
    },
  }
  const close = () => {
    fair.close()
    return Promise.resolve()
  }
  return { ...door, append: chargedAppends(log, fair), close }
}

function securityOf({ server, map }: Config, { adminSecret }: HeldFolder): ServerDeps['security'] {
  const { host, allowedHosts, tokens } = server
  return { host, allowedHosts, tokens, adminSecret, tileStyle: map.tileStyle }
}

/** Users' own statements, within the bounds of the configuration. */
function sqlDoor({ config: { limits }, lake, streams, sqlQueue }: DoorsDeps): RunSql {
  return userSql(
    lake.readers.user,
    { timeoutS: limits.sqlTimeoutS, maxRows: limits.sqlMaxRows, maxMemoryBytes: limits.sqlMaxMemoryBytes },
    {
      lake: sqlLakeOf(streams),
      // What is refused for want of a place need not wait for the lake.
      fresh: () => fresh(lake),
      queue: sqlQueue,
    },
  )
}
