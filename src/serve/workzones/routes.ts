import { z } from 'zod'
import type { Stream } from '../../core/stream/index.ts'
import type { LakeReader } from '../../lake/read/index.ts'
import { answerTagged } from '../answers.ts'
import { callerSignal, route, type Route } from '../route.ts'
import { allRows } from '../streams/all-rows.ts'
import { deviceFeed } from './device-feed.ts'
import type { Feed, FeedHead, SilverRow } from './feed-head.ts'
import { workZoneFeed } from './work-zone-feed.ts'

export interface WorkZoneFeedDeps {
  readonly lake: Pick<LakeReader, 'page'>
  readonly streams: readonly Stream[]
  readonly city: { readonly name: string }
}

/** Features of a feed; the city with the most has some thousand. */
const MOST = 50_000

const Collection = z.looseObject({
  type: z.literal('FeatureCollection'),
  features: z.array(z.looseObject({})),
})

const FEEDS = [
  {
    stream: 'work-zones',
    id: 'work-zone-feed',
    what: 'WorkZoneFeed: work zones and detours',
    make: workZoneFeed,
  },
  {
    stream: 'field-devices',
    id: 'device-feed',
    what: 'DeviceFeed: devices beside the road',
    make: deviceFeed,
  },
] as const

/** The feeds of the Work Zone Data Exchange that others take from here. */
export function workZoneFeedRoutes({ lake, streams, city }: WorkZoneFeedDeps): Route[] {
  const head = (): FeedHead => ({ publisher: city.name, sourceId: 'arterial' })
  return FEEDS.flatMap(({ stream: name, id, what, make }) => {
    const stream = streams.find(one => one.name === name)
    return stream === undefined ? [] : [feedRoute(lake, stream, { id, what }, rows => make(rows, head()))]
  })
}

function feedRoute(
  lake: WorkZoneFeedDeps['lake'],
  stream: Stream,
  { id, what }: { readonly id: string; readonly what: string },
  make: (rows: readonly SilverRow[]) => Feed,
): Route {
  return route({
    method: 'GET',
    path: `/v1/${stream.name}.geojson`,
    id,
    tag: stream.title,
    summary: `WZDx 4.2 ${what}`,
    description: `Work Zone Data Exchange, as GeoJSON: the newest version of each, at most ${MOST}.`,
    access: 'read',
    readsLake: 'fresh',
    answers: {
      200: { description: 'The feed', content: { 'application/json': Collection } },
      304: { description: 'It is the one that If-None-Match names', content: {} },
    },
    problems: [503],
    handle: async ({ request, reply }) =>
      answerTagged(request, reply, make(await allRows(lake, stream, {}, MOST, callerSignal(reply)))),
  })
}
