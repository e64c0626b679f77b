import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { MqttConnection } from '../feed.ts'
import { MqttError } from '../mqtt-error.ts'
import { placeOf } from './faults.ts'
import { clientFrame, OPCODE, WebSocketFrames } from './web-socket-frames.ts'

/** As RFC 6455 section 1.3 proves that the other side speaks WebSocket. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const NORMAL_END = Buffer.from([0x03, 0xe8])

/**
 * Makes a WebSocket of a connection, as section 6 of MQTT says. No answer leads elsewhere: what redirects is refused.
 *
 * @param signal ends the waiting for an answer
 * @throws {MqttError} where the other side does not answer as it should
 */
export async function openWebSocket(
  socket: Socket,
  connection: MqttConnection,
  path: string,
  signal: AbortSignal,
): Promise<Duplex> {
  const key = randomBytes(16).toString('base64')
  const asked = request({
    createConnection: () => socket,
    ...{ path, setHost: false, signal },
    headers: {
      host: placeOf(connection),
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': key,
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'mqtt',
    },
  })
  const [answer, head] = await new Promise<[IncomingMessage, Buffer]>((done, fail) => {
    asked.on('error', fail)
    asked.on('response', ({ statusCode = 0 }) => fail(refused(connection, path, statusCode)))
    asked.on('upgrade', (got, _, early) => done([got, early]))
    asked.end()
  })
  const expected = createHash('sha1').update(`${key}${GUID}`).digest('base64')
  if (
    answer.headers['sec-websocket-accept'] !== expected ||
    answer.headers['sec-websocket-protocol'] !== 'mqtt'
  )
    throw new MqttError(
      `${placeOf(connection)}${path}: it is a WebSocket, but not one for MQTT; check the path`,
    )
  return new WebSocketBytes(socket, head)
}

function refused(connection: MqttConnection, path: string, status: number): MqttError {
  const what =
    status >= 300 && status < 400
      ? 'leads elsewhere, which is not followed; give the address itself'
      : status === 401 || status === 403
        ? 'lets nobody in there'
        : 'has no WebSocket there; check port and path, often /mqtt'
  return new MqttError(`${placeOf(connection)}${path}: the broker ${what} (HTTP ${status})`)
}

/** Bytes through a WebSocket: what is written goes in binary frames, what comes in is one stream, wherever frames end. */
class WebSocketBytes extends Duplex {
  readonly #socket: Socket
  readonly #frames = new WebSocketFrames()
  #hasEnded = false

  constructor(socket: Socket, head: Buffer) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    socket.on('data', (piece: Buffer) => this.#hear(piece))
    socket.on('error', error => this.destroy(error))
    socket.on('end', () => this.#finish())
    socket.on('close', () => this.#finish())
    if (head.length > 0) socket.unshift(head)
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(clientFrame(OPCODE.binary, chunk), done)
  }

  override _writev(
    chunks: readonly { readonly chunk: Buffer }[],
    done: (error?: Error | null) => void,
  ): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done)
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#socket.writable) this.#socket.end(clientFrame(OPCODE.close, NORMAL_END), () => done())
    else done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }

  #hear(piece: Buffer): void {
    try {
      for (const { opcode, bytes } of this.#frames.push(piece)) this.#got(opcode, bytes)
    } catch (error) {
      this.destroy(error as Error)
    }
  }

  #got(opcode: number, bytes: Buffer): void {
    if (opcode === OPCODE.ping && this.#socket.writable) this.#socket.write(clientFrame(OPCODE.pong, bytes))
    if (opcode === OPCODE.close) this.#finish()
    if ((opcode === OPCODE.binary || opcode === OPCODE.continuation) && !this.#hasEnded && !this.push(bytes))
      this.#socket.pause()
  }

  #finish(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.push(null)
  }
}
