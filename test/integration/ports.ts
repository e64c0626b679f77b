import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Ports of 127.0.0.1 that nobody listens on just now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
      return server
    }),
  )
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => new Promise(done => server.close(done))))
  return ports
}

export function accepts(port: number): Promise<boolean> {
  return new Promise(answer => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy()
      answer(true)
    })
    socket.on('error', () => answer(false))
  })
}
