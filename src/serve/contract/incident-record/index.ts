export {
  CommunityOutlines,
  IncidentHotspots,
  IncidentRisk,
  IncidentRiskQuality,
  IncidentTrend,
} from './analysis.ts'
export { IncidentDetail, IncidentOverview, IncidentPoints, RecordOutcome } from './record.ts'
