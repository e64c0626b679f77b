import { isWithin, lastFour, parseIp, parseNetwork } from './ip.ts'
import type { Ip, Network } from './ip.ts'

/** Networks nothing may be fetched from unless allowed. Source: IANA's special-purpose address registries (RFC 6890), 2026. */
const REFUSED: readonly (readonly [what: string, networks: readonly string[]])[] = [
  ['this machine', ['127.0.0.0/8', '::1']],
  ['no address of one machine', ['0.0.0.0/8', '::', '255.255.255.255']],
  ['a private network', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10']],
  ["a provider's inner network", ['100.64.0.0/10']],
  ['the link only', ['169.254.0.0/16', 'fe80::/10']],
  ['a multicast group', ['224.0.0.0/4', 'ff00::/8']],
  [
    'a range for documentation',
    ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
  ],
  [
    'a reserved range',
    ['192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '240.0.0.0/4', '64:ff9b:1::/48', '2001::/23'],
  ],
  ['a tunnel', ['2002::/16']],
]

/**
 * Where clouds hand out their machines' secrets. Allowed only when the allow list has the very address, not by a name or a
 * wider network.
 */
const METADATA: readonly string[] = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
]

/** An allowed name leads to private networks and this machine, but not to what no camera or feed ever lives on. */
const NOT_BY_NAME: ReadonlySet<string> = new Set([
  'no address of one machine',
  'the link only',
  'a multicast group',
  'a reserved range',
  'a tunnel',
])

const parsed = REFUSED.map(([what, networks]) => [what, networks.map(known)] as const)
const metadata = METADATA.map(known)
const MAPPED = known('::ffff:0.0.0.0/96')
const NAT64 = known('64:ff9b::/96')
const GLOBAL6 = known('2000::/3')

/** What may be reached although it is private: hosts, addresses and networks. */
export interface AllowList {
  readonly networks: readonly Network[]
  readonly hosts: ReadonlySet<string>
}

/** Is it an entry an allow list may have: a host name, an address, or a network such as 10.1.0.0/16? */
export function isAllowEntry(entry: string): boolean {
  return parseNetwork(bare(entry)) !== null || isHostName(entry)
}

/** @throws {RangeError} for an entry that is none; a wrong one must not pass as one that allows less or more */
export function allowList(entries: readonly string[]): AllowList {
  const wrong = entries.find(entry => !isAllowEntry(entry))
  if (wrong !== undefined) throw new RangeError(`"${wrong}" is no host name, address or network`)
  const networks = entries.map(entry => parseNetwork(bare(entry))).filter(network => network !== null)
  return { networks, hosts: new Set(entries.filter(isHostName).map(plainHost)) }
}

/**
 * Why an address must not be reached, in words that follow "is", or null when it may.
 * @param host as it stands in the URL; a name on the allow list leads to private addresses
 */
export function refusalOf(address: string, host: string, allow: AllowList): string | null {
  const ip = parseIp(address)
  if (ip === null) return 'no address that can be checked'
  const judged = isWithin(ip, NAT64) ? lastFour(ip) : ip
  if (metadata.some(one => isWithin(judged, one)))
    return allow.networks.some(one => one.bits === 128 && isWithin(judged, one))
      ? null
      : 'where a cloud keeps its secrets'
  const what = rangeOf(judged)
  if (what === null || allow.networks.some(one => isWithin(judged, one))) return null
  return allow.hosts.has(plainHost(host)) && !NOT_BY_NAME.has(what) ? null : what
}

/** Lower case, without the root's dot. */
export function plainHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '')
}

function rangeOf(ip: Ip): string | null {
  for (const [what, networks] of parsed) if (networks.some(network => isWithin(ip, network))) return what
  if (isWithin(ip, MAPPED) || isWithin(ip, GLOBAL6)) return null
  return 'a reserved range'
}

function isHostName(entry: string): boolean {
  if (entry.length > 253 || !/^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/i.test(entry)) return false
  // `10.1`, `0x7f.1` or `127.1` would be read as addresses by a URL, never as names.
  const last = plainHost(entry).split('.').at(-1) ?? ''
  return !/^(\d+|0x[0-9a-f]*)$/.test(last)
}

/** Without the brackets that a URL puts around IPv6. */
function bare(entry: string): string {
  return entry.replace(/^\[(.*)\](\/\d+)?$/, '$1$2')
}

function known(text: string): Network {
  const network = parseNetwork(text)
  if (network === null) throw new Error(`no network: ${text}`)
  return network
}
