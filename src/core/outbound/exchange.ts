import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Target } from './address/target.ts'
import { onAbort } from './in-time.ts'
import { networkFault } from './network-words.ts'
import { OutboundAddressError, OutboundBrokenError, OutboundConnectError } from './outbound-error.ts'

/** What this client says itself; a caller can't say otherwise, as it would change where the message ends or who reads it. */
const OURS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'proxy-authorization',
])

/** Reveals nothing of the caller; all other headers stay behind when a redirect leads to another origin. */
const HARMLESS: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'user-agent',
  'if-none-match',
  'if-modified-since',
])

/** By lower-case name. */
export type Headers = Readonly<Record<string, string>>

/** @throws {OutboundAddressError} that names a header which can't be sent, never its value */
export function checkedHeaders(headers: Headers, shown: string): Headers {
  const checked: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) || OURS.has(lower))
      throw new OutboundAddressError(shown, `the header ${JSON.stringify(name)} can't be set; leave it out`)
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw new OutboundAddressError(
        shown,
        `the value of the header ${name} has a character that can't be sent; correct it`,
      )
    checked[lower] = value
  }
  return checked
}

/** The headers that go along to another origin. */
export function harmlessHeaders(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS.has(name)))
}

/** Sends a GET, or a POST where there is a body, over the socket and waits for the head of the answer. */
export function exchange(
  socket: Socket,
  target: Target,
  headers: Headers,
  body: Buffer | null,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({
      method: body === null ? 'GET' : 'POST',
      path: target.url.pathname + target.url.search,
      setHost: false,
      headers: {
        host: target.url.host,
        'user-agent': 'Arterial',
        accept: '*/*',
        ...headers,
        ...(body === null ? {} : { 'content-length': body.length }),
        'accept-encoding': 'gzip, deflate, br, zstd',
        connection: 'close',
      },
      createConnection: () => socket,
    })
    const undo = onAbort(signal, reason => {
      socket.destroy()
      reject(reason)
    })
    const fail = (error: Error): void => {
      undo()
      socket.destroy()
      reject(meaning(error, target.shown))
    }
    // Stays: what comes after the end of the answer is no longer anybody's.
    asked.on('error', fail)
    asked.on('upgrade', () => fail(Object.assign(new Error('upgrade'), { code: 'HPE_UPGRADE' })))
    asked.on('response', answer => {
      undo()
      resolve(answer)
    })
    asked.end(body ?? undefined)
  })
}

function meaning(error: Error, shown: string): Error {
  const isNoHttp = 'code' in error && String(error.code).startsWith('HPE_')
  const options = { cause: error }
  return isNoHttp
    ? new OutboundBrokenError(shown, networkFault(error), options)
    : new OutboundConnectError(shown, networkFault(error), options)
}
