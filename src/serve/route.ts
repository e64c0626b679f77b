import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parameterReader } from './input.ts'

/** Who may call: anybody, or the holder of a token with that scope. Without tokens, read and write are open on loopback. */
export type Access = 'open' | 'read' | 'write' | 'admin'

export interface Documented {
  readonly description: string
  /** Media type → schema of what it carries; null for bytes and text. */
  readonly content: Readonly<Record<string, z.ZodType | null>>
}

/**
 * One path of the API: what the server registers and what the reference documents, written once. `{name}` in the path
 * is a parameter.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly access: Access
  /** It is answered at the public address too, to anybody: a GET whose answer follows from its parameters alone. */
  readonly isPublic?: boolean
  /**
   * `fresh`: the answer holds what had arrived when it was asked for; `soon`: the next one will, as a state that is looked at again.
   * @default 'no'
   */
  readonly readsLake?: 'no' | 'soon' | 'fresh'
  readonly query: z.ZodObject
  readonly params: z.ZodObject
  /** Any further query parameter with this prefix is taken, e.g. `param_`. */
  readonly openQuery?: string
  readonly body?: Documented & { readonly required: boolean }
  readonly answers: Readonly<Record<number, Documented>>
  /** Statuses of the problem documents it may answer besides those every path may. */
  readonly problems: readonly number[]
  readonly handle: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
}

export interface RouteSpec<Q extends z.ZodObject, P extends z.ZodObject> extends Omit<
  Route,
  'query' | 'params' | 'handle'
> {
  readonly query?: Q
  readonly params?: P
  readonly handle: (call: Call<z.infer<Q>, z.infer<P>>) => Promise<unknown>
}

export interface Call<Q, P> {
  readonly query: Q
  readonly params: P
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

const nothing = z.strictObject({})

/** Makes a route of the table: its parameters are parsed before the handler sees them. */
export function route<Q extends z.ZodObject = typeof nothing, P extends z.ZodObject = typeof nothing>(
  spec: RouteSpec<Q, P>,
): Route {
  const query = spec.query ?? nothing
  const params = spec.params ?? nothing
  const readQuery = parameterReader(query)
  const readParams = parameterReader(params)
  const { openQuery } = spec
  return {
    ...spec,
    query,
    params,
    handle: async (request, reply) => {
      const given = Object.entries(request.query as Record<string, string>)
      const closed = openQuery === undefined ? given : given.filter(([name]) => !name.startsWith(openQuery))
      return spec.handle({
        query: readQuery(Object.fromEntries(closed)) as z.infer<Q>,
        params: readParams(request.params) as z.infer<P>,
        request,
        reply,
      })
    },
  }
}

/** Aborts when the caller goes away before the answer is complete. */
export function callerSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new DOMException('The caller went away.', 'AbortError'))
  })
  return gone.signal
}

/** The path as Fastify's router writes it: `/v1/sensors/{sensor_id}` → `/v1/sensors/:sensor_id`. */
export const routerPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')
