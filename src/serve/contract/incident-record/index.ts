export { IncidentHotspots, IncidentTrend } from './analysis.ts'
export { IncidentDetail, IncidentOverview, IncidentPoints, RecordOutcome } from './record.ts'
