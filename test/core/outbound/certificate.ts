import { generateKeyPairSync, sign } from 'node:crypto'

/** What a TLS server needs, PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

export interface CertificateWishes {
  /** IPv4 addresses and names it is for. */
  readonly names?: readonly string[]
  readonly from?: Date
  readonly until?: Date
}

const DAY_MS = 86_400_000
/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2 */
const ALGORITHM = Buffer.from('300a06082a8648ce3d040302', 'hex')

/** A certificate signed by itself (X.509 v3, P-256), made for one test: no key is kept anywhere. */
export function selfSigned({ names = ['127.0.0.1'], from, until }: CertificateWishes = {}): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = der(
    0x30,
    der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('test')))),
  )
  const dates = [from ?? new Date(Date.now() - DAY_MS), until ?? new Date(Date.now() + DAY_MS)]
  const subjects = names.map(one =>
    /^[\d.]+$/.test(one) ? der(0x87, Buffer.from(one.split('.').map(Number))) : der(0x82, Buffer.from(one)),
  )
  const altName = der(0x30, Buffer.from('0603551d11', 'hex'), der(0x04, der(0x30, ...subjects)))
  const body = der(
    0x30,
    Buffer.from('a003020102020101', 'hex'),
    ALGORITHM,
    name,
    der(0x30, ...dates.map(date => der(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, ''))))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, altName)),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const base64 = der(0x30, body, ALGORITHM, signature).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`,
  }
}

/** One value of DER: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
