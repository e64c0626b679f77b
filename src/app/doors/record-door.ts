import type { Config } from '../../core/config/index.ts'
import { askOf, incidentReader, RecordColumns, WeatherMemory } from '../../lake/read/incident-record/index.ts'
import { recentIncidents } from '../alerts/recent-incidents.ts'
import { analystOf, incidentAnalyst } from '../incidents/analysis/index.ts'
import type { HostedRecord } from '../incidents/record.ts'
import type { OpenLake } from '../lake.ts'
import type { ShutdownSteps } from '../shutdown-steps.ts'

export interface RecordDoorDeps {
  readonly config: Config
  readonly lake: Pick<OpenLake, 'engine' | 'readers'>
  readonly incidents: HostedRecord
}

/** The incident record: to be read, analysed and followed. */
export function recordDoor(
  { config, lake: { engine, readers }, incidents }: RecordDoorDeps,
  undo: ShutdownSteps,
) {
  const ask = askOf(engine)
  const memory = new WeatherMemory({ ask, now: () => performance.now() })
  const weather = () => memory.now()
  const columns = new RecordColumns({ ask, weather, version: () => incidents.version() })
  const incidentRecord = incidentReader(readers.page, weather, columns)
  return {
    incidentRecord,
    incidentAnalyst: incidentAnalyst({ reader: incidentRecord, ...analystOf(config, incidents) }, undo),
    incidentFeeds: {
      recent: recentIncidents(readers.page, Date.now),
      access: config.alerts.feeds === 'public' ? 'open' : 'read',
    },
  } as const
}

export type RecordDoor = ReturnType<typeof recordDoor>
