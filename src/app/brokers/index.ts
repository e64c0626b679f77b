import type { Config } from '../../core/config/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { KafkaStatus, MqttStatus } from '../../serve/contract/index.ts'
import type { KafkaFeed } from '../../sources/kafka/index.ts'
import type { MqttFeed } from '../../sources/mqtt/index.ts'
import { kafkaFeeds, kafkaStatus, readKafka } from '../kafka/index.ts'
import type { KafkaDeps, KafkaReading } from '../kafka/index.ts'
import { mqttFeeds, mqttStatus, readMqtt } from '../mqtt/index.ts'
import type { MqttReading } from '../mqtt/index.ts'

export interface BrokerFeeds {
  readonly kafka: readonly KafkaFeed[]
  readonly mqtt: readonly MqttFeed[]
}

/**
 * The brokers of the settings; none in the demo, because simulated and real data never mix.
 * @throws {ConfigError} when one of them can't be
 */
export function brokerFeeds(config: Config, streams: readonly Stream[]): BrokerFeeds {
  return { kafka: kafkaFeeds(config, streams), mqtt: mqttFeeds(config, streams) }
}

/** Brokers of every kind that are read, from the start to the stop of a system. */
export class BrokerReading {
  readonly #feeds: BrokerFeeds
  #kafka: KafkaReading | null = null
  #mqtt: MqttReading | null = null

  /** @param feeds null: none */
  constructor(feeds: BrokerFeeds | null) {
    this.#feeds = feeds ?? { kafka: [], mqtt: [] }
  }

  async start(deps: Omit<KafkaDeps, 'feeds'>): Promise<void> {
    this.#kafka = await readKafka({ ...deps, feeds: this.#feeds.kafka })
    this.#mqtt = await readMqtt({ ...deps, feeds: this.#feeds.mqtt })
  }

  async stop(): Promise<void> {
    await Promise.all([this.#kafka?.stop(), this.#mqtt?.stop()])
  }

  /** How clusters of Kafka are; undefined where the settings name none. */
  kafka(): KafkaStatus | undefined {
    return this.#feeds.kafka.length === 0 ? undefined : kafkaStatus(this.#kafka?.states() ?? [])
  }

  /** How brokers of MQTT are; undefined where the settings name none. */
  mqtt(): MqttStatus | undefined {
    return this.#feeds.mqtt.length === 0 ? undefined : mqttStatus(this.#mqtt?.states() ?? [])
  }
}
