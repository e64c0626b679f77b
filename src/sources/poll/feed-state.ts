import type { PolledFeed } from './feed.ts'
import type { FeedMemory } from './memory.ts'

/** How a feed is, for the status page. Times are ms since 1970 UTC. */
export interface FeedState {
  readonly name: string
  readonly stream: string
  readonly format: string
  /** Without parameters: they may hold a key. */
  readonly address: string
  readonly schedule: string
  readonly state: 'new' | 'well' | 'failing'
  readonly isAsking: boolean
  readonly lastPollMs: number | null
  readonly lastSuccessMs: number | null
  /** Newest of what it said. */
  readonly newestMs: number | null
  readonly nextMs: number | null
  readonly error: { readonly code: string; readonly message: string; readonly sinceMs: number | null } | null
  readonly failures: number
  /** What is odd, although it was delivered: a clock that is ahead. */
  readonly notice: string | null
  readonly polls: number
  readonly unchanged: number
  readonly linesRead: number
  readonly linesSent: number
  /** Of the last answer that had any. */
  readonly lastLines: number
}

export function stateOf(
  feed: PolledFeed,
  memory: FeedMemory,
  nextMs: number | null,
  isAsking: boolean,
): FeedState {
  const { error, failingSinceMs, failures, notice, polls, unchanged, linesRead, linesSent, lastLines } =
    memory
  const { lastPollMs, lastSuccessMs, newestMs } = memory
  return {
    name: feed.name,
    stream: feed.format.stream,
    format: feed.format.name,
    address: shownAddress(feed.url),
    schedule: feed.schedule.says,
    state: error !== null ? 'failing' : lastSuccessMs === null ? 'new' : 'well',
    isAsking,
    lastPollMs,
    lastSuccessMs,
    newestMs,
    nextMs,
    error: error === null ? null : { ...error, sinceMs: failingSinceMs },
    failures,
    notice,
    polls,
    unchanged,
    linesRead,
    linesSent,
    lastLines,
  }
}

function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
