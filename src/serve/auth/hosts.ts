import { isIP } from 'node:net'

/** Does a server on this address answer this machine only? */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

/** Host name of a Host header or an authority, without port and brackets, in lower case; null when it is none. */
export function hostName(authority: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(authority ?? '')
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null
}

/**
 * May the server be called by this name? Names of its own and bare addresses are fine; any other name may be one that
 * an attacker's name server points here (DNS rebinding), and is refused.
 */
export function isOwnHost(authority: string | undefined, ownNames: readonly string[]): boolean {
  const name = hostName(authority)
  if (name === null) return false
  return name === 'localhost' || isIP(name) !== 0 || ownNames.includes(name)
}

/** Headers by which a browser tells where a request comes from. */
export interface Provenance {
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
  readonly fetchMode: string | undefined
}

/**
 * Is this request made by the page of another site? Programs send none of these headers and are not meant. Reading is
 * refused from other sites only where it is not a plain link; any other origin is refused, a neighbour port on this
 * machine included.
 *
 * @param allowedHosts names a proxy is called by, each with its port unless it is the usual one
 */
export function isCrossSite(from: Provenance, changes: boolean, allowedHosts: readonly string[]): boolean {
  const { fetchSite, fetchMode } = from
  if (changes) {
    if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return true
  } else if (fetchSite === 'cross-site' && fetchMode !== 'navigate') {
    return true
  }
  return from.origin !== undefined && !isOwnOrigin(from.origin, from.host, allowedHosts)
}

function isOwnOrigin(origin: string, host: string | undefined, allowedHosts: readonly string[]): boolean {
  const authority = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase()
  if (authority === undefined) return false
  return authority === host?.toLowerCase() || allowedHosts.some(name => name.toLowerCase() === authority)
}
