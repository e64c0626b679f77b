import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { generate, parser } from 'mqtt-packet'

const MQTT_3_1_1 = 4
const LAST_ID = 0xffff
/** Says of a message that it was sent before. */
const DUP = 0x08

interface Open {
  readonly packet: Buffer
  readonly done: () => void
}

/** A device that publishes: what it sends counts once the broker has acknowledged it, and is kept until then. */
export class Device {
  readonly #port: number
  readonly #clientId: string
  readonly #open = new Map<number, Open>()
  #socket: Socket
  #lastId = 0

  private constructor(port: number, clientId: string, socket: Socket) {
    this.#port = port
    this.#clientId = clientId
    this.#socket = socket
    this.#listen()
  }

  static async connect(port: number, clientId: string): Promise<Device> {
    return new Device(port, clientId, await opened(port, clientId))
  }

  /** After the broker was away: what it did not acknowledge goes again. */
  async reconnect(): Promise<void> {
    this.#socket.destroy()
    this.#socket = await opened(this.#port, this.#clientId)
    this.#listen()
    for (const { packet } of this.#open.values()) {
      packet[0] = (packet[0] ?? 0) | DUP
      this.#socket.write(packet)
    }
  }

  /** @returns when the broker has taken it */
  publish(
    topic: string,
    payload: string,
    { qos = 1, retain = false }: { qos?: 0 | 1; retain?: boolean } = {},
  ): Promise<void> {
    this.#lastId = (this.#lastId % LAST_ID) + 1
    const messageId = this.#lastId
    const packet = generate({
      cmd: 'publish',
      topic,
      payload,
      qos,
      retain,
      dup: false,
      ...(qos === 0 ? {} : { messageId }),
    })
    if (this.#socket.writable) this.#socket.write(packet)
    return qos === 0 ? Promise.resolve() : new Promise(done => this.#open.set(messageId, { packet, done }))
  }

  close(): void {
    this.#socket.destroy()
  }

  #listen(): void {
    const reading = parser({ protocolVersion: MQTT_3_1_1 })
    reading.on('packet', ({ cmd, messageId }) => {
      if (cmd !== 'puback' || messageId === undefined) return
      this.#open.get(messageId)?.done()
      this.#open.delete(messageId)
    })
    this.#socket.on('data', (piece: Buffer) => reading.parse(piece))
    // What was not acknowledged does not count.
    this.#socket.on('error', () => undefined)
  }
}

async function opened(port: number, clientId: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  await once(socket, 'connect')
  socket.setNoDelay(true)
  socket.write(
    generate({ cmd: 'connect', clientId, clean: true, keepalive: 0, protocolId: 'MQTT', protocolVersion: 4 }),
  )
  await once(socket, 'data')
  return socket
}
