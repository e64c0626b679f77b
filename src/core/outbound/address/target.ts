import { isIP } from 'node:net'
import { hasUnseen, printableLine } from '../../text/printable.ts'
import { OutboundAddressError } from '../outbound-error.ts'
import { plainHost } from './rules.ts'

/** An address that may be asked, once it is known where its host leads. */
export interface Target {
  readonly url: URL
  /** Name without the root's dot, or address without brackets; lower case. */
  readonly host: string
  readonly isAddress: boolean
  readonly port: number
  readonly secure: boolean
  /** For messages. */
  readonly shown: string
}

const MAX_CHARS = 2048

/**
 * @param base of a redirect
 * @throws {OutboundAddressError}
 */
export function parseTarget(text: string, base?: string): Target {
  if (text.length > MAX_CHARS)
    throw new OutboundAddressError(
      showAddress(text),
      `is longer than ${MAX_CHARS} characters; use a shorter one`,
    )
  if (hasUnseen(text) || /[\s\\]/.test(text))
    throw new OutboundAddressError(
      showAddress(text),
      'has a blank, a backslash or an unseen character; write them as %20 and the like',
    )
  const url = URL.parse(text, base)
  if (url === null)
    throw new OutboundAddressError(showAddress(text), 'is no URL; write it as https://host/path')
  url.hash = ''
  const shown = showAddress(url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new OutboundAddressError(shown, 'is neither http nor https; only these are fetched')
  if (url.username !== '' || url.password !== '')
    throw new OutboundAddressError(
      shown,
      'has a user name or password in it; put credentials into a header instead',
    )
  const secure = url.protocol === 'https:'
  const host = plainHost(url.hostname.replace(/^\[(.*)\]$/, '$1'))
  if (host === '' || host.includes('%') || host.split('.').includes(''))
    throw new OutboundAddressError(shown, 'has no host that could be asked; write it as https://host/path')
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  return { url, host, isAddress: isIP(host) !== 0, port, secure, shown }
}

/** An address for people: without user, password, fragment and the values of its query, and not longer than a line. */
export function showAddress(address: string | URL): string {
  const url = typeof address === 'string' ? URL.parse(address) : address
  if (url === null || (url.host === '' && url.protocol !== 'file:'))
    return cut(
      printableLine(
        String(address)
          .replace(/[?#].*$/s, '?…')
          .replace(/\/\/[^/]*@/, '//'),
      ),
    )
  const query = url.search === '' ? '' : '?…'
  return cut(`${url.protocol}//${url.host}${url.pathname}${query}`)
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
