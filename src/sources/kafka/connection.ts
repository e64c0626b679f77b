import type { Secret } from '../../core/config/index.ts'

/** How a cluster is reached. */
export interface KafkaConnection {
  /** `host:port` of some of its brokers. */
  readonly brokers: readonly string[]
  readonly tls: 'verify' | 'off'
  /** Certificates to trust beside the usual ones, PEM. */
  readonly ca: string | null
  readonly user: string | null
  readonly password: Secret | null
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
}

/** What Event Hubs takes for a user name where the password is a connection string. */
const CONNECTION_STRING_USER = '$ConnectionString'
const EVENT_HUBS_PORT = 9093

/**
 * How the Event Hubs namespace of a connection string is reached, as the portal prints it: always by TLS.
 *
 * @param brokers in place of the namespace's own address
 * @returns null where the text is no connection string
 */
export function eventHubs(
  connectionString: Secret,
  { brokers, ca }: Pick<KafkaConnection, 'brokers' | 'ca'>,
): KafkaConnection | null {
  const endpoint = /(?:^|;)\s*Endpoint=sb:\/\/([a-z0-9.-]+)\/?\s*(?:;|$)/i.exec(
    connectionString.reveal(),
  )?.[1]
  if (endpoint === undefined) return null
  return {
    brokers: brokers.length > 0 ? brokers : [`${endpoint}:${EVENT_HUBS_PORT}`],
    tls: 'verify',
    ca,
    user: CONNECTION_STRING_USER,
    password: connectionString,
    mechanism: 'PLAIN',
  }
}
