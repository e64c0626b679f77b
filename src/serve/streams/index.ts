import type { Stream } from '../../core/stream/index.ts'
import type { Route } from '../route.ts'
import { reachedBy } from '../routes/outcome.ts'
import type { Door } from '../routes/readings.ts'
import type { Status } from '../contract/index.ts'
import { deliveryRoute, streamOutcomeRoute } from './door.ts'
import { streamLists } from './lists.ts'
import { thingRoutes, type ThingDeps, type ThingWriter } from './things.ts'

export { deliveryRoute, onceMeans } from './door.ts'
export { itemSchema, wireSchema } from './schema.ts'
export type { ThingWriter } from './things.ts'

export interface StreamDeps extends Omit<ThingDeps, 'door' | 'writer'> {
  readonly streams: readonly Stream[]
  readonly things: ThingWriter
  readonly status: () => Promise<Status> | Status
}

/** Every path of every stream: its door, what became of a delivery, its lists, and of things each one. */
export function streamRoutes(door: Door, { streams, things, status, lake, outcomes }: StreamDeps): Route[] {
  const reached = reachedBy(status)
  return streams.flatMap(stream => [
    deliveryRoute(door, stream),
    streamOutcomeRoute(outcomes, reached, stream),
    ...streamLists(lake, stream),
    ...(stream.once.how === 'latest' ? thingRoutes({ door, lake, outcomes, writer: things }, stream) : []),
  ])
}
