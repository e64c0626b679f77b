export {
  CommunityOutlines,
  IncidentBeforeAfter,
  IncidentClusters,
  IncidentHotspots,
  IncidentRates,
  IncidentRisk,
  IncidentRiskQuality,
  IncidentTrend,
  IncidentWeatherRates,
  IncidentWorks,
} from './analysis.ts'
export { IncidentDetail, IncidentOverview, IncidentPoints, RecordOutcome } from './record.ts'
