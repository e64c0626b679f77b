import { z } from 'zod'
import type { Stream } from '../../core/stream/index.ts'
import type { OutcomeReader } from '../../lake/read/index.ts'
import { StreamOutcome } from '../contract/index.ts'
import { route, type Route } from '../route.ts'
import { outcomeRoute, type Reached } from '../routes/outcome.ts'
import { deliver, DELIVERY, Delivered, sourceParameter, type Door } from '../routes/readings.ts'
import { wireSchema } from './schema.ts'

/** POST /v1/<stream>: as readings are delivered. */
export function deliveryRoute(door: Door, stream: Stream): Route {
  const schema = wireSchema(stream)
  return route({
    method: 'POST',
    path: `/v1/${stream.name}`,
    id: `post-${stream.name}`,
    tag: stream.title,
    summary: `Deliver ${stream.title.toLowerCase()}`,
    description: `${DELIVERY} ${onceMeans(stream)}`,
    access: 'write',
    query: z.strictObject({ source: sourceParameter }),
    body: {
      description: 'The records',
      required: true,
      content: { 'application/x-ndjson': null, 'application/json': schema, 'text/csv': null },
    },
    answers: { 200: { description: 'The lines are durable', content: { 'application/json': Delivered } } },
    problems: [400, 408, 409, 413, 415, 422, 429, 503],
    handle: ({ query: { source }, request, reply }) =>
      deliver(door, { what: `records of ${stream.name}`, stream, source, intervalS: null }, request, reply),
  })
}

/** What a second record about the same does. */
export function onceMeans({ once }: Stream): string {
  const key = once.key.join(' and ')
  switch (once.how) {
    case 'first':
      return `There is one record for each ${key} and ${once.time}: the first to arrive stays, another that differs is a conflict.`
    case 'latest':
      return once.version === 'position'
        ? `Each record is a version of its ${key}: what arrived last counts. The field withdrawn takes it away.`
        : `Each record is a version of its ${key}: the newest ${once.version} counts, whatever the order of arrival.${once.ties === undefined ? '' : ' Versions of the same instant are all kept.'} The field withdrawn takes it away.`
    case 'every':
      return 'Every record is kept; one that is equal in everything is there once.'
  }
}

export function streamOutcomeRoute(outcomes: OutcomeReader, reached: Reached, stream: Stream): Route {
  return outcomeRoute({
    path: `/v1/${stream.name}/outcome`,
    id: `${stream.name}-outcome`,
    tag: stream.title,
    summary: 'What became of delivered records',
    counts: 'Counts the lines at these positions, and no other.',
    outcome: StreamOutcome,
    reached,
    count: (lines, signal) => outcomes.stream(stream, lines, signal),
  })
}
