import { generate, parser } from 'mqtt-packet'
import type { IConnackPacket, IDisconnectPacket, ISubackPacket, Packet } from 'mqtt-packet'
import type { Incoming } from '../link.ts'
import type { MqttConnection } from '../feed.ts'
import { codeText, MqttError } from '../mqtt-error.ts'
import type { PacketFrame } from './frames.ts'

const PROTOCOL = { '5': 5, '3.1.1': 4 } as const
/** A publish packet: the upper half of its first byte. */
const PUBLISH = 3
const ACCEPTED = 0
/** Subscriptions that the broker refuses have this bit in their code. */
const REFUSED = 0x80
/** So many messages a broker may send before the first of them is acknowledged (MQTT 5). */
const RECEIVE_MAXIMUM = 1000

export type Received =
  | Exclude<Packet, { cmd: 'publish' }>
  | { readonly cmd: 'publish'; readonly message: Incoming }

/** Packets of one version of MQTT, both ways. */
export class Packets {
  readonly #options: { readonly protocolVersion: 4 | 5 }

  constructor(version: MqttConnection['version']) {
    this.#options = { protocolVersion: PROTOCOL[version] }
  }

  /** @param keepAliveS the broker hears something at least so often */
  connect({ clientId, user, password, sessionS }: MqttConnection, keepAliveS: number): Buffer {
    const { protocolVersion } = this.#options
    return this.write({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion,
      clientId,
      clean: sessionS === 0,
      keepalive: keepAliveS,
      ...(user === null ? {} : { username: user }),
      ...(password === null ? {} : { password: Buffer.from(password.reveal()) }),
      ...(protocolVersion === 5
        ? { properties: { sessionExpiryInterval: sessionS, receiveMaximum: RECEIVE_MAXIMUM } }
        : {}),
    })
  }

  /** What is retained comes once only, when a topic is new to the session (MQTT 5). */
  subscribe(messageId: number, filters: readonly string[]): Buffer {
    const isFive = this.#options.protocolVersion === 5
    const subscriptions = filters.map(topic => ({ topic, qos: 1 as const, ...(isFive ? { rh: 1 } : {}) }))
    return this.write({ cmd: 'subscribe', messageId, subscriptions })
  }

  unsubscribe(messageId: number, filters: readonly string[]): Buffer {
    return this.write({ cmd: 'unsubscribe', messageId, unsubscriptions: [...filters] })
  }

  write(packet: Packet): Buffer {
    return generate(packet, this.#options)
  }

  /** @throws {MqttError} where it is none that a client may get */
  read({ bytes, missing }: PacketFrame): Received {
    if (missing > 0) return { cmd: 'publish', message: tooLong(bytes, missing) }
    const reading = parser(this.#options)
    let found: Packet | null = null
    reading.on('packet', packet => (found = packet))
    reading.on('error', (error: unknown) => {
      throw new MqttError(`the broker sends what is no MQTT: ${(error as Error).message}`, { cause: error })
    })
    reading.parse(bytes)
    const packet = found as Packet | null
    if (packet === null) throw new MqttError('the broker sends a packet that is not whole')
    if (packet.cmd !== 'publish') return packet
    const { topic, payload, qos, messageId, dup } = packet
    // Topics were asked for with an acknowledgement at most.
    if (qos === 2) throw new MqttError('the broker sends by QoS 2 what was asked for by QoS 1')
    const message = {
      topic,
      payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      id: qos === 0 ? null : (messageId ?? null),
      isRepeated: dup,
      tooLong: null,
    }
    return { cmd: 'publish', message }
  }
}

/** Of a message whose end was thrown away: what stands at its beginning. */
function tooLong(bytes: Buffer, missing: number): Incoming {
  const first = bytes[0] ?? 0
  if (first >> 4 !== PUBLISH) throw new MqttError('the broker sends a packet that is too long')
  let at = 1
  while (((bytes[at++] ?? 0) & 0x80) !== 0);
  const length = bytes.readUInt16BE(at)
  const topic = bytes.toString('utf8', at + 2, at + 2 + length)
  const hasId = (first & 0x06) !== 0
  return {
    topic,
    payload: Buffer.alloc(0),
    id: hasId ? bytes.readUInt16BE(at + 2 + length) : null,
    isRepeated: (first & 0x08) !== 0,
    tooLong: bytes.length + missing,
  }
}

/** @throws {MqttError} saying why the broker lets nobody in */
export function admitted({ returnCode, reasonCode, sessionPresent, properties }: IConnackPacket): boolean {
  const code = reasonCode ?? returnCode ?? ACCEPTED
  if (code !== ACCEPTED)
    throw new MqttError(`the broker refuses the connection: ${codeText(code, properties?.reasonString)}`)
  return sessionPresent
}

/** For each subscription null, or why it is refused. */
export function grants({ granted, properties }: ISubackPacket): (string | null)[] {
  return granted.map(code =>
    typeof code === 'number' && code >= REFUSED ? codeText(code, properties?.reasonString) : null,
  )
}

export function goodbye({ reasonCode, properties }: IDisconnectPacket): MqttError {
  return new MqttError(
    `the broker ended the connection: ${codeText(reasonCode ?? REFUSED, properties?.reasonString)}`,
  )
}
