import { randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { EngineFault, faultOf } from '../fault.ts'
import { syncedAnswer } from '../parent-messages.ts'
import type { SyncDepth } from '../../engine.ts'
import type { EngineReply, Runner } from '../runner.ts'
import type { TempFiles } from '../temp-files.ts'
import { contentTypeOf } from './formats.ts'
import { readRequest } from './request.ts'

export interface DoorParts {
  readonly runner: Runner
  readonly files: TempFiles
  readonly secret: string
  /** Makes the directories of these tables durable. */
  readonly sync: (tables: readonly string[], depth: SyncDepth) => Promise<void>
  /** Waits until the engine knows what another one has written; false when it does not in time. */
  readonly fresh: () => Promise<boolean>
}

/** The ClickHouse HTTP interface over the embedded engine. The caller makes it listen, on loopback only. */
export function createDoor(parts: DoorParts): Server {
  // Parameters of a statement come in the URL, also long ones.
  const server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
    void answer(parts, request, response)
  })
  // A statement may run for minutes before its first byte; an idle socket stays longer than any client keeps it.
  server.requestTimeout = 0
  server.timeout = 0
  server.keepAliveTimeout = 65_000
  server.headersTimeout = 70_000
  return server
}

async function answer(parts: DoorParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://engine')
  const queryId = url.searchParams.get('query_id') ?? randomUUID()
  response.setHeader('X-ClickHouse-Server-Display-Name', 'arterial')
  response.setHeader('X-ClickHouse-Query-Id', queryId.replace(/[^\x20-\x7e]/g, '?'))
  response.setHeader('X-ClickHouse-Timezone', 'UTC')
  try {
    if (url.pathname === '/ping') return void response.end('Ok.\n')
    if (!allowed(request, url, parts.secret)) {
      throw new EngineFault(
        516,
        'AUTHENTICATION_FAILED',
        'default: Authentication failed: wrong or no password',
        403,
      )
    }
    if (url.pathname === '/arterial/sync') {
      const tables = (url.searchParams.get('tables') ?? '').split(',').filter(name => name !== '')
      const depth = url.searchParams.get('depth') === 'parts' ? 'parts' : 'folders'
      await parts.sync(tables, depth)
      return void response.end(syncedAnswer(tables, depth))
    }
    if (url.pathname === '/arterial/fresh')
      return void response.end((await parts.fresh()) ? 'Fresh.\n' : 'Late.\n')
    await serve(parts, request, response, url)
  } catch (error) {
    refuse(response, error)
  } finally {
    request.resume() // what was not read of a refused request would keep the socket busy
  }
}

async function serve(
  { runner, files }: DoorParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const read = await readRequest(request, url, files)
  try {
    const reply = await runner.run(read, gone.signal)
    await send(reply, response, gzipWanted(request, url))
  } finally {
    if (read.data !== null) files.remove(read.data.path)
  }
}

/** An answer that does not come to its end is broken off: only a whole one ends as HTTP says that a body ends. */
async function send(reply: EngineReply, response: ServerResponse, gzip: boolean): Promise<void> {
  response.statusCode = 200
  response.setHeader('Content-Type', contentTypeOf(reply.format))
  response.setHeader('X-ClickHouse-Format', reply.format)
  response.setHeader('X-ClickHouse-Summary', JSON.stringify(reply.summary))
  if (gzip) response.setHeader('Content-Encoding', 'gzip')
  try {
    if ('rows' in reply) {
      const rows = Readable.from(reply.rows.bytes(), { objectMode: false, highWaterMark: 1 << 18 })
      await (gzip ? pipeline(rows, createGzip({ level: 1 }), response) : pipeline(rows, response))
    } else if (gzip) {
      await pipeline([reply.bytes], createGzip({ level: 1 }), response)
    } else {
      response.end(reply.bytes)
    }
  } catch {
    response.destroy() // the engine failed within its rows, or the caller left
  } finally {
    if ('rows' in reply) await reply.rows.close()
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const { code, status, text } = faultOf(error)
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  response.removeHeader('Content-Encoding')
  response.statusCode = status
  response.setHeader('X-ClickHouse-Exception-Code', String(code))
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8')
  response.end(`${text}\n`)
}

function allowed(request: IncomingMessage, url: URL, secret: string): boolean {
  const ways = [request.headers['x-clickhouse-key'], basicPassword(request), url.searchParams.get('password')]
  const given = ways.find(way => typeof way === 'string' && way !== '')
  if (typeof given !== 'string') return false
  const [a, b] = [Buffer.from(given), Buffer.from(secret)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function basicPassword(request: IncomingMessage): string | null {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic' || value === undefined) return null
  const pair = Buffer.from(value, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

/** As a ClickHouse server: compressed only when the request both accepts it and asks for it. */
function gzipWanted(request: IncomingMessage, url: URL): boolean {
  const asked = url.searchParams.get('enable_http_compression') === '1'
  return asked && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
}
