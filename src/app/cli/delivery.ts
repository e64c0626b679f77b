import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import { z } from 'zod'
import type { Client } from './client.ts'
import { RefusedError, UnreachableError } from './client.ts'

/** The server stayed away for too long; what was sent is safe, and the same command goes on from there. */
export class GaveUpError extends UnreachableError {
  override readonly retryable = false
}

export interface DeliveryOptions {
  readonly client: Client
  readonly source: string
  readonly intervalS: number | null
  readonly signal: AbortSignal
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly nowMs: () => number
  /** A pause that the server asked for, or its absence; for the person who waits. */
  readonly onPause: (reason: string) => void
}

const compress = promisify(zstdCompress)
const Accepted = z.object({ accepted: z.number() })

/** A server that restarts is back by then. */
const AWAY_MS = 120_000
const PAUSE_MS = 1000

/**
 * Sends lines to the door for readings and resolves once they are durable. When the server asks for patience (429) it
 * waits as long as it is told, again and again; when it is away or its disk is full, for two minutes.
 *
 * @throws {GaveUpError} when the server stays away
 * @throws {RefusedError} when it refuses the lines for good, or the signal came while it asked for patience
 */
export function delivery(options: DeliveryOptions): (lines: Buffer) => Promise<void> {
  const { client, source, intervalS, signal, sleep, nowMs, onPause } = options
  const query = new URLSearchParams({
    source,
    ...(intervalS === null ? {} : { interval_s: String(intervalS) }),
  })
  const path = `/v1/readings?${query.toString()}`
  const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'zstd' }

  return async lines => {
    const body = await compress(lines, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
    let awaySinceMs: number | null = null
    for (;;) {
      try {
        await client.json(Accepted, 'POST', path, { body, headers })
        return
      } catch (error) {
        const known = error instanceof RefusedError || error instanceof UnreachableError
        if (!known || !error.retryable || signal.aborted) throw error
        const patience = error instanceof RefusedError && error.status === 429
        awaySinceMs = patience ? null : (awaySinceMs ?? nowMs())
        if (awaySinceMs !== null && nowMs() - awaySinceMs > AWAY_MS) {
          throw new GaveUpError(
            `${error.message} Gave up after two minutes; the same command goes on from here.`,
            {
              cause: error,
            },
          )
        }
        onPause(error.message)
        const seconds = error instanceof RefusedError ? error.retryAfterS : null
        await sleep(seconds === null ? PAUSE_MS : seconds * 1000, signal)
      }
    }
  }
}
