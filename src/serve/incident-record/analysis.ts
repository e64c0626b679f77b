import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { IncidentChoice } from '../../lake/read/incident-record/index.ts'
import {
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
} from '../contract/incident-record/index.ts'
import { route, type Route } from '../route.ts'
import { changedPlaceQuery, choiceOf, choiceQuery, kindsOf, nearWorksQuery } from './choice.ts'

/** Works on what takes longer than a request. */
export interface IncidentAnalyst {
  hotspots(choice: IncidentChoice): Promise<unknown>
  clusters(choice: IncidentChoice): Promise<unknown>
  rates(choice: IncidentChoice): Promise<unknown>
  trend(choice: IncidentChoice): Promise<unknown>
  /** The choice is of kinds, of any time. */
  beforeAfter(choice: IncidentChoice, asked: ChangedPlace): Promise<unknown>
  works(choice: IncidentChoice, asked: NearWorks): Promise<unknown>
  /** In any weather, whatever of it is chosen. */
  weatherRates(choice: IncidentChoice): Promise<unknown>
  /** Of all incidents: what is to be expected does not follow a choice. */
  risk(): Promise<unknown>
  riskQuality(): Promise<unknown>
  /** GeoJSON; without any where the configuration names no communities. */
  outlines(): CommunityOutlines
}

/** A place at which something was changed. */
export interface ChangedPlace {
  readonly latitude: number
  readonly longitude: number
  readonly radiusM: number
  /** The first local day after the change. */
  readonly changed: string
  /** So many before it are compared with as many from it on. */
  readonly days: number
}

export interface NearWorks {
  readonly withinM: number
  /** So many before and after are compared with. */
  readonly weeks: number
}

const TAG = 'Incident record'
const ONCE =
  'Worked on once for each choice and state of the record, which may take seconds: until then `state` is computing.'

/** Analyses of the chosen incidents. */
export function analysisRoutes(analyst: IncidentAnalyst): Route[] {
  return [
    analysisRoute({
      name: 'hotspots',
      id: 'incident-hotspots',
      summary: 'Where incidents lie together beyond chance, against the period before',
      description: `Getis-Ord Gi* on H3 cells where an incident could have been, by permutation, with the share of false ones bounded. ${ONCE}`,
      answer: IncidentHotspots,
      ask: choice => analyst.hotspots(choice),
    }),
    analysisRoute({
      name: 'clusters',
      id: 'incident-clusters',
      summary: 'Where incidents lie close together, against the period before',
      description: `Clusters by density (DBSCAN): a report a month within 100 m. ${ONCE}`,
      answer: IncidentClusters,
      ask: choice => analyst.clusters(choice),
    }),
    {
      ...analysisRoute({
        name: 'rates',
        id: 'incident-rates',
        summary: 'Incidents by the traffic counted beside them, against the period before',
        description: `At each site that counts vehicles: incidents within 150 m on the days on which it counted, over its vehicles. Risk does not grow straight with traffic: sites of very unlike volume compare badly. ${ONCE}`,
        answer: IncidentRates,
        ask: choice => analyst.rates(choice),
      }),
      // Traffic is no part of the incident record.
      isPublic: false,
    },
    analysisRoute({
      name: 'trend',
      id: 'incident-trend',
      summary: 'The incidents a day as trend and week, and when their level changed',
      description: `Days that the record covers in part or not at all are left out. ${ONCE}`,
      answer: IncidentTrend,
      ask: choice => analyst.trend(choice),
    }),
    analysisRoute({
      name: 'weather-rates',
      id: 'incident-weather-rates',
      summary: 'How many times as many incidents come in rain or snow as when it is dry',
      description: `Hours (or days, where only these are known) of one weather against dry ones of the same month, weekday and hour, by conditional quasi-Poisson regression; the choice of weather is passed over. ${ONCE}`,
      answer: IncidentWeatherRates,
      ask: choice => analyst.weatherRates(choice),
    }),
    ...placeRoutes(analyst),
    ...riskRoutes(analyst),
  ]
}

/** Of places rather than of days: a choice of kinds goes with them. */
function placeRoutes(analyst: IncidentAnalyst): Route[] {
  return [
    route({
      ...common({
        name: 'before-after',
        id: 'incident-before-after',
        summary: 'What a change did to a place, freed of regression to the mean',
        description: `Empirical Bayes: the place's own count and that of places like it say what was to be expected without the change; the trend of these places carries it forward. ${ONCE}`,
        answer: IncidentBeforeAfter,
      }),
      query: changedPlaceQuery,
      handle: async ({ query, reply }) => {
        const asked = { latitude: query.latitude, longitude: query.longitude, radiusM: query.radius_m }
        const times = { changed: query.changed, days: query.days }
        return told(
          IncidentBeforeAfter,
          await analyst.beforeAfter(kindsOf(query), { ...asked, ...times }),
          reply,
        )
      },
    }),
    route({
      ...common({
        name: 'works',
        id: 'incident-works',
        summary: 'Reports around work zones and events while they lasted, against matched weeks',
        description: `Rates near each, beside the same hours of the week in the weeks before and after; the newest 300. ${ONCE}`,
        answer: IncidentWorks,
      }),
      isPublic: false,
      query: nearWorksQuery,
      handle: async ({ query, reply }) => {
        const asked = { withinM: query.within_m, weeks: query.weeks }
        return told(IncidentWorks, await analyst.works(kindsOf(query), asked), reply)
      },
    }),
  ]
}

/** What is to be expected; of the whole record, whatever is chosen. */
function riskRoutes(analyst: IncidentAnalyst): Route[] {
  return [
    wholeRoute({
      name: 'risk',
      id: 'incident-risk',
      summary: 'Incidents to expect in the next 24 hours, by community and hour',
      description: `A count model of community, hour, weekday, season, holidays and the level of the last days, with its reasons. ${ONCE}`,
      answer: IncidentRisk,
      ask: () => analyst.risk(),
    }),
    wholeRoute({
      name: 'risk-quality',
      id: 'incident-risk-quality',
      summary: 'How good that forecast was on the last year, held out',
      description: `By Poisson deviance over every hour of every community; silent days are not judged. ${ONCE}`,
      answer: IncidentRiskQuality,
      ask: () => analyst.riskQuality(),
    }),
    wholeRoute({
      name: 'communities',
      id: 'incident-communities',
      summary: 'Outlines of the communities, for a map',
      description: 'Simplified to some ten metres.',
      answer: CommunityOutlines,
      ask: () => Promise.resolve(analyst.outlines()),
    }),
  ]
}

function wholeRoute({ ask, ...said }: Omit<AnalysisRoute, 'ask'> & { ask: () => Promise<unknown> }): Route {
  return route({ ...common(said), handle: async ({ reply }) => told(said.answer, await ask(), reply) })
}

interface AnalysisRoute {
  readonly name: string
  readonly id: string
  readonly summary: string
  readonly description: string
  readonly answer: z.ZodType
  readonly ask: (choice: IncidentChoice) => Promise<unknown>
}

function analysisRoute({ ask, ...said }: AnalysisRoute): Route {
  return route({
    ...common(said),
    query: choiceQuery,
    handle: async ({ query, reply }) => told(said.answer, await ask(choiceOf(query)), reply),
  })
}

function common({ name, id, summary, description, answer }: Omit<AnalysisRoute, 'ask'>) {
  return {
    method: 'GET',
    path: `/v1/incident-record/${name}`,
    tag: TAG,
    ...{ id, summary, description },
    access: 'read',
    isPublic: true,
    readsLake: 'soon',
    answers: {
      200: { description: 'What is known, or that it is computed', content: { 'application/json': answer } },
    },
    problems: [400, 503],
  } as const
}

/** What is being computed is another answer in a moment: nobody is to keep it. */
function told(answer: z.ZodType, given: unknown, reply: FastifyReply): unknown {
  const parsed = answer.parse(given)
  const isComputing =
    typeof parsed === 'object' && parsed !== null && 'state' in parsed && parsed.state === 'computing'
  if (isComputing) void reply.header('cache-control', 'no-store')
  return parsed
}
