import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Answers JSON with an entity tag, or 304 when the caller has this very answer already. */
export function answerTagged(request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply {
  const body = JSON.stringify(value)
  const tag = entityTag(body)
  void reply.header('etag', tag).header('cache-control', 'private, no-cache')
  if (isKnownTag(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}

/** A strong entity tag (RFC 9110, 8.8.3): the same for the same content. */
export function entityTag(content: string | Uint8Array): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`
}

/** RFC 9110, 13.1.2: a list of tags, weakly compared, or `*`. */
export function isKnownTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some(given => [tag, '*'].includes(given.trim().replace(/^W\//, '')))
}
