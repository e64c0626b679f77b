import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { wrongParameters } from '../input.ts'
import { problemOf } from '../problems.ts'
import { callerSignal, route, type Route } from '../route.ts'

/** A line of a long operation's answer: how far it is (0–1), and at last its result. */
export type AdminEvent =
  | { readonly progress: number; readonly message: string }
  | { readonly result: unknown }

/** What a rebuild makes anew. */
export interface RebuildRequest {
  /** Readings measured from this instant on; null: from the first. */
  readonly from: string | null
  /** Readings measured before this instant; null: to the last. */
  readonly to: string | null
  /** These streams whole, and no readings; none named, and no instant: readings and all streams. */
  readonly streams: readonly string[]
}

/** Long operations of the administrator; each ends when its signal aborts. */
export interface Admin {
  /** Recomputes everything from the log and compares. */
  verify(signal: AbortSignal): AsyncIterable<AdminEvent>
  /** Runs the log through the present rules and register into fresh tables. */
  rebuild(what: RebuildRequest, signal: AbortSignal): AsyncIterable<AdminEvent>
}

const NDJSON = 'application/x-ndjson; charset=utf-8'
const Line = z
  .union([
    z.strictObject({ progress: z.number().min(0).max(1), message: z.string() }),
    z.strictObject({ result: z.unknown() }),
    z.strictObject({ error: z.unknown().meta({ description: 'A problem document' }) }),
  ])
  .meta({ description: 'One line of the answer; the last one is a result or an error' })

export const LINE_ANSWERS = {
  200: {
    description: 'Lines of progress; the last one is the result or an error',
    content: { 'application/x-ndjson': Line },
  },
}
const instant = (description: string) =>
  z.iso
    .datetime({ offset: true, error: 'wants an ISO 8601 instant with its zone, e.g. 2026-01-31T00:00:00Z' })
    .optional()
    .meta({ description })

/** `closing` aborts when the server closes: it does not wait hours for a recomputation. */
export function adminRoutes(admin: Admin, closing: AbortSignal, report: (error: unknown) => void): Route[] {
  const until = (reply: FastifyReply) => AbortSignal.any([callerSignal(reply), closing])
  return [
    route({
      method: 'POST',
      path: '/v1/admin/verify',
      id: 'verify',
      tag: 'Administration',
      summary: 'Recompute everything from the log and compare',
      access: 'admin',
      answers: LINE_ANSWERS,
      problems: [503],
      handle: async ({ reply }) => sendLines(reply, admin.verify(until(reply)), report),
    }),
    route({
      method: 'POST',
      path: '/v1/admin/rebuild',
      id: 'rebuild',
      tag: 'Administration',
      summary: 'Run the log through today’s rules and register again',
      access: 'admin',
      query: z.strictObject({
        from: instant('Readings measured from this instant on; unset: all'),
        to: instant('Readings measured before this instant; unset: all'),
        stream: z
          .union([z.string(), z.array(z.string())])
          .optional()
          .meta({
            description:
              'A stream that is made anew whole, e.g. weather; may be given several times. Without it and without an instant: readings and all streams',
          }),
      }),
      answers: LINE_ANSWERS,
      problems: [400, 503],
      handle: async ({ query: { from = null, to = null, stream = [] }, reply }) => {
        if (from !== null && to !== null && Date.parse(from) >= Date.parse(to)) {
          throw wrongParameters([{ name: 'from', value: from, message: `is not before to (${to})` }])
        }
        const named = typeof stream === 'string' ? [stream] : stream
        if (named.length > 0 && (from ?? to) !== null) {
          const message = 'a stream is made anew whole: leave out from and to, or the stream'
          throw wrongParameters([{ name: 'stream', value: named.join(','), message }])
        }
        return sendLines(reply, admin.rebuild({ from, to, streams: named }, until(reply)), report)
      },
    }),
  ]
}

/** Sends events as they come, a line each. */
export function sendLines(
  reply: FastifyReply,
  events: AsyncIterable<AdminEvent>,
  report: (error: unknown) => void,
): FastifyReply {
  // It may be a long time between two events, and an idle connection is dropped.
  if (reply.raw.socket instanceof Socket) reply.raw.socket.setTimeout(0)
  return reply.type(NDJSON).send(lines(events, report))
}

/** The answer has begun by the time something fails, so the failure is its last line. */
function lines(events: AsyncIterable<AdminEvent>, report: (error: unknown) => void): Readable {
  async function* text(): AsyncGenerator<string> {
    try {
      for await (const event of events) yield `${JSON.stringify(event)}\n`
    } catch (error) {
      report(error)
      yield `${JSON.stringify({ error: problemOf(error).problem })}\n`
    }
  }
  return Readable.from(text())
}
