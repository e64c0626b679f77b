import { setTimeout as delay } from 'node:timers/promises'
import { RefusedError, UnreachableError } from '../client/index.ts'

/** The server stayed away for too long; what was sent is safe, and the same command goes on from there. */
export class GaveUpError extends UnreachableError {
  override readonly retryable = false
}

export interface Patience {
  readonly signal: AbortSignal
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly nowMs: () => number
  /** A pause that the server asked for, or its absence; for the person who waits. */
  readonly onPause: (reason: string) => void
}

/** A server that restarts is back by then. */
const AWAY_MS = 120_000
const PAUSE_MS = 1000

/**
 * Asks again while the server asks for patience (429, or its disk is full), as long as it is told; when it is away, for two
 * minutes.
 *
 * @param onFailure told of every failure after which it is asked again
 * @throws {GaveUpError} when the server stays away
 * @throws {RefusedError} when it refuses for good, or the signal came while it asked for patience
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  { signal, sleep, nowMs, onPause }: Patience,
  onFailure: (error: RefusedError | UnreachableError) => void = () => undefined,
): Promise<T> {
  let awaySinceMs: number | null = null
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const known = error instanceof RefusedError || error instanceof UnreachableError
      if (known) onFailure(error)
      if (!known || !error.retryable || signal.aborted) throw error
      const isAsked = error instanceof RefusedError && asksForPatience(error)
      awaySinceMs = isAsked ? null : (awaySinceMs ?? nowMs())
      if (awaySinceMs !== null && nowMs() - awaySinceMs > AWAY_MS) {
        throw new GaveUpError(
          `${error.message} Gave up after two minutes; the same command goes on from here.`,
          { cause: error },
        )
      }
      onPause(error.message)
      const seconds = error instanceof RefusedError ? error.retryAfterS : null
      await sleep(seconds === null ? PAUSE_MS : seconds * 1000, signal)
    }
  }
}

/** A full disk is emptied by a person, who may be asleep: what waits for it goes on by itself. */
function asksForPatience({ status, problem }: RefusedError): boolean {
  return status === 429 || problem.code === 'ART_DISK_NEARLY_FULL' || problem.code === 'ART_DISK_FULL'
}

/** The patience of a command: on the machine's clock, until its signal aborts. */
export function patienceOf(signal: AbortSignal, onPause: (reason: string) => void): Patience {
  return {
    signal,
    sleep: (ms, until) => delay(ms, undefined, { signal: until }).catch(() => undefined),
    nowMs: () => performance.now(),
    onPause,
  }
}
