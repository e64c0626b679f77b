import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IncidentFeeds } from '../alerts/index.ts'
import { entityTag, isKnownTag } from '../answers.ts'
import { PUBLIC_META, type City } from '../contract/index.ts'
import { NOT_BUILT, serveFiles } from '../shell/static.ts'

/** Where the page stands; it shows no other. */
export const PAGE_PATHS = ['/', '/history', '/index.html'] as const

export interface PublicPageDeps {
  /** The built page; null where there is none. */
  readonly pageDir: string | null
  readonly city: City
  readonly incidentFeeds: Pick<IncidentFeeds, 'access'>
}

/** Serves the built page, which is told that it stands at the public address: it shows the incident record alone. */
export function servePublicPage(
  app: FastifyInstance,
  { pageDir, city, incidentFeeds }: PublicPageDeps,
): void {
  const index = pageDir === null ? '' : join(pageDir, 'index.html')
  const isBuilt = pageDir !== null && existsSync(index)
  const html = isBuilt
    ? toldOf(readFileSync(index, 'utf8'), city, incidentFeeds.access === 'open')
    : NOT_BUILT
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

/** No script: the page's policy lets none run that is not a file of its own. Feed readers find the feeds by their links. */
function toldOf(html: string, city: City, hasFeeds: boolean): string {
  const told = `<meta name="${PUBLIC_META}" content="${escaped(JSON.stringify(city))}" />`
  const feeds = hasFeeds ? FEEDS.map(feed => feedLink(feed, city)).join('') : ''
  return html.replace('</head>', () => `${told}${feeds}</head>`)
}

const FEEDS = [
  { type: 'application/rss+xml', path: '/v1/incidents.rss', name: 'RSS' },
  { type: 'application/geo+json', path: '/v1/incidents.geojson', name: 'GeoJSON' },
] as const

function feedLink({ type, path, name }: (typeof FEEDS)[number], city: City): string {
  const title = escaped(`${city.name}: traffic incidents (${name})`)
  return `<link rel="alternate" type="${type}" href="${path}" title="${title}" />`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, one => ENTITIES[one] ?? one)
}
