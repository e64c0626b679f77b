import type { FastifyReply, FastifyRequest } from 'fastify'
import { RequestError } from '../problems.ts'
import type { Listener } from './audience.ts'

/** Streams at once; each holds a socket and at most a mebibyte. */
const MAX_CLIENTS = 2_000

/** What the route needs of the hub. */
export interface LiveFeed {
  readonly clients: number
  connect(listener: Listener, lastEventId: string | null): () => void
  /** Ends every stream: the server closes. */
  stop(): void
}

/** What the route needs of the streams' rows. */
export interface TopicFeed {
  readonly clients: number
  connect(listener: Listener, streams: ReadonlySet<string>): () => void
  stop(): void
}

/** The topic that is the picture of the city, as it is without topics. */
export const CITY = 'readings'

export interface Live {
  readonly live: LiveFeed
  readonly topics: TopicFeed
}

/**
 * Answers with the live stream, until the client or the server goes.
 * @param streams whose rows are told as they are loaded; `readings` stands for the picture of the city, whose change each second
 *   is its heartbeat
 */
export function streamLive(
  { live: feed, topics }: Live,
  streams: ReadonlySet<string>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (feed.clients + topics.clients >= MAX_CLIENTS) {
    throw new RequestError(
      'ART_LIVE_FULL',
      `${MAX_CLIENTS} clients are connected already; try again later.`,
      {
        headers: { 'retry-after': '30' },
      },
    )
  }
  void reply
    .type('text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store, no-transform')
    // Reverse proxies hold events back otherwise.
    .header('x-accel-buffering', 'no')
  if (request.method === 'HEAD') return reply.send()

  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, reply.getHeaders() as Record<string, string>)
  raw.socket?.setNoDelay(true)
  raw.socket?.setTimeout(0)
  raw.write('retry: 2000\n\n')
  const listener: Listener = {
    get waitingBytes() {
      return raw.writableLength
    },
    write: event => void raw.write(event),
    // destroy, not end: a client that takes nothing would never see the end.
    end: () => {
      if (raw.writableLength > 0) raw.destroy()
      else raw.end()
    },
  }
  const rows = new Set([...streams].filter(name => name !== CITY))
  const leaving = [
    ...(streams.has(CITY) ? [feed.connect(listener, lastEventId(request))] : []),
    ...(rows.size > 0 ? [topics.connect(listener, rows)] : []),
  ]
  const leave = () => {
    for (const one of leaving) one()
  }
  raw.once('close', leave)
  raw.once('error', leave)
  return reply
}

/** Where the client was: the header a browser sends by itself, or a parameter for clients that open a new stream. */
function lastEventId(request: FastifyRequest): string | null {
  const header = request.headers['last-event-id']
  const { last_event_id: parameter } = request.query as { last_event_id?: string }
  return (typeof header === 'string' ? header : parameter) ?? null
}
