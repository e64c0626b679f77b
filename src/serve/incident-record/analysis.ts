import type { z } from 'zod'
import type { IncidentChoice } from '../../lake/read/incident-record/index.ts'
import { IncidentHotspots, IncidentTrend } from '../contract/incident-record/index.ts'
import { route, type Route } from '../route.ts'
import { choiceOf, choiceQuery } from './choice.ts'

/** Works on what takes longer than a request. */
export interface IncidentAnalyst {
  hotspots(choice: IncidentChoice): Promise<unknown>
  trend(choice: IncidentChoice): Promise<unknown>
}

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
      name: 'trend',
      id: 'incident-trend',
      summary: 'The incidents a day as trend and week, and when their level changed',
      description: `Days that the record covers in part or not at all are left out. ${ONCE}`,
      answer: IncidentTrend,
      ask: choice => analyst.trend(choice),
    }),
  ]
}

interface AnalysisRoute {
  readonly name: string
  readonly id: string
  readonly summary: string
  readonly description: string
  readonly answer: z.ZodType<{ readonly state: 'ready' | 'computing' }>
  readonly ask: (choice: IncidentChoice) => Promise<unknown>
}

function analysisRoute({ name, id, summary, description, answer, ask }: AnalysisRoute): Route {
  return route({
    method: 'GET',
    path: `/v1/incident-record/${name}`,
    tag: 'Incident record',
    ...{ id, summary, description },
    access: 'read',
    isPublic: true,
    readsLake: 'soon',
    query: choiceQuery,
    answers: {
      200: { description: 'The analysis, or that it is computed', content: { 'application/json': answer } },
    },
    problems: [400, 503],
    handle: async ({ query, reply }) => {
      const told = answer.parse(await ask(choiceOf(query)))
      // It is another one in a moment.
      if (told.state === 'computing') void reply.header('cache-control', 'no-store')
      return told
    },
  })
}
