import { z } from 'zod'
import type { Stream } from '../../core/stream/index.ts'
import type { LakeReader } from '../../lake/read/index.ts'
import { answerTagged } from '../answers.ts'
import { LiveChange, LiveSnapshot, Status } from '../contract/index.ts'
import { CITY, streamLive, type Live } from '../live/index.ts'
import type { Metrics } from '../metrics.ts'
import { streamParameter } from './lists.ts'
import { wrongParameters } from '../input.ts'
import { RequestError } from '../problems.ts'
import { callerSignal, route, type Route } from '../route.ts'

export interface State extends Live {
  readonly status: () => Promise<Status> | Status
  readonly metrics: Metrics
  readonly lake: LakeReader
  readonly streams: readonly Stream[]
}

const Alive = z.strictObject({ status: z.literal('ok') })
const Ready = z.strictObject({ ready: z.literal(true) })
const at = z.iso.datetime()
const Reasons = z.strictObject({
  items: z.array(
    z.strictObject({
      stream: z.string(),
      reason: z.string(),
      lines: z.int().nonnegative(),
      first_seen: at,
      last_seen: at,
    }),
  ),
})
const Drift = z.strictObject({
  items: z.array(
    z.strictObject({
      stream: z.string(),
      field: z.string(),
      first_seen: at,
      last_seen: at,
      first_position: z.int().nonnegative(),
      last_position: z.int().nonnegative(),
    }),
  ),
})

/** How the server and its pipeline are, from "is it alive" to the live picture of the city. */
export function stateRoutes(state: State): Route[] {
  const { status, metrics } = state
  return [
    ...probes('Whether reads are answered', async () => {
      const { ready, engine } = await status()
      return ready ? null : `The engine is ${engine.state}; the doors take readings meanwhile.`
    }),
    metricsRoute(metrics),
    route({
      method: 'GET',
      path: '/v1/status',
      id: 'status',
      tag: 'Health',
      summary: 'Log, layers, backlog, freshness and problems',
      description: 'backlog.records is 0 when every layer is complete up to log.position.',
      access: 'read',
      readsLake: 'soon',
      answers: { 200: { description: 'Now', content: { 'application/json': Status } } },
      problems: [],
      handle: async ({ reply }) => reply.header('cache-control', 'no-store').send(await status()),
    }),
    liveRoute(state),
    ...summaries(state),
  ]
}

function liveRoute(state: State): Route {
  const known = [CITY, ...state.streams.map(({ name }) => name)]
  return route({
    method: 'GET',
    path: '/v1/live',
    id: 'live',
    tag: 'Live',
    summary: 'The live city as server-sent events',
    description:
      'First an event `snapshot`, then each second a `change` with the sites that changed. A client that comes back with Last-Event-ID gets what it missed; one that is too slow gets a new snapshot. ' +
      'With `streams`, events bear a stream’s name and their data `{"rows": […]}` the rows of its table as they are loaded, from then on; a client that is too slow misses some, and `skipped` tells how many: `{"rows": {"<stream>": n}}`.',
    access: 'read',
    query: z.strictObject({
      streams: z
        .string()
        .min(1)
        .max(2_000)
        .default(CITY)
        .meta({
          description: `Separated by commas: of ${known.join(', ')}; ${CITY} is the live picture of the city`,
        }),
      last_event_id: z
        .string()
        .max(128)
        .optional()
        .meta({ description: 'As the header Last-Event-ID, which wins; of readings alone' }),
    }),
    answers: {
      200: {
        description: 'The stream; the data of its events are LiveSnapshot and LiveChange',
        content: { 'text/event-stream': z.union([LiveSnapshot, LiveChange]) },
      },
    },
    problems: [400, 503],
    handle: async ({ query: { streams }, request, reply }) => {
      const asked = new Set(streams.split(',').map(name => name.trim()))
      const unknown = [...asked].filter(name => !known.includes(name))
      if (unknown.length > 0) {
        const message = `does not know ${unknown.map(name => JSON.stringify(name)).join(', ')}; there are ${known.join(', ')}`
        throw wrongParameters([{ name: 'streams', value: streams, message }])
      }
      return streamLive(state, asked, request, reply)
    },
  })
}

export function metricsRoute(metrics: Metrics): Route {
  return route({
    method: 'GET',
    path: '/metrics',
    id: 'metrics',
    tag: 'Health',
    summary: 'Figures for Prometheus',
    access: 'read',
    answers: { 200: { description: 'Prometheus text format', content: { 'text/plain': null } } },
    problems: [],
    handle: async ({ reply }) => reply.type(metrics.contentType).send(await metrics.text()),
  })
}

/**
 * For who watches the process.
 * @param summary what it means to be ready
 * @param unready why it is not; null: it is
 */
export function probes(summary: string, unready: () => Promise<string | null> | string | null): Route[] {
  return [
    route({
      method: 'GET',
      path: '/healthz',
      id: 'healthz',
      tag: 'Health',
      summary: 'Whether the process is alive',
      access: 'open',
      answers: { 200: { description: 'Alive', content: { 'application/json': Alive } } },
      problems: [],
      handle: async ({ reply }) => reply.header('cache-control', 'no-store').send({ status: 'ok' }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      id: 'readyz',
      tag: 'Health',
      summary,
      access: 'open',
      answers: { 200: { description: 'Ready', content: { 'application/json': Ready } } },
      problems: [503],
      handle: async ({ reply }) => {
        const why = await unready()
        if (why === null) return reply.header('cache-control', 'no-store').send({ ready: true })
        throw new RequestError('ART_NOT_READY', why, { headers: { 'retry-after': '2' } })
      },
    }),
  ]
}

const span = (description: string) =>
  z.iso
    .datetime({ offset: true, error: 'wants an ISO 8601 instant with its zone, e.g. 2026-01-31T08:00:00Z' })
    .optional()
    .meta({ description })

function summaries({ lake, streams }: Pick<State, 'lake' | 'streams'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/quarantine/summary',
      id: 'quarantine-summary',
      tag: 'Quarantine',
      summary: 'How many lines broke each rule',
      description: 'By stream. A line that broke several counts under each.',
      access: 'read',
      readsLake: 'fresh',
      query: z.strictObject({
        from: span('Arrived from this instant on'),
        to: span('Arrived before this instant'),
        stream: streamParameter(streams),
      }),
      answers: {
        200: { description: 'Most frequent first', content: { 'application/json': Reasons } },
        304: { description: 'It is the one that If-None-Match names', content: {} },
      },
      problems: [400, 503],
      handle: async ({ query: { from, to, stream }, request, reply }) => {
        const ms = (at?: string) => (at === undefined ? undefined : Date.parse(at))
        const items = await lake.quarantineReasons(
          { fromMs: ms(from), toMs: ms(to), streams: stream as string[] | undefined },
          callerSignal(reply),
        )
        return answerTagged(request, reply, Reasons.parse({ items }))
      },
    }),
    route({
      method: 'GET',
      path: '/v1/drift',
      id: 'drift',
      tag: 'Quarantine',
      summary: 'Fields that came and that the record of their stream does not name',
      description: 'They are kept in bronze.',
      access: 'read',
      readsLake: 'fresh',
      answers: {
        200: { description: 'By stream and name', content: { 'application/json': Drift } },
        304: { description: 'It is the one that If-None-Match names', content: {} },
      },
      problems: [503],
      handle: async ({ request, reply }) =>
        answerTagged(request, reply, Drift.parse({ items: await lake.drift(callerSignal(reply)) })),
    }),
  ]
}
