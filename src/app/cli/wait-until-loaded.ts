import { setTimeout as delay } from 'node:timers/promises'
import { Status } from '../../serve/contract/status.ts'
import type { Client } from './client.ts'
import { RefusedError } from './client.ts'
import { number } from './output.ts'
import { progress } from './progress.ts'
import type { Shell } from './shell.ts'

const POLL_MS = 250

/** Resolves when every layer is complete up to the end of the log, or the signal aborts. */
export async function waitUntilLoaded(client: Client, shell: Shell): Promise<void> {
  const bar = progress(shell.stderr)
  let most = 0
  for (;;) {
    const left = await backlog(client)
    if (left === 0) break
    if (left !== null) {
      most = Math.max(most, left)
      bar.update(1 - left / most, `loading: ${number(left)} lines left`)
    }
    const aborted = await delay(POLL_MS, false, { signal: shell.signal }).catch(() => true)
    if (aborted) return
  }
  if (most > 0) bar.end('Every layer is complete.')
}

/** Null while the engine is away: it comes back by itself. */
async function backlog(client: Client): Promise<number | null> {
  try {
    return (await client.json(Status, 'GET', '/v1/status')).backlog.records
  } catch (error) {
    if (error instanceof RefusedError && error.retryable) return null
    throw error
  }
}
