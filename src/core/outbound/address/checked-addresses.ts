import { lookup } from 'node:dns/promises'
import { OutboundDnsError, OutboundRefusedError } from '../outbound-error.ts'
import { refusalOf } from './rules.ts'
import type { AllowList } from './rules.ts'
import type { Target } from './target.ts'

/** All addresses of a name; rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** More answers than any honest name has; the rest is not looked at, nor connected to. */
const MAX_ADDRESSES = 32

/** As every program of this machine resolves names, its hosts file included. */
export const systemResolve: Resolve = async host => {
  const found = await lookup(host, { all: true, order: 'ipv4first' })
  return found.map(({ address }) => address)
}

/**
 * The addresses to which the connection is held. The name is asked once; when one of its addresses must not be reached, none is.
 * @throws {OutboundDnsError | OutboundRefusedError}
 */
export async function checkedAddresses(
  target: Target,
  allow: AllowList,
  resolve: Resolve,
): Promise<readonly string[]> {
  const addresses = target.isAddress ? [target.host] : await resolved(target, resolve)
  for (const address of addresses) {
    const what = refusalOf(address, target.host, allow)
    if (what === null) continue
    const where = target.isAddress ? address : `${target.host} leads to ${address}, which`
    throw new OutboundRefusedError(
      target.shown,
      `${where} is ${what}; add ${target.isAddress ? address : 'the host or address'} to the allow list if it may be fetched`,
    )
  }
  return addresses.slice(0, MAX_ADDRESSES)
}

/** Names a proxy would resolve inside its own network; unless allowed, they are not handed to it. */
const INNER = /^[^.]+$|(^|\.)(localhost|local|internal|intranet|lan|home|corp|arpa|test|invalid)$/

/** @throws {OutboundRefusedError} for a name that a proxy must not be asked to resolve */
export function checkUnresolved(target: Target, allow: AllowList): void {
  if (!INNER.test(target.host) || allow.hosts.has(target.host)) return
  throw new OutboundRefusedError(
    target.shown,
    `${target.host} is a name of an inner network; add it to the allow list if it may be fetched`,
  )
}

async function resolved(target: Target, resolve: Resolve): Promise<readonly string[]> {
  const none = `the name ${target.host} can't be resolved`
  let addresses: readonly string[]
  try {
    addresses = await resolve(target.host)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'error'
    const why =
      code === 'ENOTFOUND' ? 'there is no such host; check its spelling' : `${code}; check this machine's DNS`
    throw new OutboundDnsError(target.shown, `${none}: ${why}`, { cause })
  }
  if (addresses.length === 0)
    throw new OutboundDnsError(target.shown, `${none}: it has no address; check its spelling`)
  return addresses
}
