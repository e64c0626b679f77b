import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { generate, parser } from 'mqtt-packet'
import type { Packet } from 'mqtt-packet'
import { afterEach, describe, expect, it } from 'vitest'
import { connectMqtt } from '../../../src/sources/mqtt/client/index.ts'
import type { MqttConnection } from '../../../src/sources/mqtt/feed.ts'

const V5 = { protocolVersion: 5 } as const
const NEVER = new AbortController().signal
const MAX_BYTES = 1024 * 1024
let server: Server | null = null
const sockets: Socket[] = []

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server?.close()
})

/** A broker that answers as it is told. */
async function broker(answer: (packet: Packet, socket: Socket) => void): Promise<MqttConnection> {
  const listening = createServer(socket => {
    sockets.push(socket)
    const reading = parser(V5)
    reading.on('packet', packet => answer(packet, socket))
    socket.on('data', (piece: Buffer) => reading.parse(piece))
    socket.on('error', () => undefined)
  })
  server = listening
  await new Promise<void>(done => listening.listen(0, '127.0.0.1', done))
  return {
    ...{ host: '127.0.0.1', port: (listening.address() as AddressInfo).port, tls: 'off', ca: null },
    ...{ webSocketPath: null, identity: null },
    ...{ user: null, password: null, version: '5', clientId: 'test', sessionS: 60 },
  }
}

const admit = generate({ cmd: 'connack', reasonCode: 0, sessionPresent: true }, V5)
const publish = (messageId: number, bytes = 10) =>
  generate(
    {
      ...{ cmd: 'publish', topic: 'city/a', qos: 1, dup: false, retain: false },
      ...{ messageId, payload: Buffer.alloc(bytes, 120) },
    },
    V5,
  )

describe('a session with a broker', () => {
  it('waits for messages, also after it waited in vain, and acknowledges what it is told to, in order', async () => {
    const acknowledged: (number | undefined)[] = []
    const done = Promise.withResolvers<undefined>()
    const connection = await broker((packet, socket) => {
      if (packet.cmd === 'connect') socket.write(admit)
      if (packet.cmd === 'puback' && acknowledged.push(packet.messageId) === 2) done.resolve(undefined)
    })
    const link = await connectMqtt(connection, MAX_BYTES, NEVER)
    expect(link.wasKept).toBe(true)
    const over = new AbortController()
    const inVain = link.take(over.signal)
    over.abort()
    expect(await inVain).toEqual([])
    const taking = link.take(NEVER)
    sockets[0]?.write(Buffer.concat([publish(1), publish(2)]))
    const messages = await taking
    expect(messages.map(({ id }) => id)).toEqual([1, 2])
    expect(acknowledged).toEqual([])
    link.acknowledge(messages)
    await done.promise
    expect(acknowledged).toEqual([1, 2])
    await link.close()
  })

  it('takes no more from the broker than it may keep, and goes on when there is room', async () => {
    const connection = await broker((packet, socket) => {
      if (packet.cmd === 'connect') socket.write(admit)
    })
    const link = await connectMqtt(connection, MAX_BYTES, NEVER)
    const messages = Array.from({ length: 600 }, (_, i) => publish(i + 1, 100_000))
    const all = new Promise(written => sockets[0]?.write(Buffer.concat(messages), written))
    // 60 MB: far more than a socket holds by itself.
    expect(await Promise.race([all.then(() => 'all'), stuck(sockets[0])])).toBe('stuck')
    let count = 0
    while (count < messages.length) count += (await link.take(NEVER)).length
    expect(count).toBe(messages.length)
    await link.close()
  })

  it('hears an answer that stands behind more messages than it keeps', async () => {
    const connection = await broker((packet, socket) => {
      if (packet.cmd === 'connect') socket.write(admit)
      if (packet.cmd !== 'subscribe') return
      for (let i = 1; i <= 25_000; i++) socket.write(publish(i))
      socket.write(generate({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [1] }, V5))
    })
    const link = await connectMqtt(connection, MAX_BYTES, NEVER)
    const subscribing = link.subscribe(['city/#'])
    let count = 0
    while (count < 25_000) count += (await link.take(NEVER)).length
    expect(await subscribing).toEqual([null])
    await link.close()
  })

  it('that is over gives what came whole before, and then says why it is', async () => {
    const connection = await broker((packet, socket) => {
      if (packet.cmd === 'connect')
        socket.write(
          Buffer.concat([
            admit,
            publish(1),
            publish(2),
            generate({ cmd: 'disconnect', reasonCode: 0x8e }, V5),
          ]),
        )
    })
    const link = await connectMqtt(connection, MAX_BYTES, NEVER)
    expect((await link.take(NEVER)).map(({ id }) => id)).toEqual([1, 2])
    await expect(link.take(NEVER)).rejects.toThrow('the same clientId')
  })

  it.each([
    [0x86, 'user and password'],
    [0x84, 'version'],
    [0x87, 'not allowed'],
  ])('refused with %i says so', async (reasonCode, words) => {
    const connection = await broker((_, socket) => {
      socket.write(generate({ cmd: 'connack', reasonCode, sessionPresent: false }, V5))
    })
    await expect(connectMqtt(connection, MAX_BYTES, NEVER)).rejects.toThrow(words)
  })

  it('can’t be with what speaks no MQTT', async () => {
    const connection = await broker((_, socket) => {
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    await expect(connectMqtt(connection, MAX_BYTES, NEVER)).rejects.toThrow('MQTT')
  })
})

/** Resolves when the other side has not read on for several looks. */
async function stuck(socket: Socket | undefined): Promise<string> {
  for (let [before, same] = [-1, 0]; same < 10;) {
    await new Promise(done => setTimeout(done, 30))
    const left = socket?.writableLength ?? 0
    same = left === before ? same + 1 : 0
    before = left
  }
  return 'stuck'
}
