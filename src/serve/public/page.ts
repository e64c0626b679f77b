import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { entityTag, isKnownTag } from '../answers.ts'
import { PUBLIC_META, type City } from '../contract/index.ts'
import { NOT_BUILT, serveFiles } from '../shell/static.ts'

/** Where the page stands; it shows no other. */
export const PAGE_PATHS = ['/', '/history', '/index.html'] as const

/** Serves the built page, which is told that it stands at the public address: it shows the incident record alone. */
export function servePublicPage(app: FastifyInstance, pageDir: string | null, city: City): void {
  const index = pageDir === null ? '' : join(pageDir, 'index.html')
  const isBuilt = pageDir !== null && existsSync(index)
  const html = isBuilt ? toldOf(readFileSync(index, 'utf8'), city) : NOT_BUILT
  const tag = entityTag(html)
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8')
    if (!isBuilt) return reply.code(503).send(html)
    void reply.header('etag', tag)
    if (isKnownTag(request.headers['if-none-match'], tag)) return reply.code(304).send()
    return reply.send(html)
  }
  for (const path of PAGE_PATHS) app.get(path, answer)
  if (isBuilt) serveFiles(app, pageDir, { index: false, allowedPath: path => path !== '/index.html' })
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** No script: the page's policy lets none run that is not a file of its own. */
function toldOf(html: string, city: City): string {
  const content = JSON.stringify(city).replace(/[&<>"]/g, one => ENTITIES[one] ?? one)
  return html.replace('</head>', () => `<meta name="${PUBLIC_META}" content="${content}" /></head>`)
}
