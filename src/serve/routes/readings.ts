import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Positions } from '../../core/positions.ts'
import type { Stream } from '../../core/stream/index.ts'
import { WireReading } from '../../core/schema/reading.ts'
import { senderOf } from '../auth/index.ts'
import { bodyOf, breakOff } from '../body.ts'
import { Runs } from '../contract/index.ts'
import { RequestError } from '../problems.ts'
import { callerSignal, route, type Route } from '../route.ts'

/** What the door passes on of a request; the body is a stream, never held whole. */
export interface IngestRequest {
  /** What the lines are records of; null: readings. */
  readonly stream: Stream | null
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly source: string
  readonly intervalS: number | null
  /** Whose request it is: what is shared out is shared out among senders. */
  readonly sender: string
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal
  /** Ends the body from outside, so that its reader meets the error. */
  readonly cut: (error: Error) => void
}

export interface Ingested {
  /** Durable lines, valid or not. */
  readonly accepted: number
  /** Opaque. */
  readonly position: string
  readonly positions: Positions
}

/** Why the door is closed to new readings for now. */
export interface Refusal {
  readonly status: number
  readonly code: `ART_${string}`
  readonly detail: string
  readonly retryAfterS: number
}

export interface Door {
  readonly mode: 'simulated' | 'real' | 'follower'
  /** Null lets a request of this sender in. */
  readonly admission: (sender: string) => Refusal | null
  /** @throws {AppError} with `status`, and `durable` lines where the body failed halfway */
  readonly ingest: (body: AsyncIterable<Buffer>, request: IngestRequest) => Promise<Ingested>
}

/** The door is closed for now: too far behind, or the disk is nearly full. */
export class AdmissionError extends AppError {
  readonly code: `ART_${string}`
  readonly status: number
  readonly retryAfterS: number
  /** Lines of the body that are on disk. */
  readonly durable = 0
  override readonly retryable = true

  constructor({ code, status, detail, retryAfterS }: Refusal) {
    super(detail)
    this.code = code
    this.status = status
    this.retryAfterS = retryAfterS
  }
}

/** @throws {AdmissionError} where nothing of this sender is taken for now */
export function admit(door: Pick<Door, 'admission'>, sender: string): void {
  const refusal = door.admission(sender)
  if (refusal !== null) throw new AdmissionError(refusal)
}

/** @throws {RequestError} where the city is simulated: its data never mix with real ones; and where it is a copy of another */
export function refuseUnlessReal(mode: Door['mode'], what: string): void {
  if (mode === 'real') return
  if (mode === 'follower')
    throw new RequestError(
      'ART_FOLLOWS',
      `This server follows the tables that another one publishes, and takes no ${what}. Send them to that one.`,
    )
  throw new RequestError(
    'ART_SIMULATED',
    `This server runs a simulated city, which takes no ${what}. Start it with --simulate off; real data are kept in a folder of their own.`,
  )
}

/** What a delivery is answered with. */
export const Delivered = z.strictObject({
  accepted: z.int().nonnegative().meta({ description: 'Lines that are on disk, valid or not' }),
  position: z.string().meta({ description: 'Opaque: of the last line in the log' }),
  positions: Runs,
})

export const sourceParameter = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, {
    error: 'wants 1 to 128 printable ASCII characters without blanks',
  })
  .default('http')
  .meta({ description: 'Where the records come from, e.g. replay:metr-la' })

/** What is promised of every delivery. */
export const DELIVERY =
  'NDJSON, a JSON object or array of them, or CSV with a header; gzip and zstd bodies are unpacked. Answered only after the lines are on disk. ' +
  'A line that breaks a rule never fails its neighbours: it is accepted and goes to quarantine. Delivering the same record again does no harm. ' +
  'When a body fails halfway the problem says in `durable` how many of its first records are on disk; send the rest, or all again. ' +
  'Each sender (its token, else its address) has a share of what may wait to be loaded: a body over it is read more slowly, then answered 429.'

/** What is delivered, and what of it the address says. */
export interface Delivery extends Pick<IngestRequest, 'stream' | 'source' | 'intervalS'> {
  /** For people, e.g. `readings`. */
  readonly what: string
}

/** Takes a request's body in, where its sender may send now. */
export async function deliver(
  door: Door,
  { what, ...delivery }: Delivery,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Ingested> {
  refuseUnlessReal(door.mode, `${what} from outside`)
  const sender = senderOf(request.raw)
  admit(door, sender)
  return await door.ingest(bodyOf(request.raw), {
    ...delivery,
    contentType: request.headers['content-type'],
    contentEncoding: request.headers['content-encoding'],
    sender,
    signal: callerSignal(reply),
    cut: error => breakOff(request.raw.socket, error),
  })
}

const lines = { 'application/x-ndjson': null, 'application/json': WireReading, 'text/csv': null } as const

export function readingRoutes(door: Door): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/readings',
      id: 'post-readings',
      tag: 'Readings',
      summary: 'Deliver readings',
      description: DELIVERY,
      access: 'write',
      query: z.strictObject({
        source: sourceParameter,
        interval_s: z
          .int({ error: 'wants whole seconds from 1 to 86400' })
          .min(1, { error: 'wants whole seconds from 1 to 86400' })
          .max(86_400, { error: 'wants whole seconds from 1 to 86400' })
          .optional()
          .meta({ unit: 's', description: 'Reading interval of the feed; the register wins over it' }),
      }),
      body: { description: 'The readings', required: true, content: lines },
      answers: { 200: { description: 'The lines are durable', content: { 'application/json': Delivered } } },
      problems: [400, 408, 409, 413, 415, 422, 429, 503],
      handle: ({ query, request, reply }) =>
        deliver(
          door,
          {
            what: 'readings',
            stream: null,
            source: query.source,
            intervalS: query.interval_s ?? null,
          },
          request,
          reply,
        ),
    }),
  ]
}
