import { join } from 'node:path'
import type { Config } from '../../core/config/index.ts'
import type { LogWriter } from '../../core/log.ts'
import type { Stream } from '../../core/stream/index.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import type { MqttStatus } from '../../serve/contract/index.ts'
import { lostText, MqttMemory, MqttReader } from '../../sources/mqtt/index.ts'
import type { MqttFeed, MqttFeedState } from '../../sources/mqtt/index.ts'
import { presets } from '../../sources/poll/index.ts'
import { brokerIntake } from '../brokers/intake.ts'
import type { IntakeDeps } from '../brokers/intake.ts'
import { running } from '../brokers/running.ts'
import type { Reading } from '../brokers/running.ts'
import type { FeedMistake } from '../polling/feeds-of.ts'
import type { ProblemBoard } from '../problems.ts'
import { inspectMqtt, mqttFeedsOf } from './feeds-of.ts'

export interface MqttDeps extends IntakeDeps {
  readonly feeds: readonly MqttFeed[]
  /** Of the data folder. */
  readonly folder: string
  readonly log: LogWriter
  readonly problems: ProblemBoard
  readonly onProgress: (line: string) => void
}

export type MqttReading = Reading<MqttFeedState>

/** A broker that fails once or twice is no problem of the city's: it is asked again by itself. */
const FAILURES_TO_TELL = 3
/** A lost session is a problem for so long; it stays in the status. */
const LOST_TOLD_MS = DAY_MS
/** Of a packet beside its message: a topic of 65,535 bytes and properties. */
export const PACKET_OVERHEAD = 128 * 1024

/**
 * The brokers of the settings; none in the demo, because simulated and real data never mix.
 * @throws {ConfigError} when one of them can't be
 */
export function mqttFeeds(config: Config, streams: readonly Stream[]): MqttFeed[] {
  const feeds = mqttFeedsOf(config, streams, presets)
  return config.simulation.mode === 'off' ? feeds : []
}

/** What is wrong with brokers of the settings, though each setting is well-formed. */
export function wrongMqtt(config: Config, streams: readonly Stream[]): readonly FeedMistake[] {
  return inspectMqtt(config, streams, presets).mistakes
}

/** Reads topics into the log, each feed for itself. */
export async function readMqtt(deps: MqttDeps): Promise<MqttReading> {
  const { feeds, folder, problems, log, onProgress } = deps
  if (feeds.length === 0) return { states: () => [], stop: () => Promise.resolve() }
  // The client takes memory that only who reads a broker should pay.
  const { connectMqtt } = await import('../../sources/mqtt/client/index.ts')
  const intake = brokerIntake(deps)
  const readers: MqttReader[] = []
  const tell = () => {
    problems.set('mqtt', failingText(readers))
    problems.set('mqtt_session', lostSessionText(readers.map(({ state }) => state)))
  }
  for (const feed of feeds) {
    const memory = await MqttMemory.open(join(folder, 'mqtt', `${feed.name}.json`))
    readers.push(
      new MqttReader({
        ...{ ...intake, feed, memory, log, onChange: tell },
        connect: signal => connectMqtt(feed.connection, intake.maxLineBytes + PACKET_OVERHEAD, signal),
        onNotice: text => onProgress(`MQTT, ${feed.name}: ${text}`),
      }),
    )
  }
  return running(readers, tell)
}

/** What is wrong with the reading, for people; null: nothing. */
export function failingText(readers: readonly MqttReader[]): string | null {
  const failing = readers.find(({ failures }) => failures >= FAILURES_TO_TELL)
  if (failing !== undefined)
    return `The MQTT feed ${failing.state.name} can't be read: ${failing.state.message ?? ''}. It is tried again by itself.`
  for (const { state } of readers) {
    const refused = state.topics.find(topic => topic.state === 'refused')
    if (refused !== undefined)
      return `The MQTT feed ${state.name} may not read the topic ${refused.topic}: ${refused.reason ?? ''}. It is asked for again and again.`
  }
  return null
}

function lostSessionText(states: readonly MqttFeedState[]): string | null {
  const recent = states.flatMap(({ name, lost }) =>
    lost.flatMap(one => (Date.now() - one.untilMs < LOST_TOLD_MS ? [{ name, ...one }] : [])),
  )
  const last = recent.at(-1)
  return last === undefined ? null : `The MQTT feed ${last.name}: ${lostText(last)}`
}

/** How the feeds are, as the API says it. */
export function mqttStatus(states: readonly MqttFeedState[]): MqttStatus {
  return states.map(({ lost, ...state }) => ({
    ...state,
    topics: [...state.topics],
    lost: lost.map(({ sinceMs, untilMs }) => ({
      since: new Date(sinceMs).toISOString(),
      until: new Date(untilMs).toISOString(),
    })),
  }))
}
