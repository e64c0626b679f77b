import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'
import { selfSigned } from '../../../core/outbound/certificate.ts'

export interface GotMail {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
  readonly user: string | undefined
}

/** A mail server that keeps what it takes, until the test ends. */
export async function mailServer(options: SMTPServerOptions = {}) {
  const got: GotMail[] = []
  const server = new SMTPServer({
    // Of its own it would have one that everybody knows, and warn of it.
    ...selfSigned(),
    authOptional: true,
    disableReverseLookup: true,
    onData: (stream, { envelope, user }, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        got.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          // Without the soft line breaks of quoted-printable (RFC 2045, 6.7).
          text: Buffer.concat(chunks).toString().replaceAll('=\r\n', ''),
          user: typeof user === 'string' ? user : undefined,
        })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => new Promise<void>(closed => server.close(closed)))
  return { port: (server.server.address() as AddressInfo).port, got }
}
