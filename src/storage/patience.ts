import { setTimeout } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'

/** A call is made so often, where what went wrong may pass by itself. */
const TRIES = 4
/** The first pause; each next one may be twice as long, ms. Drawn between nothing and that, so that many do not come back at once. */
const PAUSE_MS = 250
/** Whoever asks to be left alone for longer is asked again by the next round of what wanted it, s. */
const MOST_RETRY_AFTER_S = 10

export interface PatienceDeps {
  readonly wait: (ms: number) => Promise<unknown>
  readonly random: () => number
}

/** Calls again, with growing pauses, while the error says that it is worth it; never sooner than the service asks for. */
export async function patiently<T>(
  call: () => Promise<T>,
  { wait, random }: PatienceDeps = { wait: setTimeout, random: Math.random },
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await call()
    } catch (error) {
      if (tried >= TRIES || !(error instanceof AppError && error.retryable)) throw error
      const askedS = 'retryAfterS' in error && typeof error.retryAfterS === 'number' ? error.retryAfterS : 0
      if (askedS > MOST_RETRY_AFTER_S) throw error
      await wait(Math.max(askedS * 1000, PAUSE_MS * 2 ** (tried - 1) * (0.5 + random() / 2)))
    }
  }
}

/**
 * Put-if-absent with patience: a try whose answer was lost may have put the bytes, and the next one finds them. They are ours if they
 * are equal.
 */
export async function putOnce(
  bytes: Uint8Array,
  put: () => Promise<boolean>,
  get: () => Promise<Buffer | null>,
): Promise<boolean> {
  let asked = 0
  const isPut = await patiently(() => {
    asked++
    return put()
  })
  if (isPut || asked === 1) return isPut
  return (await get())?.equals(bytes) ?? false
}
