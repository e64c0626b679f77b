import { setTimeout as wait } from 'node:timers/promises'
import type { LogWriter } from '../../core/log.ts'
import type { MqttStatus } from '../../serve/contract/index.ts'
import { oversizeDigests } from '../../sources/http/index.ts'
import { MqttMemory, MqttReader } from '../../sources/mqtt/index.ts'
import type { MqttFeed } from '../../sources/mqtt/index.ts'
import { keepLongIn } from '../brokers/intake.ts'
import { running } from '../brokers/running.ts'
import { failingText, mqttStatus, PACKET_OVERHEAD } from '../mqtt/index.ts'

export interface MqttReadingDeps {
  readonly feeds: readonly MqttFeed[]
  readonly log: LogWriter
  /** Why nothing can be published; null: it can. */
  readonly closed: () => string | null
  readonly maxLineBytes: number
  /** Of a message that is too long, so much goes in its place. */
  readonly headBytes: number
  readonly onProgress: (line: string) => void
}

export interface DoorMqtt {
  readonly status: () => MqttStatus
  readonly stop: () => Promise<void>
}

/** Reads topics of MQTT into those of Kafka; what no broker in sync has is not acknowledged, and comes again. */
export async function readMqttIntoTopics(deps: MqttReadingDeps): Promise<DoorMqtt> {
  const { feeds, log, closed, maxLineBytes, headBytes, onProgress } = deps
  if (feeds.length === 0) return { status: () => [], stop: () => Promise.resolve() }
  const { connectMqtt } = await import('../../sources/mqtt/client/index.ts')
  let told: string | null = null
  const readers: MqttReader[] = []
  const tell = () => {
    if (readers.some(({ state }) => state.state === 'stopped')) return
    const problem = failingText(readers)
    if (problem !== told) onProgress(problem ?? 'The MQTT feeds are read.')
    told = problem
  }
  for (const feed of feeds)
    readers.push(
      new MqttReader({
        ...{ feed, log, closed, maxLineBytes, onChange: tell },
        // What a door remembers ends with it: it has no folder. The session is the broker's.
        memory: MqttMemory.forgetful(),
        keepLong: keepLongIn(oversizeDigests(headBytes)),
        connect: signal => connectMqtt(feed.connection, maxLineBytes + PACKET_OVERHEAD, signal),
        now: Date.now,
        sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
        onNotice: text => onProgress(`MQTT, ${feed.name}: ${text}`),
      }),
    )
  const { states, stop } = running(readers, tell)
  return { status: () => mqttStatus(states()), stop }
}
