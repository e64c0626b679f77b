import type { PolledFeed } from './feed.ts'
import type { FeedState } from './feed-state.ts'
import { Poller } from './poller.ts'
import type { PollerDeps } from './poller.ts'

export { FeedStatusError } from './read-answer.ts'
export type { Deliver, PolledAnswer, PolledFeed, PollFetch } from './feed.ts'
export type { FeedState } from './feed-state.ts'
export { FeedMapping, mappedFormat } from './mapping/index.ts'
export { presets } from './presets/index.ts'
export { wholeFormat } from './presets/whole-reading.ts'
export { afterFailure, byCron, everySeconds } from './schedule.ts'
export type { Schedule } from './schedule.ts'

export interface Polling {
  /** How each feed is, in the order of the settings. */
  readonly pollStates: () => readonly FeedState[]
  /** Resolves when nothing is asked and nothing is being delivered any more. */
  readonly stop: () => Promise<void>
}

/** Asks every feed when it is due. */
export function startPolling(feeds: readonly PolledFeed[], deps: PollerDeps): Polling {
  const stop = new AbortController()
  const pollers = feeds.map(feed => new Poller(feed, deps))
  const running = pollers.map(poller => poller.run(stop.signal))
  return {
    pollStates: () => pollers.map(poller => poller.state),
    stop: async () => {
      stop.abort()
      await Promise.all(running)
    },
  }
}
