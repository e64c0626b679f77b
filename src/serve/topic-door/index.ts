import type { FastifyInstance } from 'fastify'
import type { Stream } from '../../core/stream/index.ts'
import { guard, securityHeaders, type Security } from '../auth/index.ts'
import { closeWhenIdle } from '../control.ts'
import type { LogOptions } from '../logging/index.ts'
import type { Metrics } from '../metrics.ts'
import { referenceRoutes } from '../reference/index.ts'
import type { RequestTimes } from '../request-times.ts'
import { routerPath, type Route } from '../route.ts'
import { readingRoutes, type Door } from '../routes/readings.ts'
import { metricsRoute, probes } from '../routes/state.ts'
import { answerTheRest, httpShell, refuseWhenClosing } from '../shell/index.ts'
import { deliveryRoute } from '../streams/index.ts'

export { doorMetrics } from './metrics.ts'
export type { DoorFigures } from './metrics.ts'

export interface TopicDoorDeps {
  readonly door: Door
  readonly takesReadings: boolean
  /** The others that are taken. */
  readonly streams: readonly Stream[]
  /** Why nothing can be taken now; null: it can. */
  readonly unready: () => string | null
  readonly metrics: Metrics
  readonly requests: RequestTimes
  readonly security: Security
  readonly version: string
  readonly log?: LogOptions
}

/**
 * Builds the server of a door that has no lake behind it: deliveries, as a whole system takes them, and what is to be known of the
 * process. The caller listens.
 * @throws {ConfigError} when it would be open to the network without tokens
 */
export function buildTopicDoor(deps: TopicDoorDeps): FastifyInstance {
  const app = httpShell({ headers: securityHeaders(null), log: deps.log })
  deps.requests.observe(app, 'main')
  guard(app, deps.security, () => false)
  const closing = new AbortController()
  refuseWhenClosing(app, closing.signal)
  app.addHook('preClose', (done: () => void) => {
    closing.abort()
    if (app.server.listening) closeWhenIdle(app.server)
    done()
  })
  const routes = routesOf(deps)
  for (const { method, path, access, handle } of routes)
    app.route({ method, url: routerPath(path), config: { access }, handler: handle })
  answerTheRest(app, routes, () => null)
  return app
}

function routesOf({ door, takesReadings, streams, unready, metrics, version }: TopicDoorDeps): Route[] {
  const routes = [
    ...(takesReadings ? readingRoutes(door) : []),
    ...streams.map(stream => deliveryRoute(door, stream)),
    ...probes('Whether the brokers can be reached', unready),
    metricsRoute(metrics),
  ]
  return [...routes, ...referenceRoutes(routes, version, { namedSchemas: 'used' })]
}
