import { z } from 'zod'
import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { FeedFormat } from '../../core/feed-format.ts'
import type { Stream } from '../../core/stream/index.ts'
import { zoneOffsets } from '../../core/time/index.ts'
import { byCron, everySeconds, FeedMapping, mappedFormat } from '../../sources/poll/index.ts'
import type { PolledFeed } from '../../sources/poll/index.ts'

type FeedSettings = Config['polling']['feeds'][number]

/**
 * The feeds that the settings name.
 * @throws {ConfigError} naming every feed that can't be: an unknown format or stream, a wrong mapping or cron expression
 */
export function feedsOf(
  config: Config,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): PolledFeed[] {
  const { feeds, mistakes } = inspectFeeds(config, streams, formats)
  if (mistakes.length === 0) return feeds
  const lines = mistakes.map(({ name, message }) => `  polling.feeds "${name}": ${message}`)
  throw new ConfigError(
    `The configuration has ${mistakes.length} feed(s) with mistakes:\n${lines.join('\n')}`,
  )
}

/** What is wrong with a feed of the settings. */
export interface FeedMistake {
  readonly name: string
  readonly message: string
}

/** The feeds that can be, and what is wrong with the others. */
export function inspectFeeds(
  config: Config,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): { readonly feeds: PolledFeed[]; readonly mistakes: FeedMistake[] } {
  const mistakes: FeedMistake[] = []
  const feeds = config.polling.feeds.flatMap(settings => {
    try {
      return [feedOf(settings, config, streams, formats)]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      mistakes.push({ name: settings.name, message: error.message })
      return []
    }
  })
  return { feeds, mistakes }
}

function feedOf(
  settings: FeedSettings,
  { city, polling }: Config,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): PolledFeed {
  const { name, url, query, headers, constants, timeoutS, maxBytes, keepHours } = settings
  const zone = settings.zone ?? city.timeZone
  if (!isZone(zone))
    throw new FeedError(`the zone "${zone}" is unknown; use an IANA name, or an offset such as -07:00`)
  const format = formatOf(settings, streams, formats)
  const stream = streamOf(format.stream, streams)
  const instants = Object.entries(stream.fields).flatMap(([field, about]) =>
    about.type === 'instant' && about.ahead === undefined ? [field] : [],
  )
  const schedule =
    settings.cron === null ? everySeconds(settings.intervalS) : byCron(settings.cron, city.timeZone)
  const { keepBytes } = polling
  return {
    name,
    url,
    query,
    headers,
    constants,
    timeoutS,
    maxBytes,
    keepHours,
    keepBytes,
    zone,
    format,
    instants,
    schedule,
  }
}

export function formatOf(
  { preset, mapping, stream, constants }: Pick<FeedSettings, 'preset' | 'mapping' | 'stream' | 'constants'>,
  streams: readonly Stream[],
  formats: readonly FeedFormat[],
): FeedFormat {
  if (mapping === null) {
    const format = formats.find(one => one.name === preset)
    if (format === undefined)
      throw new FeedError(
        `the preset "${preset ?? ''}" is unknown; there are ${formats.map(one => one.name).join(', ')}`,
      )
    if (stream !== null && stream !== format.stream)
      throw new FeedError(
        `the preset ${format.name} is for ${format.stream}, not for ${stream}; leave stream out`,
      )
    return format
  }
  const parsed = FeedMapping.safeParse(mapping)
  if (!parsed.success)
    throw new FeedError(`the mapping: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`)
  return mappedFormat(parsed.data, streamOf(stream ?? '', streams), constants)
}

export function streamOf(name: string, streams: readonly Stream[]): Stream {
  const stream = streams.find(one => one.name === name)
  if (stream === undefined)
    throw new FeedError(
      `the stream "${name}" is unknown; there are ${streams.map(one => one.name).join(', ')}`,
    )
  return stream
}

export function isZone(name: string): boolean {
  try {
    zoneOffsets(name)
    return true
  } catch {
    return false
  }
}
