import { once } from 'node:events'
import { request, type IncomingMessage, type RequestOptions } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach } from 'vitest'
import { buildServer, type ServerDeps } from '../../src/serve/server.ts'
import { fakeDeps } from './fake-deps.ts'

export const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

export async function listening(
  over: Partial<ServerDeps> = {},
): Promise<{ app: FastifyInstance; port: number }> {
  const app = buildServer(fakeDeps(over))
  cleanups.push(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, port: (app.server.address() as AddressInfo).port }
}

export async function ask(options: RequestOptions, body?: string): Promise<{ status: number; body: string }> {
  const outgoing = request(options)
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return { status: response.statusCode ?? 0, body: text }
}

/** What a raw connection gets for these bytes, until it ends or `until` has come. */
export async function raw(port: number, bytes: string, until: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  cleanups.push(async () => socket.destroy())
  socket.write(bytes)
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (text.includes(until)) break
  }
  return text
}
