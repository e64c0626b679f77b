import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { generate, parser } from 'mqtt-packet'

const MQTT_3_1_1 = 4
const LAST_ID = 0xffff

/** A device that publishes: what it sends counts once the broker has acknowledged it. */
export class Device {
  readonly #socket: Socket
  readonly #open = new Map<number, () => void>()
  #lastId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    const reading = parser({ protocolVersion: MQTT_3_1_1 })
    reading.on('packet', ({ cmd, messageId }) => {
      if (cmd !== 'puback' || messageId === undefined) return
      this.#open.get(messageId)?.()
      this.#open.delete(messageId)
    })
    socket.on('data', (piece: Buffer) => reading.parse(piece))
    // What was not acknowledged does not count.
    socket.on('error', () => undefined)
  }

  static async connect(port: number, clientId: string): Promise<Device> {
    const socket = connect({ host: '127.0.0.1', port })
    await once(socket, 'connect')
    socket.setNoDelay(true)
    socket.write(
      generate({
        cmd: 'connect',
        clientId,
        clean: true,
        keepalive: 0,
        protocolId: 'MQTT',
        protocolVersion: 4,
      }),
    )
    await once(socket, 'data')
    return new Device(socket)
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
    this.#socket.write(packet)
    return qos === 0 ? Promise.resolve() : new Promise(done => this.#open.set(messageId, done))
  }

  close(): void {
    this.#socket.destroy()
  }
}
