import type { FastifyInstance } from 'fastify'
import type { LakeReader, OutcomeReader } from '../lake/read/index.ts'
import { alertRoutes, incidentFeedRoutes, type AlertList, type IncidentFeeds } from './alerts/index.ts'
import { guard, securityHeaders, type Security } from './auth/index.ts'
import { calendarRoutes } from './calendars/index.ts'
import { cameraRoutes, type Snapshots } from './cameras/index.ts'
import { catalogRoutes, type CatalogList } from './catalog/index.ts'
import type { Status } from './contract/index.ts'
import { closeWhenIdle, ControlDoors } from './control.ts'
import type { Live } from './live/index.ts'
import { incidentRecordRoutes, type IncidentRecordDeps } from './incident-record/index.ts'
import { recordOutcomeRoutes, type RecordOutcomeDeps } from './incident-record/outcome.ts'
import type { LogOptions } from './logging/index.ts'
import { serverMetrics } from './metrics.ts'
import { bucketEventRoutes } from './bucket-events/index.ts'
import { reportRoutes, type ReportList } from './reports/index.ts'
import { referenceRoutes } from './reference/index.ts'
import { RequestTimes } from './request-times.ts'
import { routerPath, type Route } from './route.ts'
import { feedRoutes, type FeedList } from './routes/feeds.ts'
import { adminRoutes, type Admin } from './routes/admin.ts'
import { jobRoutes, type JobList } from './routes/jobs.ts'
import { listRoutes } from './routes/lists.ts'
import { outcomeRoutes, reachedBy } from './routes/outcome.ts'
import { lossRoutes, type LossList } from './routes/losses.ts'
import { readingRoutes, type Door } from './routes/readings.ts'
import { registerRoutes, type Register } from './routes/sensor-register.ts'
import { sqlRoutes } from './routes/sql.ts'
import { stateRoutes } from './routes/state.ts'
import { tableRoutes, type TableList } from './routes/tables.ts'
import type { RunSql } from './sql/index.ts'
import { answerTheRest, httpShell, refuseWhenClosing } from './shell/index.ts'
import { servePage } from './shell/static.ts'
import { streamRoutes, type StreamDeps } from './streams/index.ts'
import { workZoneFeedRoutes } from './workzones/index.ts'

/** All the server needs of the rest; app/ passes the real things, a test passes object literals. */
export interface ServerDeps extends Door, StreamDeps, Live, FeedList, RecordOutcomeDeps, IncidentRecordDeps {
  readonly lake: LakeReader
  /** Whose feeds go out, and by whose clock. */
  readonly city: { readonly name: string; readonly timeZone: string }
  readonly outcomes: OutcomeReader
  readonly status: () => Promise<Status> | Status
  /** Resolves when what had arrived can be read, or after a second. */
  readonly fresh: () => Promise<void>
  /** Where the loader's time went since the start, ms by stage. */
  readonly loaderStagesMs: () => Readonly<Record<string, number>>
  readonly sql: RunSql
  readonly admin: Admin
  readonly register: Register
  /** Pictures of the cameras in the register. */
  readonly snapshots: Snapshots
  readonly losses: LossList
  readonly jobs: JobList
  readonly reports: ReportList
  readonly catalog: CatalogList
  readonly alerts: AlertList
  readonly openTables: TableList
  readonly incidentFeeds: IncidentFeeds
  readonly security: Security
  /** The built page; null where there is none. */
  readonly pageDir: string | null
  readonly version: string
  /** Counts requests of another address too. @default its own alone */
  readonly requests?: RequestTimes
  /** Where requests and mistakes are logged; unset is silent. */
  readonly log?: LogOptions
}

/** Builds the HTTP server; the caller listens. @throws {ConfigError} when it would be open to the network without tokens */
export function buildServer(deps: ServerDeps): FastifyInstance {
  const headers = securityHeaders(deps.security.tileStyle ?? null)
  const app = httpShell({ headers, log: deps.log })
  const doors = new ControlDoors()
  app.decorate('controlDoors', doors)
  guard(app, deps.security, request => doors.isControl(request.raw))
  const closing = new AbortController()
  refuseWhenClosing(app, closing.signal)
  app.addHook('preClose', async () => {
    closing.abort()
    if (app.server.listening) closeWhenIdle(app.server)
    deps.live.stop()
    deps.topics.stop()
    await doors.close()
  })

  const routes = routeTable(app, deps, closing.signal)
  for (const route of routes) register(app, route, deps.fresh)
  answerTheRest(app, routes, servePage(app, deps.pageDir))
  return app
}

function routeTable(app: FastifyInstance, deps: ServerDeps, closing: AbortSignal): readonly Route[] {
  const { requests = new RequestTimes() } = deps
  requests.observe(app, 'main')
  const metrics = serverMetrics({
    requests,
    status: deps.status,
    quarantineReasons: () => deps.lake.quarantineReasons({}, AbortSignal.timeout(2_000)),
    liveClients: () => deps.live.clients + deps.topics.clients,
    loaderStagesMs: deps.loaderStagesMs,
    version: deps.version,
  })
  const routes = [
    ...readingRoutes(deps),
    ...outcomeRoutes(deps.outcomes, reachedBy(deps.status)),
    ...listRoutes(deps.lake, deps.streams),
    ...streamRoutes(deps, deps),
    ...recordOutcomeRoutes(deps, reachedBy(deps.status)),
    ...incidentRecordRoutes(deps),
    ...calendarRoutes(deps),
    ...workZoneFeedRoutes(deps),
    ...registerRoutes(deps.register, deps),
    ...cameraRoutes(deps.snapshots),
    ...stateRoutes({ ...deps, metrics }),
    ...feedRoutes(deps),
    ...bucketEventRoutes(deps.jobs),
    ...jobRoutes(deps.jobs),
    ...reportRoutes(deps.reports),
    ...catalogRoutes(deps.catalog),
    ...lossRoutes(deps.losses),
    ...alertRoutes(deps.alerts),
    ...incidentFeedRoutes(deps.incidentFeeds, deps.city),
    ...sqlRoutes(deps.sql, deps.streams),
    ...adminRoutes(deps.admin, closing, error => app.log.error(error)),
    ...tableRoutes(deps.openTables, closing, error => app.log.error(error)),
  ]
  return [...routes, ...referenceRoutes(routes, deps.version)]
}

function register(
  app: FastifyInstance,
  { method, path, access, readsLake = 'no', handle }: Route,
  fresh: ServerDeps['fresh'],
): void {
  const preHandler = async () => {
    const ready = fresh()
    if (readsLake === 'fresh') await ready
  }
  const hooks = readsLake === 'no' ? {} : { preHandler }
  app.route({ method, url: routerPath(path), config: { access }, ...hooks, handler: handle })
}
