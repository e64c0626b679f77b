import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { Server as TcpServer, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Certificate } from './certificate.ts'

/** Listens on 127.0.0.1 until the test ends; answers the port. */
async function listening(server: TcpServer): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(done => server.close(done))
  })
  return (server.address() as AddressInfo).port
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface LocalServer {
  readonly url: string
  readonly port: number
  readonly requests: IncomingMessage[]
}

export async function localServer(handler: Handler, certificate?: Certificate): Promise<LocalServer> {
  const requests: IncomingMessage[] = []
  const listener: RequestListener = (request, response) => {
    requests.push(request)
    handler(request, response)
  }
  const server: Server =
    certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener)
  server.on('tlsClientError', () => undefined)
  const port = await listening(server)
  return { url: `http${certificate === undefined ? '' : 's'}://127.0.0.1:${port}`, port, requests }
}

/** A server that says these bytes to whoever has asked something. */
export async function rawServer(talk: (socket: Socket, asked: string) => void): Promise<LocalServer> {
  const server = createTcpServer(socket => {
    socket.once('data', data => talk(socket, data.toString('latin1')))
  })
  const port = await listening(server)
  return { url: `http://127.0.0.1:${port}`, port, requests: [] }
}
