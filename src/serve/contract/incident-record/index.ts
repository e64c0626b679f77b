export {
  CommunityOutlines,
  IncidentBeforeAfter,
  IncidentHotspots,
  IncidentRisk,
  IncidentRiskQuality,
  IncidentTrend,
  IncidentWeatherRates,
  IncidentWorks,
} from './analysis.ts'
export { IncidentDetail, IncidentOverview, IncidentPoints, RecordOutcome } from './record.ts'
