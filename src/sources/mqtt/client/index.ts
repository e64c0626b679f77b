import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Packet } from 'mqtt-packet'
import type { MqttConnection } from '../feed.ts'
import type { Incoming, MqttLink } from '../link.ts'
import { mqttError, MqttError } from '../mqtt-error.ts'
import { openConnection } from './connect.ts'
import { connectionFault } from './faults.ts'
import type { Stage } from './faults.ts'
import { PacketFrames } from './frames.ts'
import type { PacketFrame } from './frames.ts'
import { admitted, goodbye, grants, Packets } from './packets.ts'

/** The broker hears something at least so often, and forgets who is silent for half as long again. */
const KEEP_ALIVE_S = 30
const PING_MS = (KEEP_ALIVE_S * 1000) / 2
/** Who says nothing for so long, though asked, is gone. */
const SILENT_MS = KEEP_ALIVE_S * 1000
const ANSWER_MS = 15_000
/** With so much on hand nothing more is taken from the socket: the broker keeps it. */
const QUEUE_BYTES = 8 * 1024 * 1024
const QUEUE_MESSAGES = 20_000
/** Of one message beside its bytes. */
const MESSAGE_OVERHEAD = 200
/** So much goes to the log at a time. */
const TAKE_BYTES = 2 * 1024 * 1024
/** When nothing more came for so long, what came is taken; and after so long anyway: few small frames in the log, soon acknowledged. */
const QUIET_MS = 5
const LINGER_MS = 100

/** The first byte that a broker sends. */
const CONNACK = 0x20

/** Opens a session with a broker. @throws {MqttError} when it can't be reached, or refuses */
export async function connectMqtt(
  connection: MqttConnection,
  maxMessageBytes: number,
  signal: AbortSignal,
): Promise<MqttLink> {
  const client = new MqttClient(await openConnection(connection, signal), connection, maxMessageBytes)
  try {
    await client.begin(signal)
    return client
  } catch (error) {
    await client.close()
    throw error
  }
}

type Answer = Extract<Packet, { cmd: 'connack' | 'suback' | 'unsuback' }>

/** One session. Acknowledges nothing by itself: so what is not in the log comes again. */
class MqttClient implements MqttLink {
  readonly #socket: Duplex
  readonly #connection: MqttConnection
  readonly #packets: Packets
  readonly #frames: PacketFrames
  readonly #pings: NodeJS.Timeout
  #queue: Incoming[] = []
  #queueBytes = 0
  #received = 0
  #heardMs = performance.now()
  #lastId = 0
  #answer: PromiseWithResolvers<Answer> | null = null
  #wake = Promise.withResolvers<undefined>()
  #stage: Stage = 'silent'
  #isClosing = false
  ended: MqttError | null = null
  wasKept = false

  constructor(socket: Duplex, connection: MqttConnection, maxMessageBytes: number) {
    this.#socket = socket
    this.#connection = connection
    this.#packets = new Packets(connection.version)
    this.#frames = new PacketFrames(maxMessageBytes)
    socket.on('data', (piece: Buffer) => this.#hear(piece))
    socket.on('error', error => this.#end(connectionFault(connection, error, this.#stage)))
    socket.on('close', () => this.#end(connectionFault(connection, null, this.#stage)))
    this.#pings = setInterval(() => this.#ping(), PING_MS)
    this.#pings.unref()
  }

  async begin(signal: AbortSignal): Promise<void> {
    const bytes = this.#packets.connect(this.#connection, KEEP_ALIVE_S)
    const answer = await this.#ask(bytes, 'connack', signal)
    this.wasKept = admitted(answer)
  }

  async subscribe(filters: readonly string[]): Promise<readonly (string | null)[]> {
    if (filters.length === 0) return []
    return grants(await this.#ask(this.#packets.subscribe(this.#nextId(), filters), 'suback'))
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    if (filters.length === 0) return
    await this.#ask(this.#packets.unsubscribe(this.#nextId(), filters), 'unsuback')
  }

  async take(signal: AbortSignal): Promise<readonly Incoming[]> {
    const stop = () => this.#stir()
    signal.addEventListener('abort', stop)
    try {
      while (this.#queue.length === 0 && this.ended === null && !signal.aborted) await this.#wake.promise
    } finally {
      signal.removeEventListener('abort', stop)
    }
    const begunMs = performance.now()
    for (let before = -1; before !== this.#received && !signal.aborted;) {
      if (this.#queueBytes >= TAKE_BYTES || performance.now() - begunMs > LINGER_MS) break
      before = this.#received
      await sleep(QUIET_MS)
    }
    return this.#dequeue()
  }

  acknowledge(messages: readonly Incoming[]): void {
    if (this.ended !== null) return
    this.#socket.cork()
    for (const { id } of messages)
      if (id !== null)
        this.#socket.write(this.#packets.write({ cmd: 'puback', messageId: id, reasonCode: 0 }))
    this.#socket.uncork()
  }

  /** The session stays with the broker. */
  async close(): Promise<void> {
    this.#isClosing = true
    clearInterval(this.#pings)
    if (this.#socket.destroyed) return
    const closed = new Promise<void>(done => this.#socket.once('close', () => done()))
    this.#socket.resume()
    if (this.ended === null) this.#socket.end(this.#packets.write({ cmd: 'disconnect', reasonCode: 0 }))
    const timer = setTimeout(() => this.#socket.destroy(), 1000)
    await closed
    clearTimeout(timer)
  }

  #dequeue(): Incoming[] {
    if (this.ended !== null && this.#queue.length === 0) throw this.ended
    let [count, bytes] = [0, 0]
    while (count < this.#queue.length && bytes < TAKE_BYTES) bytes += sizeOf(this.#queue[count++])
    const taken = this.#queue.splice(0, count)
    this.#queueBytes = this.#queue.reduce((sum, one) => sum + sizeOf(one), 0)
    if (!this.#isFull && this.#socket.isPaused()) {
      this.#heardMs = performance.now()
      this.#socket.resume()
    }
    return taken
  }

  get #isFull(): boolean {
    return this.#queueBytes > QUEUE_BYTES || this.#queue.length > QUEUE_MESSAGES
  }

  #hear(piece: Buffer): void {
    this.#heardMs = performance.now()
    if (this.#isClosing) return
    try {
      if (this.#stage === 'silent' && piece[0] !== CONNACK)
        throw new MqttError(`what listens at port ${this.#connection.port} speaks no MQTT`)
      this.#stage = 'spoken'
      for (const frame of this.#frames.push(piece)) this.#got(frame)
    } catch (error) {
      this.#end(mqttError('reading', error))
    }
    if (this.#isFull) this.#socket.pause()
  }

  #got(frame: PacketFrame): void {
    const packet = this.#packets.read(frame)
    switch (packet.cmd) {
      case 'publish':
        this.#queue.push(packet.message)
        this.#queueBytes += sizeOf(packet.message)
        this.#received++
        this.#stir()
        break
      case 'connack':
      case 'suback':
      case 'unsuback':
        this.#answer?.resolve(packet)
        break
      case 'disconnect':
        this.#end(goodbye(packet))
        break
      default:
    }
  }

  /** One question at a time. */
  async #ask<C extends Answer['cmd']>(
    question: Buffer,
    cmd: C,
    signal?: AbortSignal,
  ): Promise<Extract<Answer, { cmd: C }>> {
    const answer = Promise.withResolvers<Answer>()
    this.#answer = answer
    if (this.ended !== null) throw this.ended
    // An answer may stand behind many messages, and wait with them: only silence is none.
    const askedMs = performance.now()
    const late = setInterval(() => {
      if (this.#socket.isPaused() || performance.now() - Math.max(this.#heardMs, askedMs) < ANSWER_MS) return
      this.#end(new MqttError(`the broker does not answer within ${ANSWER_MS / 1000} s`))
    }, 1000)
    const stop = () => this.#end(new MqttError('stopped'))
    signal?.addEventListener('abort', stop)
    try {
      this.#socket.write(question)
      const got = await answer.promise
      if (got.cmd !== cmd) throw new MqttError(`the broker answers ${got.cmd} in place of ${cmd}`)
      return got as Extract<Answer, { cmd: C }>
    } finally {
      signal?.removeEventListener('abort', stop)
      clearInterval(late)
      this.#answer = null
    }
  }

  #ping(): void {
    // Also while nothing is taken from the socket: the broker must not think that nobody is here.
    if (!this.#socket.isPaused() && performance.now() - this.#heardMs > SILENT_MS)
      this.#end(new MqttError(`the broker said nothing for ${SILENT_MS / 1000} s`))
    else if (!this.#socket.destroyed) this.#socket.write(this.#packets.write({ cmd: 'pingreq' }))
  }

  #end(error: MqttError): void {
    if (this.ended !== null) return
    this.ended = error
    clearInterval(this.#pings)
    this.#answer?.reject(error)
    this.#socket.destroy()
    this.#stir()
  }

  #stir(): void {
    this.#wake.resolve(undefined)
    this.#wake = Promise.withResolvers()
  }

  #nextId(): number {
    this.#lastId = (this.#lastId % 0xffff) + 1
    return this.#lastId
  }
}

function sizeOf(message: Incoming | undefined): number {
  return message === undefined ? 0 : message.payload.length + message.topic.length + MESSAGE_OVERHEAD
}
