import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { DiskFullError } from '../../core/errors.ts'
import { problemOf } from '../../serve/index.ts'

/** What callers are told while the system can't be started. */
export interface Waiting {
  readonly detail: string
  readonly freeBytes: number | null
}

/** Stands in for the server while a start waits for disk space: answers everybody why, and nothing else. */
export interface Desk {
  say(waiting: Waiting): void
  /** Frees the address at once. */
  close(): Promise<void>
}

/** A caller comes back after so many seconds. */
const RETRY_AFTER_S = 10

/** @throws what the operating system says of the address */
export async function openDesk(
  address: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<Desk> {
  let waiting: Waiting = { detail: 'The disk is full.', freeBytes: null }
  const server = createServer((request, response) => {
    answer(request, response, waiting)
    request.resume()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, resolve)
  })
  return {
    say: now => (waiting = now),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(request: IncomingMessage, response: ServerResponse, { detail, freeBytes }: Waiting): void {
  const path = (request.url ?? '/').split('?', 1)[0]
  const send = (status: number, type: string, body: string) =>
    response
      .writeHead(status, {
        'content-type': type,
        'cache-control': 'no-store',
        'retry-after': String(RETRY_AFTER_S),
        'content-security-policy': "default-src 'none'",
        'x-content-type-options': 'nosniff',
      })
      .end(request.method === 'HEAD' ? '' : body)
  // The process is well: who restarts what is not would only make it wait anew.
  if (path === '/healthz')
    return void send(200, 'application/json', JSON.stringify({ status: 'waiting', detail }))
  if (path === '/metrics') return void send(200, 'text/plain; version=0.0.4', metrics(freeBytes))
  if (request.headers.accept?.includes('text/html') === true)
    return void send(503, 'text/html; charset=utf-8', page(detail))
  const { problem } = problemOf(new DiskFullError(detail))
  send(503, 'application/problem+json; charset=utf-8', JSON.stringify(problem))
}

function metrics(freeBytes: number | null): string {
  const lines = [
    ['arterial_ready', '1 when the server answers reads', '', 0],
    ['arterial_problems', 'What is wrong now, by code', '{code="disk_full"}', 1],
    ['arterial_disk_free_bytes', 'Free space on the disk of the data folder', '', freeBytes],
  ] as const
  return lines
    .filter(([, , , value]) => value !== null)
    .map(
      ([name, help, labels, value]) =>
        `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}${labels} ${value}\n`,
    )
    .join('')
}

function page(detail: string): string {
  const text = detail.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Arterial waits for disk space</title><h1>Arterial waits for disk space</h1><p>${text}</p>
<p>What was accepted is safe. The city is shown again by itself once there is room.</p></html>`
}
