import { connect as connectTcp, isIPv6 } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { connect as connectTls, getCACertificates } from 'node:tls'
import { onAbort } from './in-time.ts'
import { certificateFault, networkFault } from './network-words.ts'
import { OutboundCertificateError, OutboundConnectError } from './outbound-error.ts'

/**
 * The next address of the host is tried when one is silent for so long. RFC 8305 asks for 250 ms, but Node gives the silent one
 * up then, and a far camera may need more.
 */
const NEXT_ADDRESS_MS = 2000

/**
 * A connection to one of these addresses and to nothing else: no name is resolved here.
 * @param shown for messages
 */
export function openSocket(
  addresses: readonly string[],
  port: number,
  shown: string,
  signal: AbortSignal,
): Promise<Socket> {
  const fixed = addresses.map(address => ({ address, family: isIPv6(address) ? 6 : 4 }))
  const pinned: LookupFunction = (_host, _options, answer) => answer(null, fixed)
  const socket = connectTcp({
    // Never resolved: the name is a stand-in for the addresses above.
    host: 'pinned.invalid',
    port,
    lookup: pinned,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
  })
  return settled(socket, 'connect', signal, error => {
    return new OutboundConnectError(shown, networkFault(error), { cause: error })
  })
}

export interface TlsOptions {
  /** Name or address that the certificate must be for. */
  readonly host: string
  readonly isAddress: boolean
  readonly shown: string
  /** PEM of authorities that count beside those of this machine. */
  readonly ca: string | null
}

export async function openTls(socket: Socket, options: TlsOptions, signal: AbortSignal): Promise<Socket> {
  const secure = connectTls({
    socket,
    host: options.host,
    ALPNProtocols: ['http/1.1'],
    ...(options.isAddress ? {} : { servername: options.host }),
    ...(options.ca === null ? {} : { ca: [...getCACertificates('default'), options.ca] }),
  })
  return settled(secure, 'secureConnect', signal, error => {
    const fault = certificateFault(error)
    return fault === null
      ? new OutboundConnectError(options.shown, networkFault(error), { cause: error })
      : new OutboundCertificateError(options.shown, fault, { cause: error })
  })
}

/** Waits for the event; until then an error, an end or the signal destroys the socket and rejects. */
function settled<S extends Socket>(
  socket: S,
  event: string,
  signal: AbortSignal,
  meaning: (error: Error) => Error,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const undo = onAbort(signal, reason => {
      socket.destroy()
      reject(reason)
    })
    const fail = (error: Error): void => {
      undo()
      socket.destroy()
      reject(meaning(error))
    }
    // Stays: an error that comes later, when nobody reads, must not end the process.
    socket.on('error', fail)
    socket.once('close', () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
    socket.once(event, () => {
      undo()
      resolve(socket)
    })
  })
}
