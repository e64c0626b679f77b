import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Appended } from '../../core/log.ts'
import type { Column, Stream } from '../../core/stream/index.ts'
import { keyColumns, streamTable, versionColumn } from '../../lake/read/index.ts'
import type { LakeReader, OutcomeReader, Row } from '../../lake/read/index.ts'
import { senderOf } from '../auth/index.ts'
import { Runs } from '../contract/index.ts'
import { RequestError } from '../problems.ts'
import { callerSignal, route, type Route } from '../route.ts'
import { askedByPath } from '../routes/list.ts'
import { admit, refuseUnlessReal, type Door } from '../routes/readings.ts'
import { checkConditions, isKnown, tagOf } from './conditions.ts'
import { keyParameters, thingPath } from './lists.ts'
import { itemSchema } from './schema.ts'
import { readThing, thingSchema, WITHDRAWN } from './thing-body.ts'
import { Turns } from './turns.ts'
import { wireRecord } from './wire.ts'

/** Where changes of things go. */
export interface ThingWriter {
  readonly now: () => number
  /**
   * Waits until the lake shows everything of the stream, for a while.
   * @returns a mark of how far the stream is; null where the lake is behind
   */
  settled(stream: Stream): Promise<number | null>
  /** Resolves once the record is on disk; null where anything was appended to the stream since the mark, and nothing was then. */
  append(
    stream: Stream,
    record: Readonly<Record<string, unknown>>,
    by: { readonly sender: string; readonly since: number },
  ): Promise<Appended | null>
  /** Whether the lake shows everything below the position; waits for it for a while. */
  shown(end: number): Promise<boolean>
}

export interface ThingDeps {
  readonly door: Pick<Door, 'mode' | 'admission'>
  readonly lake: LakeReader
  readonly outcomes: OutcomeReader
  readonly writer: ThingWriter
}

/** How often, and how long, the lake is looked at for a change that was loaded. */
const LOOKS = 20
const LOOK_EVERY_MS = 50
/** So often a change is made anew because another came before it. */
const TRIES = 5

type Key = Readonly<Record<string, string>>

/** The answer while the lake is behind: what was asked for will come to pass. */
const Promised = z.strictObject({
  positions: Runs.meta({ description: 'Of the change in the log; the lake shows it once it is loaded' }),
})

/** One thing of a stream: read it, give it a new version, withdraw it. */
export function thingRoutes(deps: ThingDeps, stream: Stream): Route[] {
  const things = new Things(deps, stream)
  const item = itemSchema(stream, streamTable(stream).columns)
  const common = { path: thingPath(stream), tag: stream.title, params: keyParameters(stream) } as const
  const shown = (description: string) => ({ description, content: { 'application/json': item } })
  const read = route({
    ...common,
    method: 'GET',
    id: `get-${stream.name}`,
    summary: 'Its newest version',
    description: 'The entity tag is where the version stands in the log; If-Match of a change takes it.',
    access: 'read',
    readsLake: 'fresh',
    answers: {
      200: shown('The thing'),
      304: { description: 'It is the version that If-None-Match names', content: {} },
    },
    problems: [400, 404, 503],
    handle: async ({ params, request, reply }) => {
      const row = await things.find(params as Key, callerSignal(reply))
      if (row === null) throw things.missing(params as Key)
      return sendRow(request, reply, item.parse(row), 200)
    },
  })
  return [read, putRoute(things, stream, common, item), deleteRoute(things, common)]
}

type Common = Pick<Route, 'path' | 'tag' | 'params'>

const promised = {
  description: 'On disk; the lake does not show it yet',
  content: { 'application/json': Promised },
}

function putRoute(things: Things, stream: Stream, common: Common, item: z.ZodType): Route {
  const body = thingSchema(stream)
  const shown = (description: string) => ({ description, content: { 'application/json': item } })
  return route({
    ...common,
    method: 'PUT',
    id: `put-${stream.name}`,
    summary: 'Give it a new version, or add it',
    description:
      `The whole record, as POST /v1/${stream.name} takes it; what is left out is unknown from then on. The key stands in the path. ` +
      'With If-Match it is changed only while it is that version, with `If-None-Match: *` only added. Answered when the lake shows it.',
    access: 'write',
    readsLake: 'fresh',
    body: { description: 'The record', required: true, content: { 'application/json': body } },
    answers: { 200: shown('Changed'), 201: shown('Added'), 202: promised },
    problems: [400, 409, 412, 413, 415, 422, 429, 503],
    handle: async ({ params, request, reply }) => {
      things.admit(request)
      const given = await readThing(request.raw, body)
      return things.put(params as Key, given, request, reply, item)
    },
  })
}

function deleteRoute(things: Things, common: Common): Route {
  return route({
    ...common,
    method: 'DELETE',
    id: `delete-${common.path.split('/')[2] ?? ''}`,
    summary: 'Withdraw it',
    description:
      'Its versions stay, and one more says that it was withdrawn. With If-Match only while it is that version.',
    access: 'write',
    readsLake: 'fresh',
    answers: { 202: promised, 204: { description: 'It is gone', content: {} } },
    problems: [400, 404, 409, 412, 429, 503],
    handle: async ({ params, request, reply }) => {
      things.admit(request)
      return things.withdraw(params as Key, request, reply)
    },
  })
}

class Things {
  readonly #deps: ThingDeps
  readonly #stream: Stream
  /** One change of the stream after the other: each is made of what the one before left. */
  readonly #turns = new Turns()

  constructor(deps: ThingDeps, stream: Stream) {
    this.#deps = deps
    this.#stream = stream
  }

  /** @throws {AppError} where the sender may change nothing now */
  admit(request: FastifyRequest): void {
    const { door } = this.#deps
    refuseUnlessReal(door.mode, `changes of ${this.#stream.name} from outside`)
    admit(door, senderOf(request.raw))
  }

  async find(key: Key, signal?: AbortSignal): Promise<Row | null> {
    const table = streamTable(this.#stream)
    const query = { ...askedByPath(table, key), order: 'asc' } as const
    const { rows } = await this.#deps.lake.page(table, query, 1, signal)
    return rows[0] ?? null
  }

  missing(key: Key): RequestError {
    return new RequestError('ART_NOT_FOUND', `${this.#stream.name} has no ${described(key)}.`)
  }

  put(
    key: Key,
    given: Readonly<Record<string, unknown>>,
    request: FastifyRequest,
    reply: FastifyReply,
    item: z.ZodType,
  ): Promise<unknown> {
    const record = { ...given, ...this.#keyed(key, given) }
    return this.#turns.take(async () => {
      const { before, position, isShown } = await this.#change(key, request, row => {
        checkConditions(request.headers, row === null ? null : positionOf(row))
        return this.#versioned(record, row)
      })
      if (!isShown) return promise(reply, position)
      const after = await this.#look(key, position, row => row !== null && positionOf(row) >= position)
      if (after === undefined || after === null) return promise(reply, position)
      return sendRow(request, reply, item.parse(after), before === null ? 201 : 200, false)
    })
  }

  withdraw(key: Key, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    return this.#turns.take(async () => {
      const { position, isShown } = await this.#change(key, request, row => {
        if (row === null) throw this.missing(key)
        checkConditions(request.headers, positionOf(row))
        const gone = { ...wireRecord(this.#stream, row), [WITHDRAWN]: true }
        return this.#versioned(omit(gone, this.#version), row)
      })
      if (!isShown) return promise(reply, position)
      const after = await this.#look(key, position, row => row === null || positionOf(row) > position)
      return after === null ? reply.code(204).send() : promise(reply, position)
    })
  }

  /**
   * Appends what is made of the newest version. Whatever else comes into the stream between the look at it and the append,
   * by this door or another, it is looked at anew.
   */
  async #change(
    key: Key,
    request: FastifyRequest,
    make: (before: Row | null) => Readonly<Record<string, unknown>>,
  ): Promise<{ readonly before: Row | null; readonly position: number; readonly isShown: boolean }> {
    const { writer } = this.#deps
    for (let i = 0; i < TRIES; i++) {
      const since = await writer.settled(this.#stream)
      if (since === null) break
      const before = await this.find(key)
      const sender = senderOf(request.raw)
      const appended = await writer.append(this.#stream, make(before), { sender, since })
      if (appended === null) continue
      const { position, count } = appended
      return { before, position, isShown: await writer.shown(position + count) }
    }
    throw new RequestError(
      'ART_NOT_READY',
      `Other changes of ${this.#stream.name} came before this one, and the lake does not show them yet: try again in a moment.`,
      { headers: { 'retry-after': '2' } },
    )
  }

  /** The key's fields by their names on the wire. @throws {RequestError} where the body names another thing */
  #keyed(key: Key, given: Readonly<Record<string, unknown>>): Record<string, string> {
    const keyed = keyColumns(this.#stream).map(({ name, field, kind }) => {
      const value = key[name] ?? ''
      if (field in given && !isSame(kind, given[field], value))
        throw new RequestError('ART_BODY', `${field}: is not the one of the path, ${JSON.stringify(value)}`)
      return [field, value] as const
    })
    return Object.fromEntries(keyed)
  }

  /** Names the instant of the version; null where the order of arrival tells versions apart. */
  get #version(): string | null {
    const { once } = this.#stream
    return once.how === 'latest' && once.version !== 'position' ? once.version : null
  }

  /** A version without an instant is made now, and newer than the one before whatever that one's clock said. */
  #versioned(
    record: Readonly<Record<string, unknown>>,
    before: Row | null,
  ): Readonly<Record<string, unknown>> {
    const name = this.#version
    const column = versionColumn(this.#stream)
    if (name === null || column === null) return record
    const lastMs = before === null ? -Infinity : Date.parse(String(before[column]))
    const given = record[name] as string | undefined
    if (given === undefined)
      return { ...record, [name]: new Date(Math.max(this.#deps.writer.now(), lastMs + 1)).toISOString() }
    if (Date.parse(given) > lastMs) return record
    throw new RequestError(
      'ART_OLD_VERSION',
      `${name}: ${given} is not after ${String(before?.[column])}, the newest version: nothing was changed. Leave it out for now.`,
    )
  }

  /**
   * The thing after its change; undefined where it is not seen in time: who answers questions may learn of new parts a moment
   * after the loader.
   * @throws {RequestError} where a rule of the stream refused the change
   */
  async #look(
    key: Key,
    position: number,
    isAfter: (row: Row | null) => boolean,
  ): Promise<Row | null | undefined> {
    let row = await this.find(key)
    if (isAfter(row)) return row
    const {
      new: made,
      conflicts,
      quarantined,
      reasons,
    } = await this.#deps.outcomes.stream(this.#stream, [[position, 1]])
    if (quarantined > 0) {
      const broken = reasons.flatMap(({ reasons: codes }) => codes)
      throw new RequestError('ART_RULE', `The record went to quarantine: ${broken.join(', ')}.`, {
        more: { reasons: broken },
      })
    }
    if (conflicts > 0)
      throw new RequestError('ART_OLD_VERSION', 'Another change made the same version at the same moment.')
    // A repeat made no version: what there is says the same.
    if (made === 0) return row
    for (let i = 0; i < LOOKS; i++) {
      await sleep(LOOK_EVERY_MS)
      row = await this.find(key)
      if (isAfter(row)) return row
    }
    return undefined
  }
}

/** One instant can be written in several ways. */
function isSame(kind: Column['kind'], given: unknown, value: string): boolean {
  return kind === 'instant' ? Date.parse(String(given)) === Date.parse(value) : given === value
}

function promise(reply: FastifyReply, position: number): FastifyReply {
  return reply.code(202).send({ positions: [[position, 1]] })
}

function positionOf(row: Row): number {
  return Number(row['position'])
}

function omit(record: Readonly<Record<string, unknown>>, name: string | null): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name))
}

function described(key: Key): string {
  return Object.entries(key)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(', ')
}

function sendRow(
  request: FastifyRequest,
  reply: FastifyReply,
  row: unknown,
  status: number,
  mayKnow = true,
): FastifyReply {
  const position = positionOf(row as Row)
  void reply.header('etag', tagOf(position)).header('cache-control', 'private, no-cache')
  if (mayKnow && isKnown(request.headers, position)) return reply.code(304).send()
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(row))
}
