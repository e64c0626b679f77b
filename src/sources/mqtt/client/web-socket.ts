import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocket } from 'ws'
import type { MqttConnection } from '../feed.ts'
import { MqttError } from '../mqtt-error.ts'
import { placeOf } from './faults.ts'

/** Longest frame taken: a broker may put several messages into one. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024

/**
 * Makes a WebSocket of a connection, as section 6 of MQTT says: bytes of MQTT, wherever frames end. No answer leads elsewhere: what redirects is
 * refused.
 *
 * @param socket  open, by TLS where it has to be
 * @param signal ends the waiting for an answer
 * @throws {MqttError} where the other side does not answer as it should
 */
export async function openWebSocket(
  socket: Socket,
  connection: MqttConnection,
  path: string,
  signal: AbortSignal,
): Promise<Duplex> {
  const place = placeOf(connection)
  const webSocket = new WebSocket(`ws://${place}${path}`, ['mqtt'], {
    createConnection: () => socket,
    followRedirects: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  })
  // Before it is open: what comes right behind the answer is heard too.
  const stream = createWebSocketStream(webSocket, { allowHalfOpen: false })
  const told = () => undefined
  stream.on('error', told)
  const statuses: number[] = []
  webSocket.on('unexpected-response', (_, { statusCode = 0 }: IncomingMessage) => {
    statuses.push(statusCode)
    webSocket.terminate()
  })
  try {
    await once(webSocket, 'open', { signal })
  } catch (error) {
    // Whatever it says of its end is behind what is told.
    webSocket.on('error', () => undefined).terminate()
    const [status] = statuses
    if (status !== undefined) throw refused(place, path, status)
    if (error instanceof Error && /subprotocol|Sec-WebSocket-Accept/i.test(error.message))
      throw new MqttError(`${place}${path}: it is a WebSocket, but not one for MQTT; check the path`, {
        cause: error,
      })
    throw error
  }
  stream.off('error', told)
  return stream
}

function refused(place: string, path: string, status: number): MqttError {
  const what =
    status >= 300 && status < 400
      ? 'leads elsewhere, which is not followed; give the address itself'
      : status === 401 || status === 403
        ? 'lets nobody in there'
        : 'has no WebSocket there; check port and path, often /mqtt'
  return new MqttError(`${place}${path}: the broker ${what} (HTTP ${status})`)
}
