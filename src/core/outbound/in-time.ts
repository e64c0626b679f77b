import type { OutboundError } from './outbound-error.ts'

/**
 * Runs a step that must end in `ms`. When it does not, or when `outer` aborts, the step's signal aborts (so that it lets go of
 * its socket) and the promise rejects at once, even if the step can't be interrupted.
 * @throws what `late` makes, or the reason of `outer`
 */
export async function inTime<T>(
  ms: number,
  outer: AbortSignal,
  late: () => OutboundError,
  step: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const clock = new AbortController()
  const timer = setTimeout(() => clock.abort(late()), ms)
  const signal = AbortSignal.any([outer, clock.signal])
  try {
    return await Promise.race([step(signal), aborted(signal)])
  } finally {
    clearTimeout(timer)
  }
}

/** Calls `undo` with the reason once the signal aborts; returns a function that takes it back. */
export function onAbort(signal: AbortSignal, undo: (reason: Error) => void): () => void {
  const listener = (): void => undo(reasonOf(signal))
  if (signal.aborted) listener()
  else signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    onAbort(signal, reject)
  })
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason })
}
