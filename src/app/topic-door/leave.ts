import type { Config } from '../../core/config/index.ts'
import { topicWriter } from '../../outputs/kafka/producer.ts'
import { TopicLog } from '../../outputs/kafka/topic-log.ts'
import { oversizeDigests } from '../../sources/http/index.ts'
import { clientOptions } from '../../sources/kafka/client/platformatic.ts'
import { connectMqtt } from '../../sources/mqtt/client/index.ts'
import { leaveBroker } from '../../sources/mqtt/index.ts'
import type { MqttFeed } from '../../sources/mqtt/index.ts'
import { keepLongIn } from '../brokers/intake.ts'
import { PACKET_OVERHEAD } from '../mqtt/index.ts'
import { CLIENT_ID, HEAD_BYTES, longestLine } from './bounds.ts'
import type { TopicDoorSettings } from './settings.ts'

/**
 * Publishes what brokers of MQTT keep for a door that will not come back, and has them forget it.
 * @returns how many messages waited, by feed
 * @throws {MqttError | AppendError} done again, it goes on
 */
export async function leaveMqtt(
  { name, connection, topics }: TopicDoorSettings,
  feeds: readonly MqttFeed[],
  config: Config,
): Promise<ReadonlyMap<string, number>> {
  const log = new TopicLog({
    topics,
    writerOf: () => topicWriter(name, clientOptions(connection, CLIENT_ID)),
    onSent: () => undefined,
  })
  const maxLineBytes = longestLine(config)
  const never = new AbortController().signal
  const found = new Map<string, number>()
  try {
    for (const feed of feeds) {
      const count = await leaveBroker({
        ...{ feed, log, maxLineBytes, now: Date.now },
        keepLong: keepLongIn(oversizeDigests(HEAD_BYTES)),
        connect: to => connectMqtt(to, maxLineBytes + PACKET_OVERHEAD, never),
      })
      found.set(feed.name, count)
    }
    return found
  } finally {
    await log.close()
  }
}
