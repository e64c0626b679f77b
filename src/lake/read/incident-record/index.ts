import type { Readable } from 'node:stream'
import type { ReadEngine } from '../read-engine.ts'
import { readActivePlaces, type ActivePlaceRow } from './active-places.ts'
import { askOf } from './ask.ts'
import type { IncidentChoice } from './choice.ts'
import type { CityWeather } from './city-weather.ts'
import type { RecordColumns } from './columns/index.ts'
import { readIncident } from './detail.ts'
import { readMoments, readRecordVersion, type Moments } from './moments.ts'
import { readOverview, type Overview } from './overview.ts'
import { exportIncidents, readPoints, type Points } from './points.ts'
import { readSiteDays, type SiteDays, type SiteDaysAsked } from './site-days.ts'

export type { ActivePlaceRow } from './active-places.ts'
export { askOf } from './ask.ts'
export type { IncidentChoice } from './choice.ts'
export { UNKNOWN_WEATHER } from './choice.ts'
export { WEATHER_WORDS, WeatherMemory } from './city-weather.ts'
export type { CityWeather } from './city-weather.ts'
export { RecordColumns } from './columns/index.ts'
export type { Moments } from './moments.ts'
export type { Overview } from './overview.ts'
export type { Points } from './points.ts'
export type { CountingSite, SiteDays } from './site-days.ts'

/** Reads the incident record for the page. */
export interface IncidentReader {
  overview(choice: IncidentChoice, signal?: AbortSignal): Promise<Overview>
  /** The newest `limit` of the chosen ones. */
  points(choice: IncidentChoice, limit: number, signal?: AbortSignal): Promise<Points>
  /** All of the chosen ones as a Parquet file, newest first. */
  export(choice: IncidentChoice, signal?: AbortSignal): Promise<Readable>
  /** Null where there is none of that id. */
  incident(id: string, signal?: AbortSignal): Promise<Readonly<Record<string, unknown>> | null>
}

/** Reads what analyses of the record are made of. */
export interface MomentReader {
  moments(choice: IncidentChoice, signal?: AbortSignal): Promise<Moments>
  /** Works and events that had begun before an instant. */
  activePlaces(beforeMs: number, signal?: AbortSignal): Promise<ActivePlaceRow[]>
  /** Vehicles that were counted at the sites of the city. */
  siteDays(asked: SiteDaysAsked, signal?: AbortSignal): Promise<SiteDays>
  /** Of every hour that is known. */
  weather(): Promise<CityWeather>
  /** A text that changes when the record does. */
  version(signal?: AbortSignal): Promise<string>
}

/**
 * @param weather of all hours, in memory
 * @param columns what is counted without the engine; null: nothing
 */
export function incidentReader(
  engine: ReadEngine,
  weather: () => Promise<CityWeather>,
  columns: Pick<RecordColumns, 'overview' | 'newest'> | null = null,
): IncidentReader & MomentReader {
  const ask = askOf(engine)
  return {
    overview: async (choice, signal) =>
      (await columns?.overview(choice)) ?? readOverview(ask, choice, signal),
    points: async (choice, limit, signal) =>
      readPoints(ask, choice, limit, (await columns?.newest(choice, limit)) ?? null, await weather(), signal),
    export: (choice, signal) => exportIncidents(engine, choice, signal),
    incident: (id, signal) => readIncident(ask, id, signal),
    moments: (choice, signal) => readMoments(ask, choice, signal),
    weather,
    activePlaces: (beforeMs, signal) => readActivePlaces(ask, beforeMs, signal),
    siteDays: (asked, signal) => readSiteDays(ask, asked, signal),
    version: signal => readRecordVersion(ask, signal),
  }
}
