import { AppError } from '../../core/errors.ts'

/** The address to listen on can't be had. */
export class ListenError extends AppError {
  readonly code = 'ART_LISTEN'
}

/** @throws {ListenError} for what the operating system says of an address, in words */
export async function listening<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (cause) {
    const { code, port, address } = cause as NodeJS.ErrnoException & { port?: number; address?: string }
    if (code === 'EADDRINUSE')
      throw new ListenError(
        `Port ${port} is taken by another program; choose one with --port, or --port 0 for a free one.`,
        { cause },
      )
    if (code === 'EACCES' && port !== undefined)
      throw new ListenError(
        `Port ${port} needs more rights than this user has; choose one above 1023 with --port.`,
        { cause },
      )
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new ListenError(`This machine has no address ${address ?? 'of that name'}; see server.host.`, {
        cause,
      })
    throw cause
  }
}

/** Resolves, with null, when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<null> {
  return new Promise(done => {
    // The servers keep the process alive; this promise alone would not.
    if (signal.aborted) done(null)
    else signal.addEventListener('abort', () => done(null), { once: true })
  })
}
