import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Vite names what it builds by content: such a file never changes. */
const HASHED = /[/\\]assets[/\\][^/\\]+-[\w-]{8}\.\w+$/

/**
 * Serves the built page. Returns what answers a path that is no file: the page itself, which routes in the browser;
 * null when the request is not a browser's.
 */
export function servePage(
  app: FastifyInstance,
  pageDir: string | null,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null {
  const built = pageDir !== null && existsSync(join(pageDir, 'index.html'))
  if (built) serveFiles(app, pageDir)
  return (request, reply) => {
    if (!opensPage(request)) return null
    if (built) return reply.sendFile('index.html')
    return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT)
  }
}

/** The built page's files. @param more of what serves them */
export function serveFiles(
  app: FastifyInstance,
  pageDir: string,
  more: Pick<FastifyStaticOptions, 'index' | 'allowedPath'> = {},
): void {
  void app.register(fastifyStatic, {
    ...more,
    root: pageDir,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply, path) => {
      void reply.header(
        'cache-control',
        HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
}

function opensPage({ method, url, headers }: FastifyRequest): boolean {
  const path = url.split('?', 1)[0] ?? ''
  if (method !== 'GET' && method !== 'HEAD') return false
  // A missing file of the page is a 404, not the page.
  if (path.startsWith('/v1/') || path.startsWith('/assets/')) return false
  return headers.accept?.includes('text/html') ?? false
}

export const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Arterial</title>
<body style="font: 16px/1.5 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The page is not built</h1><p>The server runs, and its API answers: see <a href="/docs">the reference</a>.
To build the page, run <code>npm run build</code> and start again.</p>`
