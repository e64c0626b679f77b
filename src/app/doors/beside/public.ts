import type { FastifyInstance } from 'fastify'
import type { Config } from '../../../core/config/index.ts'
import { askOf, incidentReader, WeatherMemory } from '../../../lake/read/incident-record/index.ts'
import { lineLog } from '../../../serve/logging/log-lines.ts'
import { buildPublicServer } from '../../../serve/public/index.ts'
import type { RequestTimes } from '../../../serve/request-times.ts'
import { recentIncidents } from '../../alerts/recent-incidents.ts'
import { version } from '../../cli/version.ts'
import { analystOf, incidentAnalyst } from '../../incidents/analysis/index.ts'
import type { HostedRecord } from '../../incidents/record.ts'
import type { OpenLake } from '../../lake.ts'
import type { ShutdownSteps } from '../../shutdown-steps.ts'
import { listenBeside } from '../listen.ts'
import { builtPage } from '../page-dir.ts'

export interface PublicDoorDeps {
  readonly config: Config
  readonly lake: Pick<OpenLake, 'readers'>
  readonly incidents: Pick<HostedRecord, 'places' | 'version'>
  /** Where requests are counted. */
  readonly requests: RequestTimes
}

/**
 * Opens the address for citizens, where the settings have one.
 * @returns where it is; null where there is none
 * @throws {ConfigError} when its port can't be had
 */
export async function openPublicDoor(deps: PublicDoorDeps, undo: ShutdownSteps): Promise<string | null> {
  const { host, port } = deps.config.public
  if (port === null) return null
  const app = publicServer(deps, undo)
  undo.push(() => app.close())
  return listenBeside(app, { host, port }, 'public.port')
}

function publicServer(deps: PublicDoorDeps, undo: ShutdownSteps): FastifyInstance {
  const { config, lake, incidents, requests } = deps
  const memory = new WeatherMemory({ ask: askOf(lake.readers.page), now: () => performance.now() })
  const incidentRecord = incidentReader(lake.readers.page, () => memory.now())
  const { requestsPerMinute, cacheS, cacheBytes, trustedProxies } = config.public
  const { name, latitude, longitude, timeZone, units } = config.city
  return buildPublicServer({
    incidentRecord,
    // Of its own: whatever citizens ask for never makes operators wait for theirs.
    incidentAnalyst: incidentAnalyst({ reader: incidentRecord, ...analystOf(config, incidents) }, undo),
    incidentFeeds: {
      recent: recentIncidents(lake.readers.page, Date.now),
      access: config.alerts.feeds === 'public' ? 'open' : 'read',
    },
    city: { name, latitude, longitude, timeZone, units, tileStyle: config.map.tileStyle },
    pageDir: builtPage(),
    ...{ requestsPerMinute, cacheS, cacheBytes, trustedProxies },
    now: () => performance.now(),
    version: version(),
    requests,
    log: {
      level: config.log.level,
      stream: lineLog(config.log.format, config.log.level, line => process.stderr.write(line)).sink,
    },
  })
}
