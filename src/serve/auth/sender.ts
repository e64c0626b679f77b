import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'

const names = new WeakMap<IncomingMessage, string>()

/** Notes who showed a credential with the request. */
export function noteSender(request: IncomingMessage, name: string): void {
  names.set(request, `token ${name}`)
}

/**
 * Whose request it is, for what is shared out among senders: the name of its token, else its address. Of IPv6 the first
 * half counts: whoever has one address of a network has all of them.
 */
export function senderOf(request: IncomingMessage): string {
  return names.get(request) ?? `address ${networkOf(request.socket.remoteAddress ?? 'none')}`
}

/** Who may be told apart by an address: of IPv6 its first half. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [plain = ''] = address.split('%')
  if (!isIPv6(plain) || plain === '::1') return address
  const [before = '', after] = plain.split('::')
  const left = before === '' ? [] : before.split(':')
  const right = after === undefined || after === '' ? [] : after.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  const groups = after === undefined ? left : [...left, ...zeros, ...right]
  return `${groups.slice(0, 4).join(':')}::/64`
}
