import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Config } from '../../core/config/index.ts'
import type { LogWriter } from '../../core/log.ts'
import { fetchGuarded } from '../../core/outbound/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { Feed } from '../../serve/contract/index.ts'
import { presets, startPolling } from '../../sources/poll/index.ts'
import type { FeedState, PolledFeed, Polling } from '../../sources/poll/index.ts'
import type { DiskWatch } from '../disk/index.ts'
import type { ProblemBoard } from '../problems.ts'
import { feedsOf, inspectFeeds } from './feeds-of.ts'
import type { FeedMistake } from './feeds-of.ts'
import { standardFormats } from './standard-formats.ts'

export interface PollingDeps {
  readonly config: Config
  readonly feeds: readonly PolledFeed[]
  /** Of the data folder. */
  readonly folder: string
  readonly log: LogWriter
  readonly disk: Pick<DiskWatch, 'closed'>
  readonly problems: ProblemBoard
  readonly onProgress: (line: string) => void
}

/** A feed that fails once or twice is no problem of the city's: it is asked again by itself. */
const FAILURES_TO_TELL = 3

/**
 * The feeds of the settings; none in the demo, because simulated and real data never mix.
 * @throws {ConfigError} when one of them can't be
 */
export function polledFeeds(config: Config, streams: readonly Stream[]): PolledFeed[] {
  const feeds = feedsOf(config, streams, [...presets, ...standardFormats])
  return config.simulation.mode === 'off' ? feeds : []
}

/** What is wrong with feeds of the settings, though each setting is well-formed: a format, a mapping, a cron expression. */
export function wrongFeeds(config: Config, streams: readonly Stream[]): readonly FeedMistake[] {
  return inspectFeeds(config, streams, [...presets, ...standardFormats]).mistakes
}

/** Asks feeds, into the log. */
export function poll({ config, feeds, folder, log, disk, problems, onProgress }: PollingDeps): Polling {
  const { allowAddresses, proxy } = config.polling
  const polling = startPolling(feeds, {
    folder: join(folder, 'polled'),
    fetch: (address, options) =>
      fetchGuarded(address, {
        ...options,
        allow: allowAddresses,
        proxy: proxy === null ? null : { url: proxy },
      }),
    deliver: async (stream, lines, count, source, arrivedAtMs) => {
      await log.append({ kind: stream, source, arrivedAtMs, intervalS: null, lines, count })
    },
    now: Date.now,
    random: Math.random,
    sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
    maxFutureMs: config.limits.maxFutureS * 1000,
    mayKeep: () => disk.closed === null,
    onPolled: () => problems.set('feeds', failingText(polling.pollStates())),
    onBug: (feed, error) =>
      onProgress(
        `The feed ${feed} met a fault of this program: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ),
  })
  return polling
}

function failingText(states: readonly FeedState[]): string | null {
  const failing = states.filter(({ failures }) => failures >= FAILURES_TO_TELL)
  const [first] = failing
  if (first === undefined) return null
  const others = failing.length === 1 ? '' : ` (and ${failing.length - 1} more)`
  return `The feed ${first.name}${others} brings nothing: ${first.error?.message ?? ''}. \`arterial feeds\` lists all.`
}

/** How the feeds are, as the API says it. @param nowMs for their ages */
export function feedList(states: readonly FeedState[], nowMs: number): Feed[] {
  const at = (ms: number | null) => (ms === null || !Number.isFinite(ms) ? null : new Date(ms).toISOString())
  return states.map(state => ({
    name: state.name,
    stream: state.stream,
    format: state.format,
    address: state.address,
    schedule: state.schedule,
    state: state.state,
    asking: state.isAsking,
    last_poll_at: at(state.lastPollMs),
    last_success_at: at(state.lastSuccessMs),
    age_s:
      state.lastSuccessMs === null ? null : Math.max(0, Math.round((nowMs - state.lastSuccessMs) / 1000)),
    newest_at: at(state.newestMs),
    next_at: at(state.nextMs),
    error:
      state.error === null
        ? null
        : { code: state.error.code, message: state.error.message, since: at(state.error.sinceMs) },
    failures: state.failures,
    notice: state.notice,
    polls: state.polls,
    unchanged: state.unchanged,
    lines_read: state.linesRead,
    lines_sent: state.linesSent,
    last_lines: state.lastLines,
  }))
}
