import type { FastifyInstance } from 'fastify'

/** Opens a door to the network. @returns its address; what the operating system says of the address is thrown as it is */
export async function listenAt(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  const address = new URL(await app.listen({ host, port }))
  const name = ['127.0.0.1', '::1'].includes(host) ? 'localhost' : address.hostname
  return `http://${name}:${address.port || '80'}`
}
