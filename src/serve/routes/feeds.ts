import { z } from 'zod'
import { Feed } from '../contract/index.ts'
import { route, type Route } from '../route.ts'

/** How the polled feeds are, in the order of the settings. */
export interface FeedList {
  readonly feeds: () => readonly Feed[]
}

const Feeds = z.strictObject({ items: z.array(Feed) })

export function feedRoutes({ feeds }: FeedList): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/feeds',
      id: 'feeds',
      tag: 'Health',
      summary: 'Addresses that are asked for data, and how that goes',
      description: 'In the order of the settings; empty where none is set.',
      access: 'read',
      answers: { 200: { description: 'Now', content: { 'application/json': Feeds } } },
      problems: [],
      handle: async ({ reply }) =>
        reply.header('cache-control', 'no-store').send(Feeds.parse({ items: feeds() })),
    }),
  ]
}
