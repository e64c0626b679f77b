import { X509Certificate } from 'node:crypto'
import { certificateFault, networkFault } from '../../../core/outbound/network-words.ts'
import type { MqttConnection } from '../feed.ts'
import { MqttError } from '../mqtt-error.ts'

/** Alerts with which a broker ends TLS (RFC 8446 section 6), by the end of OpenSSL's codes. */
const ALERTS: Readonly<Record<string, string>> = {
  CERTIFICATE_REQUIRED: 'the broker lets nobody in without a client certificate; give cert and key',
  UNKNOWN_CA:
    'the broker does not know the authority of the client certificate (cert); have it made by one that it knows',
  BAD_CERTIFICATE: 'the broker does not take the client certificate (cert); ask whoever runs it',
  UNSUPPORTED_CERTIFICATE:
    'the client certificate (cert) is not made for clients; have one made with the use clientAuth',
  CERTIFICATE_REVOKED: 'the client certificate (cert) was revoked; have a new one made',
  CERTIFICATE_EXPIRED: 'the client certificate (cert) has expired; have a new one made',
  CERTIFICATE_UNKNOWN: 'the broker does not take the client certificate (cert); ask whoever runs it',
  ACCESS_DENIED: 'the broker does not let the client certificate (cert) in; ask whoever runs it',
  PROTOCOL_VERSION: 'the broker speaks no version of TLS that is spoken here; ask whoever runs it',
}
const NO_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/
/** A certificate of no authority that is known. */
const OF_OTHERS: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
const NAMES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no host of that name; check its spelling',
  EAI_AGAIN: 'its name can’t be looked up just now; is the network there?',
}

/** How far a connection came: `opening` until it is there (with TLS), `silent` until the broker says something, then `spoken`. */
export type Stage = 'opening' | 'silent' | 'spoken'

/**
 * Why there is no connection, or none any more, in words: what is wrong and what helps.
 *
 * @param error null: the broker closed it, and said nothing of why
 */
export function connectionFault(connection: MqttConnection, error: unknown, stage: Stage): MqttError {
  if (error instanceof MqttError) return error
  const said = error === null ? closedText(connection, stage) : wordsOf(connection, error, stage)
  return new MqttError(`${placeOf(connection)}: ${said}`, error === null ? {} : { cause: error })
}

export function placeOf({ host, port }: MqttConnection): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function wordsOf(connection: MqttConnection, error: unknown, stage: Stage): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const alert = /^ERR_SSL_.*_ALERT_(\w+)$/.exec(code)?.[1]
  if (alert === 'HANDSHAKE_FAILURE') return `${handshakeText(connection)} (${code})`
  if (alert !== undefined) return `${ALERTS[alert] ?? 'the broker ended TLS'} (${code})`
  if (NO_TLS.test(code))
    return `what listens there speaks no TLS; take its port for TLS, or tls: off on a private network (${code})`
  if (NAMES[code] !== undefined) return `${NAMES[code]} (${code})`
  // The alert that tells why may be lost with the connection.
  const isCut = code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED'
  if (isCut) return stage === 'spoken' ? `the connection broke off (${code})` : closedText(connection, stage)
  if (connection.ca !== null && OF_OTHERS.has(code))
    return `the broker's certificate is neither of ca nor of an authority this machine knows; give the ca that made it (${code})`
  const certificate = /^ERR_SSL_/.test(code) ? null : certificateFault(error)
  if (certificate !== null) return certificate
  if (code === '') return error instanceof Error ? error.message : String(error)
  return /^ERR_SSL_|^EPROTO$/.test(code) ? `TLS could not be agreed on (${code})` : networkFault(error)
}

/** TLS 1.2 says no more than this of a client certificate that is missing. */
function handshakeText(connection: MqttConnection): string {
  return connection.identity === null
    ? 'the broker ended TLS; perhaps it wants a client certificate (cert and key)'
    : (expiryText(connection) ??
        'the broker ended TLS; perhaps it does not take the client certificate (cert)')
}

function closedText(connection: MqttConnection, stage: Stage): string {
  if (stage === 'spoken') return 'the broker closed the connection'
  const closed = 'the broker closed the connection before it said anything'
  if (connection.tls === 'off') return `${closed}; is that port for TLS, or for WebSockets (ws://…)?`
  if (stage === 'opening')
    return `${closed}; is that port for TLS? In clear, on a private network, it is tls: off`
  const why = expiryText(connection)
  if (why !== null) return `${closed}; ${why}`
  return connection.identity === null
    ? `${closed}; perhaps it wants a client certificate (cert and key)`
    : `${closed}; perhaps it does not take the client certificate (cert)`
}

function expiryText({ identity }: MqttConnection): string | null {
  if (identity === null) return null
  const { validToDate } = new X509Certificate(identity.cert)
  return validToDate.getTime() < Date.now()
    ? `the client certificate (cert) expired on ${validToDate.toISOString().slice(0, 10)}; have a new one made`
    : null
}
