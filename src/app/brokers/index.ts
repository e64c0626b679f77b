import type { Config } from '../../core/config/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { Status } from '../../serve/contract/index.ts'
import type { KafkaFeed } from '../../sources/kafka/index.ts'
import type { MqttFeed } from '../../sources/mqtt/index.ts'
import { kafkaOutputsOf, writeKafka } from '../kafka-outputs/index.ts'
import type { KafkaOutput, KafkaOutputDeps, KafkaOutputs } from '../kafka-outputs/index.ts'
import { kafkaFeeds, kafkaStatus, readKafka } from '../kafka/index.ts'
import type { KafkaDeps, KafkaReading } from '../kafka/index.ts'
import { mqttFeeds, mqttStatus, readMqtt } from '../mqtt/index.ts'
import type { MqttReading } from '../mqtt/index.ts'

export interface NamedBrokers {
  readonly kafka: readonly KafkaFeed[]
  readonly kafkaOutputs: readonly KafkaOutput[]
  readonly mqtt: readonly MqttFeed[]
}

/** What the status says of brokers; absent is what the settings do not name. */
export type BrokersStatus = Pick<Status, 'kafka' | 'kafkaOutputs' | 'mqtt'>

/**
 * The brokers of the settings; none in the demo, because simulated and real data never mix.
 * @throws {ConfigError} when one of them can't be
 */
export function brokersOf(config: Config, streams: readonly Stream[]): NamedBrokers {
  return {
    kafka: kafkaFeeds(config, streams),
    kafkaOutputs: kafkaOutputsOf(config, streams),
    mqtt: mqttFeeds(config, streams),
  }
}

/** Brokers of every kind that are read or written to, from the start to the stop of a system. */
export class Brokers {
  readonly #named: NamedBrokers
  #kafka: KafkaReading | null = null
  #outputs: KafkaOutputs | null = null
  #mqtt: MqttReading | null = null

  /** @param named null: none */
  constructor(named: NamedBrokers | null) {
    this.#named = named ?? { kafka: [], kafkaOutputs: [], mqtt: [] }
  }

  async start(deps: Omit<KafkaDeps, 'feeds'> & Omit<KafkaOutputDeps, 'outputs'>): Promise<void> {
    const { kafka, kafkaOutputs, mqtt } = this.#named
    // First, so that a new output has everything that the others bring.
    this.#outputs = await writeKafka({ ...deps, outputs: kafkaOutputs })
    this.#kafka = await readKafka({ ...deps, feeds: kafka })
    this.#mqtt = await readMqtt({ ...deps, feeds: mqtt })
  }

  async stop(): Promise<void> {
    await Promise.all([this.#kafka?.stop(), this.#mqtt?.stop(), this.#outputs?.stop()])
  }

  status(): BrokersStatus {
    const { kafka, kafkaOutputs, mqtt } = this.#named
    return {
      ...(kafka.length === 0 ? {} : { kafka: kafkaStatus(this.#kafka?.states() ?? []) }),
      ...(kafkaOutputs.length === 0 ? {} : { kafkaOutputs: this.#outputs?.status() ?? [] }),
      ...(mqtt.length === 0 ? {} : { mqtt: mqttStatus(this.#mqtt?.states() ?? []) }),
    }
  }
}
