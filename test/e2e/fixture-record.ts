import {
  fixtureBeforeAfter,
  fixtureClusters,
  fixtureHotspots,
  fixtureOutlines,
  fixtureRates,
  fixtureRisk,
  fixtureRiskQuality,
  fixtureTrend,
  fixtureWeatherRates,
  fixtureWorks,
} from './fixture-analysis.ts'
import { chosen, detail, INCIDENTS, overview, points } from './fixture-incidents.ts'

/** What the API answers of the incident record; null for what is no address of it. */
export function fixtureRecord(path: string, query: URLSearchParams, isEmpty: boolean): object | null {
  const all = isEmpty ? [] : INCIDENTS
  if (path === '/v1/incident-record/overview') return overview(all, chosen(all, query), query)
  if (path === '/v1/incident-record/points') return points(chosen(all, query), Number(query.get('limit')))
  if (path === '/v1/incident-record/hotspots') return fixtureHotspots(chosen(all, query), query)
  if (path === '/v1/incident-record/clusters') return fixtureClusters(chosen(all, query), query)
  if (path === '/v1/incident-record/rates') return fixtureRates(chosen(all, query), query)
  if (path === '/v1/incident-record/risk') return fixtureRisk(isEmpty)
  if (path === '/v1/incident-record/risk-quality') return fixtureRiskQuality()
  if (path === '/v1/incident-record/weather-rates') return fixtureWeatherRates()
  if (path === '/v1/incident-record/before-after') return fixtureBeforeAfter()
  if (path === '/v1/incident-record/works') return fixtureWorks()
  if (path === '/v1/incident-record/communities') return fixtureOutlines()
  if (path === '/v1/incident-record/trend') return fixtureTrend(overview(all, chosen(all, query), query))
  const id = /^\/v1\/incident-record\/incidents\/(.+)$/.exec(path)?.[1]
  const found = all.find(incident => incident.id === id)
  return found === undefined ? null : detail(found)
}
