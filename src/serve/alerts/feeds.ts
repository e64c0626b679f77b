import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { entityTag, isKnownTag } from '../answers.ts'
import { route, type Access, type Route } from '../route.ts'
import { incidentCollection, incidentRss } from './feed-documents.ts'
import type { RecentIncident } from './feed-documents.ts'

/** What the feeds of recent incidents are made of. */
export interface IncidentFeeds {
  /** Newest first, some hundred at most; the same answer serves everybody who asks within half a minute. */
  recent(): Promise<readonly RecentIncident[]>
  /** `open`: anybody may read them, without a token. */
  readonly access: Extract<Access, 'open' | 'read'>
}

/** Readers ask again after so long. */
const MAX_AGE_S = 60
const Collection = z.looseObject({
  type: z.literal('FeatureCollection'),
  features: z.array(z.looseObject({})),
})

/** Recent incidents for feed readers and maps of others. */
export function incidentFeedRoutes(feeds: IncidentFeeds, city: { readonly name: string }): Route[] {
  const common = {
    method: 'GET',
    tag: 'Alerts',
    description:
      'Of the last 48 hours, newest first, at most 200; an event that was reported several times is there once. With an entity tag, and at most a minute and a half old.',
    access: feeds.access,
    isPublic: feeds.access === 'open',
    readsLake: 'soon',
    problems: [503],
  } as const
  const notModified = { description: 'It is the one that If-None-Match names', content: {} }
  return [
    route({
      ...common,
      path: '/v1/incidents.rss',
      id: 'incidents-rss',
      summary: 'Recent incidents as RSS 2.0 with GeoRSS points',
      answers: {
        200: { description: 'The feed', content: { 'application/rss+xml': null } },
        304: notModified,
      },
      handle: async ({ request, reply }) => {
        const text = incidentRss(await feeds.recent(), city.name)
        return answer(request, reply, 'application/rss+xml; charset=utf-8', text, feeds)
      },
    }),
    route({
      ...common,
      path: '/v1/incidents.geojson',
      id: 'incidents-geojson',
      summary: 'Recent incidents as GeoJSON',
      answers: {
        200: { description: 'The feed', content: { 'application/geo+json': Collection } },
        304: notModified,
      },
      handle: async ({ request, reply }) => {
        const text = JSON.stringify(incidentCollection(await feeds.recent()))
        return answer(request, reply, 'application/geo+json', text, feeds)
      },
    }),
  ]
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  text: string,
  { access }: Pick<IncidentFeeds, 'access'>,
): FastifyReply {
  const tag = entityTag(text)
  const who = access === 'open' ? 'public' : 'private'
  void reply.header('etag', tag).header('cache-control', `${who}, max-age=${MAX_AGE_S}`)
  if (isKnownTag(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type(type).send(text)
}
