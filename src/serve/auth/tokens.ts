import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export type Scope = 'read' | 'write' | 'admin'

/** An access token as the configuration holds it: its hash, never itself. */
export interface AccessToken {
  readonly name: string
  /** SHA-256 of the token, hex. */
  readonly sha256: string
  readonly scopes: readonly Scope[]
}

/** A new token: shown to its owner once; the configuration gets the hash. */
export function createToken(): { token: string; sha256: string } {
  const token = `art_${randomBytes(32).toString('base64url')}`
  return { token, sha256: sha256(token).toString('hex') }
}

/** Who showed a credential. `admin` covers read and write; write does not cover read (a gateway that only delivers needs no more). */
export interface Identity {
  readonly name: string
  readonly covers: (scope: Scope) => boolean
}

/**
 * Recognises the credential of an Authorization header: a token or the administrator's secret, as `Bearer`, or as the
 * password of `Basic` (a browser sends that with every request of the page, its event stream included). Compares in
 * constant time, and all of the known ones every time. Null for none, or one that is not known.
 */
export function recognise(
  authorization: string | undefined,
  tokens: readonly AccessToken[],
  adminSecret: string,
): Identity | null {
  const credential = credentialOf(authorization)
  if (credential === null) return null
  const shown = sha256(credential)
  let found: Identity | null = null
  for (const { name, sha256: hex, scopes } of tokens) {
    if (!same(shown, Buffer.from(hex, 'hex'))) continue
    found = { name, covers: scope => scopes.includes(scope) || scopes.includes('admin') }
  }
  if (adminSecret !== '' && same(shown, sha256(adminSecret))) {
    found = { name: 'administrator', covers: () => true }
  }
  return found
}

function credentialOf(authorization: string | undefined): string | null {
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? '') ?? []
  if (scheme === undefined || value === undefined) return null
  if (scheme.toLowerCase() === 'bearer') return value
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon < 0 ? null : pair.slice(colon + 1)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
