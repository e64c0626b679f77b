import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { parser } from 'mqtt-packet'
import type { Packet } from 'mqtt-packet'

/** One connection of the city with its broker. */
interface Talk {
  /** Whole in the city's hands, and not acknowledged: by the packet's id. */
  readonly open: Map<number, string>
  isOver: boolean
}

/**
 * Stands between a city and its broker and knows what the city must have: what it acknowledged, and what had come to it whole
 * when the broker was gone. In clear, MQTT 5.
 */
export class Tap {
  /** Messages, as topic and payload. */
  readonly acknowledged = new Set<string>()
  /** Came whole from a broker that was then killed, while the city lived on. */
  readonly inHand = new Set<string>()
  readonly #server: Server
  readonly #talks = new Set<Talk>()
  readonly #sockets = new Set<Socket>()
  readonly #brokerPort: number

  private constructor(brokerPort: number) {
    this.#brokerPort = brokerPort
    this.#server = createServer(city => this.#connected(city))
  }

  static async start(brokerPort: number): Promise<Tap> {
    const tap = new Tap(brokerPort)
    await new Promise<void>(done => tap.#server.listen(0, '127.0.0.1', done))
    return tap
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Say it before the city is killed: what it had in hand, it need not have kept. */
  cityEnds(): void {
    this.#talks.clear()
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }

  #connected(city: Socket): void {
    // Who comes again has dealt with what came before.
    for (const talk of this.#talks) if (talk.isOver) this.#settle(talk)
    const talk: Talk = { open: new Map(), isOver: false }
    this.#talks.add(talk)
    const broker = connect({ host: '127.0.0.1', port: this.#brokerPort })
    pass(broker, city, packet => {
      if (packet.cmd !== 'publish' || packet.messageId === undefined) return
      talk.open.set(packet.messageId, `${packet.topic} ${packet.payload.toString()}`)
    })
    pass(city, broker, packet => {
      const message = packet.cmd === 'puback' ? talk.open.get(packet.messageId ?? 0) : undefined
      if (message === undefined || !this.#talks.has(talk)) return
      this.acknowledged.add(message)
      talk.open.delete(packet.messageId ?? 0)
    })
    for (const socket of [broker, city]) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        talk.isOver = true
        // What was read of it is written yet.
        if (socket === broker) city.end()
        else broker.destroy()
      })
    }
  }

  #settle(talk: Talk): void {
    for (const message of talk.open.values()) this.inHand.add(message)
    this.#talks.delete(talk)
  }
}

function pass(from: Socket, to: Socket, look: (packet: Packet) => void): void {
  const reading = parser({ protocolVersion: 5 })
  reading.on('packet', look)
  from.on('data', (piece: Buffer) => {
    if (!to.writable) return
    if (!to.write(piece)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
    reading.parse(piece)
  })
}
