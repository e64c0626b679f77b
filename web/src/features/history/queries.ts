import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import {
  CommunityOutlines,
  IncidentBeforeAfter,
  IncidentClusters,
  IncidentDetail,
  IncidentHotspots,
  IncidentOverview,
  IncidentPoints,
  IncidentRates,
  IncidentRisk,
  IncidentRiskQuality,
  IncidentTrend,
  IncidentWeatherRates,
  IncidentWorks,
} from '../../../../src/serve/contract/index.ts'
import type { z } from 'zod'
import { fetchJson } from '../../api/client.ts'
import { choiceText, kindsText, type HistoryChoice } from './model/choice.ts'
import type { PlaceChange } from './compare/place-words.ts'

const ROOT = '/v1/incident-record'
/** The most that the server places at once. */
const POINTS = 20_000
const FRESH_MS = 60_000
/** The record grows by imports and by a feed of minutes. */
const AGAIN_MS = 5 * 60_000

const asked = (path: string, text: string) => (text === '' ? path : `${path}?${text}`)

export const overviewQuery = (choice: HistoryChoice) => {
  const path = asked(`${ROOT}/overview`, choiceText(choice))
  return queryOptions({
    queryKey: ['incident-record', path],
    queryFn: ({ signal }) => fetchJson(path, IncidentOverview, signal),
    staleTime: FRESH_MS,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  })
}

export const pointsQuery = (choice: HistoryChoice) => {
  const text = choiceText(choice)
  const path = `${ROOT}/points?${text}${text === '' ? '' : '&'}limit=${POINTS}`
  return queryOptions({
    queryKey: ['incident-record', path],
    queryFn: ({ signal }) => fetchJson(path, IncidentPoints, signal),
    staleTime: FRESH_MS,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  })
}

/** What is being worked on is asked for again this soon. */
const LOOK_MS = 1_000

export const riskQuery = analysisOptions(`${ROOT}/risk`, IncidentRisk)
export const riskQualityQuery = analysisOptions(`${ROOT}/risk-quality`, IncidentRiskQuality)

export const outlinesQuery = queryOptions({
  queryKey: ['incident-record', 'communities'],
  queryFn: ({ signal }) => fetchJson(`${ROOT}/communities`, CommunityOutlines, signal),
  staleTime: Infinity,
})

export const hotspotsQuery = (choice: HistoryChoice) => analysisQuery('hotspots', choice, IncidentHotspots)
export const clustersQuery = (choice: HistoryChoice) => analysisQuery('clusters', choice, IncidentClusters)
export const ratesQuery = (choice: HistoryChoice) => analysisQuery('rates', choice, IncidentRates)

export const weatherRatesQuery = (choice: HistoryChoice) =>
  analysisQuery('weather-rates', { ...choice, weather: [] }, IncidentWeatherRates)

export const beforeAfterQuery = (choice: HistoryChoice, change: PlaceChange) => {
  const text = kindsText(choice)
  const { latitude, longitude, radiusM, changed, days } = change
  const at = `latitude=${latitude}&longitude=${longitude}&radius_m=${radiusM}&changed=${changed}&days=${days}`
  return analysisOptions(`${ROOT}/before-after?${at}${text === '' ? '' : '&'}${text}`, IncidentBeforeAfter)
}

export const worksQuery = (choice: HistoryChoice) =>
  analysisOptions(asked(`${ROOT}/works`, kindsText(choice)), IncidentWorks)

export const trendQuery = (choice: HistoryChoice) => analysisQuery('trend', choice, IncidentTrend)

function analysisQuery<T extends { readonly state: 'ready' | 'computing' }>(
  name: string,
  choice: HistoryChoice,
  schema: z.ZodType<T>,
) {
  return analysisOptions(asked(`${ROOT}/${name}`, choiceText(choice)), schema)
}

function analysisOptions<T extends { readonly state: 'ready' | 'computing' }>(
  path: string,
  schema: z.ZodType<T>,
) {
  return queryOptions({
    queryKey: ['incident-record', path],
    queryFn: ({ signal }) => fetchJson(path, schema, signal),
    staleTime: FRESH_MS,
    refetchInterval: ({ state }) => (state.data?.state === 'computing' ? LOOK_MS : AGAIN_MS),
  })
}

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incident-record', 'incident', id],
    queryFn: ({ signal }) => fetchJson(`${ROOT}/incidents/${encodeURIComponent(id)}`, IncidentDetail, signal),
    staleTime: FRESH_MS,
  })
