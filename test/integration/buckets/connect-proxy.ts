import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface ConnectProxy {
  readonly url: string
  /** Where tunnels were asked to, `host:port`, in order. */
  readonly tunnels: readonly string[]
  stop(): Promise<void>
}

/** A proxy that makes tunnels (HTTP CONNECT) and does nothing else. */
export async function connectProxy(): Promise<ConnectProxy> {
  const tunnels: string[] = []
  const open = new Set<Socket>()
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connect', ({ url = '' }, client: Socket, head: Buffer) => {
    tunnels.push(url)
    const [host = '', port = ''] = url.split(':')
    const there = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      there.write(head)
      there.pipe(client).pipe(there)
    })
    for (const socket of [client, there]) {
      open.add(socket)
      socket.on('error', () => undefined).on('close', () => open.delete(socket))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    stop: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
