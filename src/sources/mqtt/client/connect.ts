import { once } from 'node:events'
import { connect as connectPlain, isIP } from 'node:net'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, getCACertificates } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import type { MqttConnection } from '../feed.ts'
import { connectionFault } from './faults.ts'
import { openWebSocket } from './web-socket.ts'

const CONNECT_MS = 10_000

/**
 * Opens a connection that takes and brings bytes of MQTT; by TLS the broker's certificate must be for its host.
 * @throws {MqttError}
 */
export async function openConnection(connection: MqttConnection, signal: AbortSignal): Promise<Duplex> {
  const { host, port, tls, webSocketPath } = connection
  const socket = tls === 'off' ? connectPlain({ host, port }) : connectTls(tlsOptions(connection))
  const within = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)])
  try {
    await once(socket, tls === 'off' ? 'connect' : 'secureConnect', { signal: within })
    socket.setNoDelay(true)
    return webSocketPath === null ? socket : await openWebSocket(socket, connection, webSocketPath, within)
  } catch (error) {
    abandon(socket)
    const isLate = within.aborted && !signal.aborted
    const late = new Error(`no connection within ${CONNECT_MS / 1000} s; check host, port and firewalls`)
    throw connectionFault(connection, isLate ? late : error, 'opening')
  }
}

function tlsOptions({ host, port, ca, identity }: MqttConnection): ConnectionOptions {
  return {
    ...{ host, port },
    ...(ca === null ? {} : { ca: [...getCACertificates('default'), ca] }),
    ...(identity === null ? {} : { cert: identity.cert, key: identity.key.reveal() }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
  }
}

/** An error that comes behind the first one must not end the process. */
function abandon(socket: Socket): void {
  socket.on('error', () => undefined)
  socket.destroy()
}
