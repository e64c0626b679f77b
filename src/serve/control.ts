import { chmod, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** The app's own part of its control sockets: which requests came by them, and how they end. */
export class ControlDoors {
  readonly #requests = new WeakSet<IncomingMessage>()
  readonly #servers = new Map<Server, string>()

  isControl(request: IncomingMessage): boolean {
    return this.#requests.has(request)
  }

  /** Opens a door at the path; only its owner may use it. */
  async open(socketPath: string, handle: FastifyInstance['routing']): Promise<void> {
    const server = createServer((request, response) => {
      this.#requests.add(request)
      handle(request, response)
    })
    // An import or a rebuild may take long.
    server.requestTimeout = 0
    await rm(socketPath, { force: true })
    // Between bind and chmod the socket would be open to all for a moment; the mask closes it from the start.
    const mask = process.umask(0o177)
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(socketPath, resolve)
      })
    } finally {
      process.umask(mask)
    }
    await chmod(socketPath, 0o600)
    this.#servers.set(server, socketPath)
  }

  /** Lets requests in hand finish and takes the sockets away. */
  async close(): Promise<void> {
    const doors = [...this.#servers]
    this.#servers.clear()
    for (const [server, path] of doors) {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      closeWhenIdle(server)
      await closed
      await rm(path, { force: true })
    }
  }
}

/** For a server that closes: ends each connection once its request is answered, be it kept alive or not. */
export function closeWhenIdle(server: Server): void {
  const sweeping = setInterval(() => server.closeIdleConnections(), 50)
  sweeping.unref()
  server.once('close', () => clearInterval(sweeping))
}

/**
 * Opens a second door for the command line, on a Unix socket: the same paths, for the administrator's secret. It
 * closes with the app. A socket that a crash left behind is replaced: the data folder's lock says nobody else uses it.
 */
export async function listenControl(app: FastifyInstance, socketPath: string): Promise<void> {
  await app.ready()
  const doors = app.getDecorator<ControlDoors>('controlDoors')
  await doors.open(socketPath, (request, response) => app.routing(request, response))
}
