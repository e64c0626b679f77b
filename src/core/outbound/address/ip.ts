import { isIPv4, isIPv6 } from 'node:net'

/** An address as 16 bytes; IPv4 as `::ffff:a.b.c.d`, so that both ways to write it are one. */
export type Ip = Uint8Array

export interface Network {
  readonly ip: Ip
  /** Leading bits that count, 0 to 128. */
  readonly bits: number
}

/** The address a text says, in the usual spelling; null where it says none (a name, a zone id, octal). */
export function parseIp(text: string): Ip | null {
  const ip = new Uint8Array(16)
  if (isIPv4(text)) {
    ip.set([255, 255, ...text.split('.').map(Number)], 10)
    return ip
  }
  if (!isIPv6(text) || text.includes('%')) return null
  const [head = '', tail] = groupsOf(text).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  left.forEach((group, i) => put(ip, i, group))
  right.forEach((group, i) => put(ip, 8 - right.length + i, group))
  return ip
}

/** `10.0.0.0/8`, `fd12::/48` or a single address; null where it is none. */
export function parseNetwork(text: string): Network | null {
  const [address = '', bits, more] = text.split('/')
  const ip = parseIp(address)
  if (ip === null || more !== undefined) return null
  const width = isIPv4(address) ? 32 : 128
  if (bits === undefined) return { ip, bits: 128 }
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > width) return null
  return { ip, bits: 128 - width + Number(bits) }
}

export function isWithin(ip: Ip, network: Network): boolean {
  for (let at = 0, left = network.bits; left > 0; at++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff
    if (((ip[at] ?? 0) & mask) !== ((network.ip[at] ?? 0) & mask)) return false
  }
  return true
}

/** The last four bytes as an IPv4 address (of NAT64). */
export function lastFour(ip: Ip): Ip {
  const inner = new Uint8Array(16)
  inner.set([255, 255, ...ip.subarray(12)], 10)
  return inner
}

/** `::ffff:1.2.3.4` → `::ffff:102:304`. */
function groupsOf(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...quad: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = quad.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
}

function put(ip: Uint8Array, group: number, hex: string): void {
  const value = Number.parseInt(hex, 16)
  ip[group * 2] = value >> 8
  ip[group * 2 + 1] = value & 0xff
}
