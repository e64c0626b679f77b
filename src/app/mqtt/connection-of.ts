import { createPrivateKey, X509Certificate } from 'node:crypto'
import { Secret } from '../../core/config/index.ts'
import type { Config } from '../../core/config/index.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { MqttConnection } from '../../sources/mqtt/index.ts'

type Settings = Config['mqtt']['feeds'][number]

const HOUR_S = 3600
const PORTS = { 'ws:': 80, 'wss:': 443 } as const

/** How the broker is reached. @throws {FeedError} for certificates and keys that are none, or do not belong together */
export function connectionOf(settings: Settings): MqttConnection {
  const { name, user, password, version, clientId, sessionHours } = settings
  const ca = textOf(settings.ca)
  if (ca !== null) certificateOf('ca', ca)
  return {
    ...placeOf(settings),
    ...{ ca, user, password, version },
    identity: identityOf(settings),
    clientId: clientId ?? `arterial-${name}`,
    sessionS: Math.round(sessionHours * HOUR_S),
  }
}

function placeOf({ broker, tls }: Settings): Pick<MqttConnection, 'host' | 'port' | 'tls' | 'webSocketPath'> {
  const url = /^wss?:/i.test(broker) ? new URL(broker) : null
  if (url === null) {
    const colon = broker.lastIndexOf(':')
    return {
      host: bare(broker.slice(0, colon)),
      port: Number(broker.slice(colon + 1)),
      tls,
      webSocketPath: null,
    }
  }
  const { hostname, port, pathname, protocol } = url
  return {
    host: bare(hostname),
    port: port === '' ? PORTS[protocol as keyof typeof PORTS] : Number(port),
    tls: protocol === 'wss:' ? 'verify' : 'off',
    webSocketPath: pathname,
  }
}

/** Without the brackets of IPv6. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

function identityOf({ cert: given, key }: Settings): MqttConnection['identity'] {
  const cert = textOf(given)
  if (cert === null || key === null) return null
  const certificate = certificateOf('cert', cert)
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(key.reveal()))
    throw new FeedError(
      'key is locked by a password; take it off with: openssl pkey -in locked.pem -out key.pem',
    )
  if (!certificate.checkPrivateKey(privateKeyOf(key)))
    throw new FeedError('key is not the one of cert; give the two that were made together')
  return { cert, key }
}

function certificateOf(setting: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new FeedError(`${setting} is no certificate; give one as PEM, -----BEGIN CERTIFICATE-----`, {
      cause,
    })
  }
}

function privateKeyOf(key: Secret) {
  try {
    return createPrivateKey(key.reveal())
  } catch (cause) {
    throw new FeedError('key is no private key; give one as PEM, -----BEGIN PRIVATE KEY-----', { cause })
  }
}

function textOf(given: string | Secret | null): string | null {
  return given instanceof Secret ? given.reveal() : given
}
