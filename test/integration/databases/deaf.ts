import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A way to a server on which it does not hear the given words, nor that a client is gone; until it is disposed of. */
export async function deafTo(
  words: readonly Buffer[],
  port: number,
): Promise<AsyncDisposable & { port: number }> {
  const sockets: Socket[] = []
  const way = createServer({ allowHalfOpen: true }, client => {
    const server = connect(port, '127.0.0.1')
    sockets.push(client, server)
    for (const socket of [client, server]) socket.on('error', () => undefined)
    client.on('data', (said: Buffer) => {
      if (!words.some(word => word.equals(said))) server.write(said)
    })
    client.on('end', () => client.end())
    server.pipe(client)
  })
  way.listen(0, '127.0.0.1')
  await once(way, 'listening')
  return {
    port: (way.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      way.close()
      await once(way, 'close')
    },
  }
}
