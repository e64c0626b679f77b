import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import type { MqttConnection } from '../../../../src/sources/mqtt/feed.ts'
import { openWebSocket } from '../../../../src/sources/mqtt/client/web-socket.ts'

const ending: (() => void)[] = []
afterEach(() => {
  for (const end of ending.splice(0)) end()
})

/** A server that speaks WebSocket at /mqtt alone. */
async function serverOf(protocols: readonly string[], send: readonly Buffer[] = []): Promise<number> {
  const http = createServer((_, answer) => answer.writeHead(404).end())
  const sockets = new WebSocketServer({
    server: http,
    path: '/mqtt',
    handleProtocols: offered => [...offered].find(name => protocols.includes(name)) ?? false,
  })
  sockets.on('connection', socket => {
    for (const piece of send) socket.send(piece)
    socket.on('message', (data: Buffer) => {
      socket.send(data)
      socket.close()
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  ending.push(() => {
    sockets.close()
    http.closeAllConnections()
    http.close()
  })
  return (http.address() as AddressInfo).port
}

async function open(port: number, path: string) {
  const socket = connect({ host: '127.0.0.1', port })
  ending.push(() => socket.destroy())
  await once(socket, 'connect')
  const connection: MqttConnection = {
    ...{ host: '127.0.0.1', port, ca: null, identity: null, webSocketPath: path },
    ...{ clientId: 'c', user: null, password: null, sessionS: 0 },
    tls: 'off',
    version: '5',
  }
  return openWebSocket(socket, connection, path, AbortSignal.timeout(300_000))
}

it('is one stream of bytes, wherever frames end', async () => {
  const port = await serverOf(['mqtt'], [Buffer.from('ab'), Buffer.alloc(0), Buffer.alloc(70_000, 'c')])
  const stream = await open(port, '/mqtt')
  stream.write(Buffer.from('last'))
  const all = await buffer(stream)
  expect(all.toString()).toBe(`ab${'c'.repeat(70_000)}last`)
})

it('says what it is where it is none for MQTT', async () => {
  const port = await serverOf(['chat'])
  await expect(open(port, '/mqtt')).rejects.toThrow(
    `127.0.0.1:${port}/mqtt: it is a WebSocket, but not one for MQTT; check the path`,
  )
})

it('says what to look at where there is none', async () => {
  const port = await serverOf(['mqtt'])
  await expect(open(port, '/ws')).rejects.toThrow(
    /has no WebSocket there; check port and path, often \/mqtt \(HTTP 400\)/,
  )
})
