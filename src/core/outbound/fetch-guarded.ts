import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { checkedAddresses, checkUnresolved, systemResolve } from './address/checked-addresses.ts'
import type { Resolve } from './address/checked-addresses.ts'
import { allowList } from './address/rules.ts'
import type { AllowList } from './address/rules.ts'
import { parseTarget, showAddress } from './address/target.ts'
import type { Target } from './address/target.ts'
import { readBody } from './body.ts'
import { openSocket, openTls } from './connect.ts'
import { checkedHeaders, exchange, harmlessHeaders } from './exchange.ts'
import type { Headers } from './exchange.ts'
import { inTime } from './in-time.ts'
import type { OutboundError } from './outbound-error.ts'
import { OutboundAbortedError, OutboundRedirectError, OutboundTimeoutError } from './outbound-error.ts'
import { bypassesProxy, openTunnel } from './proxy.ts'
import type { OutboundProxy } from './proxy.ts'
import { retryAfterS } from './retry-after.ts'

export interface OutboundOptions {
  /** Private hosts, addresses and networks that may be reached, e.g. `cameras.city.lan`, `10.20.0.0/16`. @default none */
  readonly allow?: readonly string[]
  /** Sent along; those with secrets stay behind when a redirect leads to another origin. */
  readonly headers?: Headers
  /** Is posted; where it would be led elsewhere it does not go, and the redirect is the answer. @default null: a GET */
  readonly body?: Buffer | null
  /** Of an earlier answer: is there anything new? (status 304 says no) */
  readonly etag?: string | null
  readonly lastModified?: string | null
  /** Name, connection and TLS together, for each address asked. @default 10_000 */
  readonly connectMs?: number
  /** From the request to the head of the answer. @default 20_000 */
  readonly firstByteMs?: number
  /** All of it, redirects included; ends a server that drips. @default 60_000 */
  readonly wholeMs?: number
  /** Of the body, unpacked. @default 16 MiB */
  readonly maxBytes?: number
  /** Of the body as sent. @default as `maxBytes` */
  readonly maxWireBytes?: number
  /** @default 5 */
  readonly maxRedirects?: number
  readonly proxy?: OutboundProxy | null
  /** PEM of authorities that count beside those of this machine. */
  readonly ca?: string | null
  readonly signal?: AbortSignal
  /** Asked once for each host. @default as this machine resolves names */
  readonly resolve?: Resolve
  /** For a Retry-After that is a date. @default the clock */
  readonly nowMs?: () => number
}

export interface OutboundAnswer {
  /** Whatever the server said, 304, 404 and 503 included; redirects are followed. */
  readonly status: number
  /** By lower-case name; of several the values are joined by a comma. */
  readonly headers: Headers
  /** Unpacked. */
  readonly body: Buffer
  /** Where the answer came from, after redirects. May have secrets in its query: not for logs. */
  readonly finalUrl: string
  readonly etag: string | null
  readonly lastModified: string | null
  /** How long the server wants to be left alone, s. */
  readonly retryAfterS: number | null
}

interface Way extends Required<
  Omit<OutboundOptions, 'allow' | 'headers' | 'etag' | 'lastModified' | 'signal'>
> {
  readonly list: AllowList
}

const MIB = 2 ** 20
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * Fetches an address, or posts to it, that somebody wrote into a configuration or a register, without trusting it: only http and https,
 * only public addresses unless allowed, to the very addresses that were checked, in bounded time and size.
 * @throws {OutboundError} and nothing else for what the other side or the network does
 * @throws {RangeError} for an entry of `allow` that is none
 */
export async function fetchGuarded(address: string, options: OutboundOptions = {}): Promise<OutboundAnswer> {
  const shown = showAddress(address)
  const way = wayOf(options)
  const ended = new AbortController()
  const abort = (): void =>
    ended.abort(
      new OutboundAbortedError(shown, 'was given up by the caller', { cause: options.signal?.reason }),
    )
  if (options.signal?.aborted === true) abort()
  options.signal?.addEventListener('abort', abort, { once: true })
  const late = (): OutboundError =>
    new OutboundTimeoutError(
      shown,
      `took longer than ${spanOf(way.wholeMs)} altogether; try again later, or raise the time-out`,
    )
  try {
    return await inTime(way.wholeMs, ended.signal, late, signal => followed(address, options, way, signal))
  } finally {
    options.signal?.removeEventListener('abort', abort)
  }
}

async function followed(
  address: string,
  options: OutboundOptions,
  way: Way,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  let target = parseTarget(address)
  let headers = checkedHeaders(
    {
      ...options.headers,
      ...(options.etag ? { 'if-none-match': options.etag } : {}),
      ...(options.lastModified ? { 'if-modified-since': options.lastModified } : {}),
    },
    target.shown,
  )
  const visited = new Set<string>()
  for (;;) {
    visited.add(target.url.href)
    const answer = await asked(target, headers, way, signal)
    const isLed = way.body === null && REDIRECTS.has(answer.statusCode ?? 0)
    const location = isLed ? answer.headers.location : undefined
    if (location === undefined) return await answered(answer, target, way, signal)
    answer.destroy()
    const next = redirected(target, location, visited, way.maxRedirects)
    if (next.url.origin !== target.url.origin) headers = harmlessHeaders(headers)
    target = next
  }
}

function redirected(
  from: Target,
  location: string,
  visited: ReadonlySet<string>,
  maxRedirects: number,
): Target {
  const next = parseTarget(location, from.url.href)
  if (from.secure && !next.secure)
    throw new OutboundRedirectError(
      from.shown,
      `leads to ${next.shown}, which is not encrypted; use an address that stays on https`,
    )
  if (visited.has(next.url.href))
    throw new OutboundRedirectError(from.shown, `leads in a circle (to ${next.shown}); correct the address`)
  if (visited.size > maxRedirects)
    throw new OutboundRedirectError(
      from.shown,
      `leads on to ${next.shown} after ${maxRedirects} redirects; use the address it should end at`,
    )
  return next
}

/** One request to one origin: checked, connected and asked anew for each redirect. */
async function asked(
  target: Target,
  headers: Headers,
  way: Way,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const late = (what: string, ms: number): OutboundError =>
    new OutboundTimeoutError(
      target.shown,
      `${what} within ${spanOf(ms)}; try again later, or raise the time-out`,
    )
  const socket = await inTime(
    way.connectMs,
    signal,
    () => late('no connection', way.connectMs),
    inner => connected(target, way, inner),
  )
  return inTime(
    way.firstByteMs,
    signal,
    () => late('no answer', way.firstByteMs),
    inner => exchange(socket, target, headers, way.body, inner),
  )
}

async function connected(target: Target, way: Way, signal: AbortSignal): Promise<Socket> {
  const plain = await plainSocket(target, way, signal)
  const { host, isAddress, shown } = target
  return target.secure ? openTls(plain, { host, isAddress, shown, ca: way.ca }, signal) : plain
}

async function plainSocket(target: Target, way: Way, signal: AbortSignal): Promise<Socket> {
  const proxy = way.proxy === null || bypassesProxy(target, way.proxy.noProxy ?? []) ? null : way.proxy
  if (proxy?.resolves === 'proxy' && !target.isAddress) {
    checkUnresolved(target, way.list)
    return openTunnel(proxy, target, target.host, way.resolve, signal)
  }
  const addresses = await checkedAddresses(target, way.list, way.resolve)
  signal.throwIfAborted()
  return proxy === null
    ? openSocket(addresses, target.port, target.shown, signal)
    : openTunnel(proxy, target, addresses[0] ?? target.host, way.resolve, signal)
}

async function answered(
  answer: IncomingMessage,
  target: Target,
  way: Way,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const body = await readBody(answer, way, target.shown, signal)
  const headers = Object.fromEntries(
    Object.entries(answer.headersDistinct).map(([name, values]) => [name, values?.join(', ') ?? '']),
  )
  return {
    status: answer.statusCode ?? 0,
    headers,
    body,
    finalUrl: target.url.href,
    etag: headers['etag'] ?? null,
    lastModified: headers['last-modified'] ?? null,
    retryAfterS: retryAfterS(headers['retry-after'], way.nowMs()),
  }
}

function wayOf(options: OutboundOptions): Way {
  const maxBytes = options.maxBytes ?? 16 * MIB
  return {
    list: allowList(options.allow ?? []),
    body: options.body ?? null,
    connectMs: options.connectMs ?? 10_000,
    firstByteMs: options.firstByteMs ?? 20_000,
    wholeMs: options.wholeMs ?? 60_000,
    maxBytes,
    maxWireBytes: options.maxWireBytes ?? maxBytes,
    maxRedirects: options.maxRedirects ?? 5,
    proxy: options.proxy ?? null,
    ca: options.ca ?? null,
    resolve: options.resolve ?? systemResolve,
    nowMs: options.nowMs ?? Date.now,
  }
}

function spanOf(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toFixed(1))} s`
}
