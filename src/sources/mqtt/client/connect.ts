import { once } from 'node:events'
import { connect as connectPlain, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls, rootCertificates } from 'node:tls'
import type { MqttConnection } from '../feed.ts'
import { mqttError } from '../mqtt-error.ts'

const CONNECT_MS = 10_000

/** Opens a connection; by TLS the broker's certificate must be for its host. @throws {MqttError} */
export async function openSocket(connection: MqttConnection, signal: AbortSignal): Promise<Socket> {
  const { host, port, tls, ca } = connection
  const socket =
    tls === 'off'
      ? connectPlain({ host, port })
      : connectTls({
          ...{ host, port },
          ...(ca === null ? {} : { ca: [...rootCertificates, ca] }),
          ...(isIP(host) === 0 ? { servername: host } : {}),
        })
  const within = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)])
  try {
    await once(socket, tls === 'off' ? 'connect' : 'secureConnect', { signal: within })
  } catch (error) {
    socket.destroy()
    const isLate = within.aborted && !signal.aborted
    throw mqttError(
      `${host}:${port}`,
      isLate ? new Error(`no connection within ${CONNECT_MS / 1000} s`) : error,
    )
  }
  socket.setNoDelay(true)
  return socket
}
