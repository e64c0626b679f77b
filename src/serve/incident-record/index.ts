import { z } from 'zod'
import type { IncidentReader } from '../../lake/read/incident-record/index.ts'
import { IncidentDetail, IncidentOverview, IncidentPoints } from '../contract/incident-record/index.ts'
import { RequestError } from '../problems.ts'
import { callerSignal, route, type Route } from '../route.ts'
import { analysisRoutes, type IncidentAnalyst } from './analysis.ts'
import { choiceOf, choiceQuery, pointsQuery } from './choice.ts'

export interface IncidentRecordDeps {
  readonly incidentRecord: IncidentReader
  readonly incidentAnalyst: IncidentAnalyst
}

const TAG = 'Incident record'
const COUNTS =
  'Incidents count once: re-posts and withdrawn reports are left out. Days and hours are the city’s.'

/** The incident record as the page and analysts ask for it. */
export function incidentRecordRoutes({ incidentRecord, incidentAnalyst }: IncidentRecordDeps): Route[] {
  return [...analysisRoutes(incidentAnalyst), ...recordRoutes(incidentRecord)]
}

function recordRoutes(incidentRecord: IncidentReader): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/incident-record/overview',
      id: 'incident-overview',
      tag: TAG,
      summary: 'Incidents by day, hour, type and place',
      description: `${COUNTS} A day on which the whole record has nothing is a gap: null, not 0.`,
      access: 'read',
      isPublic: true,
      readsLake: 'soon',
      query: choiceQuery,
      answers: { 200: { description: 'The figures', content: { 'application/json': IncidentOverview } } },
      problems: [400, 503],
      handle: async ({ query, reply }) =>
        IncidentOverview.parse(await incidentRecord.overview(choiceOf(query), callerSignal(reply))),
    }),
    route({
      method: 'GET',
      path: '/v1/incident-record/points',
      id: 'incident-points',
      tag: TAG,
      summary: 'Places of incidents, for a map',
      description: `${COUNTS} The newest come first; \`total\` says how many there are beside them.`,
      access: 'read',
      isPublic: true,
      readsLake: 'soon',
      query: pointsQuery,
      answers: { 200: { description: 'The places', content: { 'application/json': IncidentPoints } } },
      problems: [400, 503],
      handle: async ({ query: { limit, ...choice }, reply }) =>
        IncidentPoints.parse(await incidentRecord.points(choiceOf(choice), limit, callerSignal(reply))),
    }),
    exportRoute(incidentRecord),
    route({
      method: 'GET',
      path: '/v1/incident-record/incidents/{incident_id}',
      id: 'incident-detail',
      tag: TAG,
      summary: 'One incident with its versions and links',
      access: 'read',
      isPublic: true,
      readsLake: 'soon',
      params: z.strictObject({ incident_id: z.string().min(1).max(256) }),
      answers: {
        200: { description: 'What is known of it', content: { 'application/json': IncidentDetail } },
      },
      problems: [400, 404, 503],
      handle: async ({ params: { incident_id: id }, reply }) => {
        const found = await incidentRecord.incident(id, callerSignal(reply))
        if (found === null)
          throw new RequestError('ART_NOT_FOUND', `There is no incident ${id} in the record.`)
        return IncidentDetail.parse(found)
      },
    }),
  ]
}

function exportRoute(incidentRecord: IncidentReader): Route {
  return route({
    method: 'GET',
    path: '/v1/incident-record/export',
    id: 'incident-export',
    tag: TAG,
    summary: 'All chosen incidents as a Parquet file',
    description: `${COUNTS} Newest first, none left out.`,
    access: 'read',
    readsLake: 'soon',
    query: choiceQuery,
    answers: { 200: { description: 'The file', content: { 'application/vnd.apache.parquet': null } } },
    problems: [400, 503],
    handle: async ({ query, reply }) => {
      const body = await incidentRecord.export(choiceOf(query), callerSignal(reply))
      return reply
        .type('application/vnd.apache.parquet')
        .header('cache-control', 'private, no-cache')
        .header('content-disposition', 'attachment; filename="incidents.parquet"')
        .send(body)
    },
  })
}
