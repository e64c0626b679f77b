import type { KafkaConnection } from './connection.ts'
import type { TopicReading } from './partition-appends.ts'

/** A cluster whose topics are read. */
export interface KafkaFeed {
  readonly name: string
  readonly connection: KafkaConnection
  /** Where progress is shown; null shows none. */
  readonly group: string | null
  readonly topics: readonly KafkaTopic[]
}

export interface KafkaTopic extends TopicReading {
  /** The stream its lines are of, for people. */
  readonly stream: string
  /** Where a topic that was never read begins. */
  readonly begin: 'earliest' | 'latest'
}

/** Records that the broker no longer had when they were to be read. */
export interface Hole {
  readonly topic: string
  readonly partition: number
  /** First offset that is missing, and that after the last one. Where the broker itself lost its newest, `to` is below `from`. */
  readonly from: number
  readonly to: number
  readonly atMs: number
}

/** How a feed is, for those who look. */
export interface KafkaFeedState {
  readonly name: string
  readonly state: 'connecting' | 'reading' | 'waiting' | 'failing' | 'stopped'
  /** Why it waits or fails. */
  readonly message: string | null
  readonly topics: readonly KafkaTopicState[]
  readonly holes: readonly Hole[]
}

export interface KafkaTopicState {
  readonly topic: string
  readonly stream: string
  /** `missing`: the cluster has no such topic. */
  readonly state: 'unknown' | 'there' | 'missing'
  readonly partitions: readonly PartitionProgress[]
  /** Since the start. */
  readonly messages: number
  readonly records: number
  readonly refused: number
  /** Of the newest message that said no record. */
  readonly lastRefused: {
    readonly partition: number
    readonly offset: number
    readonly reason: string
  } | null
}

export interface PartitionProgress {
  readonly partition: number
  /** First offset that is not in the log. */
  readonly next: number
  /** Behind the newest record of the broker; null until it was asked. */
  readonly end: number | null
}
