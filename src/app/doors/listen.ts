import type { FastifyInstance } from 'fastify'
import { ConfigError } from '../../core/errors.ts'

/** Opens a door to the network. @returns its address; what the operating system says of the address is thrown as it is */
export async function listenAt(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  const address = new URL(await app.listen({ host, port }))
  const name = ['127.0.0.1', '::1'].includes(host) ? 'localhost' : address.hostname
  return `http://${name}:${address.port || '80'}`
}

/**
 * Opens a door beside the first, whose place a setting names.
 * @param setting the one that its port has, e.g. `public.port`
 * @throws {ConfigError} when the port can't be had
 */
export async function listenBeside(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
  setting: string,
): Promise<string> {
  try {
    return await listenAt(app, { host, port })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined || !(code in SAYS)) throw cause
    throw new ConfigError(
      `${setting}: ${port} of ${host} ${SAYS[code] ?? ''}; allowed: another one, or null.`,
      { cause },
    )
  }
}

const SAYS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program',
  EACCES: 'needs more rights than this user has',
  EADDRNOTAVAIL: 'is no address of this machine',
}
