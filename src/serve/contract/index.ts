export { Feed } from './intake/feeds.ts'
export { CatalogDetail, CatalogEntry } from './intake/catalog.ts'
export {
  Conflict,
  CONFLICTS,
  DelayGrade,
  DistrictAnalytics,
  DistrictQuarter,
  HourlySummary,
  IntersectionMetrics,
} from './gold.ts'
export {
  CommunityOutlines,
  IncidentBeforeAfter,
  IncidentDetail,
  IncidentClusters,
  IncidentHotspots,
  IncidentRates,
  IncidentOverview,
  IncidentPoints,
  IncidentRisk,
  IncidentRiskQuality,
  IncidentTrend,
  IncidentWeatherRates,
  IncidentWorks,
  RecordOutcome,
} from './incident-record/index.ts'
export { Job, JobRun, PipelineShape, StepRun } from './intake/jobs.ts'
export { LiveChange, LiveCity, LiveSite, LiveSnapshot } from './live.ts'
export { FollowStatus } from './intake/follow.ts'
export { KafkaOutputStatus, KafkaStatus } from './intake/kafka.ts'
export { MqttStatus } from './intake/mqtt.ts'
export { Loss, LossSummary } from './loss.ts'
export { ReadingOutcome, Runs, SensorOutcome, StreamOutcome } from './outcome.ts'
export { BackupStatus } from './outlet/backup.ts'
export { OpenTable, TablesStatus } from './outlet/tables.ts'
export { DayReport, ReportEntry } from './outlet/reports.ts'
export { page, ProblemDocument } from './page.ts'
export { PUBLIC_META } from './public-page.ts'
export { Intersection, QuarantinedLine, SensorItem, SignalState, SilverReading } from './silver.ts'
export { City, EngineState, Problem, Status, StreamStatus } from './status.ts'
