import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface PortalRow {
  readonly id: string
  readonly updatedAt: string
  readonly values: Readonly<Record<string, string>>
}

/** Answers a request in place of the portal; false lets the portal answer. */
export type Misbehaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  nth: number,
) => boolean | Promise<boolean>

/** Without $limit a resource answers so many rows (dev.socrata.com, Paging through Data). */
const DEFAULT_LIMIT = 1000
const INTERNAL = [':id', ':created_at', ':updated_at', ':version']

/**
 * A Socrata portal of ours with one dataset, behaving as dev.socrata.com documents: 1,000 rows unless a limit is asked for, rows in
 * no order unless one is asked for, system columns only when selected, null columns left out of JSON and empty in CSV, ETags, error
 * documents with code and message.
 */
export class Portal {
  rows: PortalRow[] = []
  types: Record<string, string> = {}
  /** Whether answers say their columns and types, as SODA 2 does. */
  tellsColumns = true
  /** Some portals cap the limit. */
  maxLimit = 50_000
  token: string | null = null
  misbehaves: Misbehaviour = () => false
  readonly asked: {
    readonly path: string
    readonly query: URLSearchParams
    readonly headers: IncomingMessage['headers']
  }[] = []
  /** How often an order that nobody asked for was given. */
  #shuffles = 0
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(port, '127.0.0.1', resolve))
    return this
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Pages of rows that were asked for, by their offsets. */
  get offsets(): number[] {
    return this.asked
      .filter(({ query }) => query.has('$offset'))
      .map(({ query }) => Number(query.get('$offset')))
  }

  /** The publisher puts the whole set in again: every row is touched. */
  replaceAll(updatedAt: string): void {
    this.rows = this.rows.map(row => ({ ...row, updatedAt }))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.origin)
    this.asked.push({ path: url.pathname, query: url.searchParams, headers: request.headers })
    if (await this.misbehaves(request, response, this.asked.length)) return
    if (this.token !== null && request.headers['x-app-token'] !== this.token) {
      fault(response, 403, 'permission_denied', 'Invalid app_token specified')
      return
    }
    const [, extension] = /^\/resource\/[a-z0-9]{4}-[a-z0-9]{4}\.(json|csv)$/.exec(url.pathname) ?? []
    if (extension === undefined) {
      fault(response, 404, 'dataset.missing', 'Not found')
      return
    }
    this.#send(url.searchParams, extension === 'csv' ? 'csv' : 'json', request, response)
  }

  #send(
    query: URLSearchParams,
    format: 'json' | 'csv',
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const select = query.get('$select') ?? '*'
    const chosen = this.#where(query.get('$where'))
    const isProbe = select.includes('count(*)')
    const rows = isProbe ? [probeOf(chosen)] : this.#page(query, chosen).map(row => valuesOf(row, select))
    const names = isProbe
      ? ['row_count', 'newest']
      : [...(select.includes(':*') ? INTERNAL : []), ...Object.keys(this.types)]
    const body = format === 'json' ? jsonOf(rows, names) : csvOf(rows, names)
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`
    const headers: Record<string, string> = { etag }
    if (this.tellsColumns && !isProbe) {
      headers['x-soda2-fields'] = JSON.stringify(names)
      headers['x-soda2-types'] = JSON.stringify(names.map(name => this.types[name] ?? 'meta_data'))
    }
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end()
      return
    }
    const type = format === 'json' ? 'application/json;charset=utf-8' : 'text/csv;charset=utf-8'
    response.writeHead(200, { 'content-type': type, ...headers }).end(body)
  }

  #where(where: string | null): readonly PortalRow[] {
    if (where === null) return this.rows
    const [, since] = /^:updated_at >= '([^']+)'$/.exec(where) ?? []
    if (since === undefined) throw new Error(`the portal does not know ${where}`)
    return this.rows.filter(({ updatedAt }) => Date.parse(updatedAt) >= Date.parse(since))
  }

  #page(query: URLSearchParams, rows: readonly PortalRow[]): readonly PortalRow[] {
    const limit = Math.min(this.maxLimit, Number(query.get('$limit') ?? DEFAULT_LIMIT))
    const offset = Number(query.get('$offset') ?? 0)
    // Without an order each answer has one of its own.
    const turn = rows.length === 0 ? 0 : (this.#shuffles++ * 7) % rows.length
    const ordered =
      query.get('$order') === ':id'
        ? rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
        : [...rows.slice(turn), ...rows.slice(0, turn)]
    return ordered.slice(offset, offset + limit)
  }
}

/** Rows `row-0001`… of a dataset of places. */
export function rowsFrom(first: number, count: number, updatedAt = '2026-11-01T17:00:00.000Z'): PortalRow[] {
  return Array.from({ length: count }, (_, i) => {
    const n = String(first + i).padStart(5, '0')
    return { id: `row-${n}`, updatedAt, values: { place: `p-${n}`, note: `note, "${n}"` } }
  })
}

export const PLACE_TYPES = { place: 'text', note: 'text' }

function probeOf(rows: readonly PortalRow[]): Record<string, string> {
  const newest = rows
    .map(({ updatedAt }) => updatedAt)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1)
  return { row_count: String(rows.length), ...(newest === undefined ? {} : { newest }) }
}

function valuesOf({ id, updatedAt, values }: PortalRow, select: string): Record<string, string> {
  const internal = { ':id': id, ':created_at': updatedAt, ':updated_at': updatedAt, ':version': `rv-${id}` }
  return select.includes(':*') ? { ...internal, ...values } : { ...values }
}

function jsonOf(rows: readonly Record<string, string>[], names: readonly string[]): string {
  const known = new Set(names)
  const kept = rows.map(row => Object.fromEntries(Object.entries(row).filter(([name]) => known.has(name))))
  return `${JSON.stringify(kept)}\n`
}

function csvOf(rows: readonly Record<string, string>[], names: readonly string[]): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  return [names.map(cell), ...rows.map(row => names.map(name => cell(row[name] ?? '')))]
    .map(cells => `${cells.join(',')}\n`)
    .join('')
}

/** As SODA says what is wrong. */
export function fault(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ code, error: true, message }))
}
