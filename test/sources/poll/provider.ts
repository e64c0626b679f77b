import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void

/** A provider of ours on this machine, which answers as a test wants. */
export class Provider {
  /** How it answers from now on. */
  behaves: Behaviour = (_, response) => response.end()
  readonly asked: IncomingMessage[] = []
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      this.asked.push(request)
      this.behaves(request, response)
    })
  }

  async start(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

export const json =
  (body: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): Behaviour =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
