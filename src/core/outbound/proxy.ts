import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import type { Socket } from 'node:net'
import { isWithin, parseIp, parseNetwork } from './address/ip.ts'
import { plainHost } from './address/rules.ts'
import { showAddress } from './address/target.ts'
import type { Target } from './address/target.ts'
import { openSocket, openTls } from './connect.ts'
import { onAbort } from './in-time.ts'
import { networkFault } from './network-words.ts'
import { OutboundConnectError, OutboundProxyError } from './outbound-error.ts'
import type { Resolve } from './address/checked-addresses.ts'

/** The way out where only a proxy may reach the internet. It was set by whoever runs this; its own address may be private. */
export interface OutboundProxy {
  /** `http://proxy:3128` or `https://…`; user and password go to the proxy only. */
  readonly url: string
  /** Hosts that are reached without it: `example.org` (and all under it), `10.0.0.0/8`, `host:8080`, `*`. */
  readonly noProxy?: readonly string[]
  /**
   * Who resolves names. `here`: the proxy gets the checked address; `proxy`: it gets the name, and where that leads is the
   * proxy's rule (for networks without a DNS of the internet).
   * @default 'here'
   */
  readonly resolves?: 'here' | 'proxy'
}

/** Is the target reached without the proxy? */
export function bypassesProxy(target: Target, noProxy: readonly string[]): boolean {
  return noProxy.some(entry => {
    const [host = '', port] = /^(.+):(\d{1,5})$/.exec(entry)?.slice(1) ?? [entry]
    const isNetwork = parseNetwork(entry)
    if (isNetwork !== null) {
      const ip = parseIp(target.host)
      return ip !== null && isWithin(ip, isNetwork)
    }
    if (port !== undefined && Number(port) !== target.port) return false
    const name = plainHost(host.replace(/^\*?\./, ''))
    return name === '*' || target.host === name || target.host.endsWith(`.${name}`)
  })
}

/**
 * A tunnel (HTTP CONNECT, RFC 9110 section 9.3.6) through the proxy.
 * @param to checked address, or the name where the proxy resolves
 * @throws {OutboundProxyError}
 */
export async function openTunnel(
  proxy: OutboundProxy,
  target: Target,
  to: string,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = await reachProxy(proxy, target, resolve, signal)
  const authority = `${isIPv6(to) ? `[${to}]` : to}:${target.port}`
  return new Promise((done, reject) => {
    const undo = onAbort(signal, reason => {
      socket.destroy()
      reject(reason)
    })
    const fail = (why: string, cause?: unknown): void => {
      undo()
      socket.destroy()
      reject(
        new OutboundProxyError(target.shown, `through the proxy ${showAddress(proxy.url)}: ${why}`, {
          cause,
        }),
      )
    }
    const asked = request({
      method: 'CONNECT',
      path: authority,
      setHost: false,
      headers: { host: authority, ...credentials(proxy.url) },
      createConnection: () => socket,
    })
    asked.on('error', error => fail(networkFault(error), error))
    asked.on('connect', (answer, tunnel: Socket, early) => {
      const refused = refusal(answer, early)
      if (refused !== null) {
        fail(refused)
        return
      }
      undo()
      done(tunnel)
    })
    asked.end()
  })
}

function refusal(answer: IncomingMessage, early: Buffer): string | null {
  const status = answer.statusCode ?? 0
  if (status === 407) return 'it wants a user and password (407); put them into the proxy’s address'
  if (status !== 200) return `it does not let the connection through (${status}); ask whoever runs it`
  return early.length > 0 ? 'it speaks before it was asked; it is no proxy' : null
}

async function reachProxy(
  proxy: OutboundProxy,
  target: Target,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<Socket> {
  const url = URL.parse(proxy.url)
  const shown = showAddress(proxy.url)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new OutboundProxyError(target.shown, `the proxy ${shown} is no http or https address; correct it`)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const secure = url.protocol === 'https:'
  const isAddress = parseIp(host) !== null
  try {
    const addresses = isAddress ? [host] : await resolve(host)
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
    const socket = await openSocket(addresses, port, shown, signal)
    return secure ? await openTls(socket, { host, isAddress, shown, ca: null }, signal) : socket
  } catch (cause) {
    if (signal.aborted) throw cause
    const why =
      cause instanceof OutboundConnectError ? cause.message : `${shown}: can't be reached; check its address`
    throw new OutboundProxyError(target.shown, `the proxy ${why}`, { cause })
  }
}

function credentials(address: string): Record<string, string> {
  const { username = '', password = '' } = URL.parse(address) ?? {}
  if (username === '' && password === '') return {}
  const plain = `${decoded(username)}:${decoded(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(plain).toString('base64')}` }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
