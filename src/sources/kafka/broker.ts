/** The one thing this source needs of a Kafka client; a test passes another. Each call fails with an error in words. */
export interface Broker {
  /** The topic as it is now; null where there is none. */
  look(topic: string): Promise<TopicView | null>
  /** First offset that is kept, and the one after the last, by partition. */
  bounds(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, Bounds>>
  /** Waits a little for records. Each partition at most once, all led by the same node. */
  fetch(node: number, wants: readonly Want[]): Promise<readonly Got[]>
  /** Tells the group how far each partition is: for those who watch it, nothing rests on it. */
  show(group: string, progress: readonly Progress[]): Promise<void>
  close(): Promise<void>
}

export interface TopicView {
  /** Tells a topic from another one of the same name, made after it. */
  readonly id: string
  /** What the client calls it in a request. */
  readonly handle: string
  readonly partitions: readonly { readonly partition: number; readonly node: number }[]
}

export interface Bounds {
  readonly first: number
  readonly end: number
}

export interface Want {
  readonly topic: string
  readonly handle: string
  readonly partition: number
  readonly next: number
}

export interface Message {
  readonly offset: number
  readonly value: Buffer | null
  /** Why it, and what follows up to the next message, can't be read. */
  readonly refused?: string
}

export interface Got {
  readonly topic: string
  readonly partition: number
  readonly messages: readonly Message[]
  /** Where to go on: behind the messages, and behind what is none (marks of transactions, what compaction took). */
  readonly next: number
  /** Behind the last record of the partition. */
  readonly end: number
  /** `out_of_range`: what was asked for is not kept; `moved`: ask for the topic anew. */
  readonly fault: 'out_of_range' | 'moved' | null
}

export interface Progress {
  readonly topic: string
  readonly partition: number
  readonly next: number
}
