import type { Origin } from '../../core/log.ts'
import type { Broker, TopicView } from './broker.ts'
import type { KafkaFeed, KafkaTopic } from './feed.ts'
import { KafkaError } from './kafka-error.ts'
import type { KafkaMemory } from './memory.ts'

/** A partition that is read, and how far it is. */
export interface Partition {
  readonly topic: KafkaTopic
  readonly id: string
  readonly handle: string
  readonly partition: number
  readonly node: number
  /** First offset that is not in the log. */
  next: number
  /** Behind the newest record; null until it is known. */
  end: number | null
}

/** The topics of a feed as the cluster has them now. */
export type Views = ReadonlyMap<KafkaTopic, TopicView | null>

export async function lookAt(broker: Broker, feed: KafkaFeed): Promise<Views> {
  const views = new Map<KafkaTopic, TopicView | null>()
  for (const topic of feed.topics) views.set(topic, await broker.look(topic.topic))
  return views
}

/** Equal as long as everything is where it was. */
export function signatureOf(views: Views): string {
  return JSON.stringify([...views].map(([{ topic }, view]) => [topic, view]))
}

export interface LayoutDeps {
  readonly broker: Broker
  readonly memory: KafkaMemory
  readonly origins: readonly Origin[]
  /** Which feed reads a topic, by the topic's id: two would not know of each other's progress. */
  readonly claims: Map<string, string>
  readonly feedName: string
  /** Told of a topic that is another one than before. */
  readonly onRecreated: (topic: string) => void
}

/** Where each partition goes on: behind the last record of it that is durable, and where there is none at its beginning. */
export async function layOut(views: Views, deps: LayoutDeps): Promise<Partition[]> {
  const partitions: Partition[] = []
  for (const [topic, view] of views)
    if (view !== null) partitions.push(...(await partitionsOf(topic, view, deps)))
  return partitions
}

async function partitionsOf(topic: KafkaTopic, view: TopicView, deps: LayoutDeps): Promise<Partition[]> {
  const { memory, claims, feedName } = deps
  const { id, handle } = view
  const claimant = claims.get(id)
  if (claimant !== undefined && claimant !== feedName)
    throw new KafkaError(`the topic ${topic.topic} is read by the feed ${claimant} already; name it once`)
  claims.set(id, feedName)
  if (memory.idOf(topic.topic) !== null && memory.idOf(topic.topic) !== id) deps.onRecreated(topic.topic)
  const next = await nextOffsets(topic, view, deps)
  return view.partitions.map(({ partition, node }) => ({
    topic,
    id,
    handle,
    partition,
    node,
    next: next.get(partition) ?? 0,
    end: null,
  }))
}

async function nextOffsets(
  { topic, begin }: KafkaTopic,
  { id, partitions }: TopicView,
  { broker, memory, origins }: LayoutDeps,
): Promise<ReadonlyMap<number, number>> {
  const isKnown = memory.idOf(topic) === id
  const next = new Map<number, number>()
  for (const { partition } of partitions) {
    const durable = origins.find(origin => origin.topic === id && origin.partition === partition)?.next
    const at = durable ?? (isKnown ? memory.startOf(topic, partition) : null)
    if (at !== null) next.set(partition, isKnown ? memory.beyond(topic, partition, at) : at)
  }
  const fresh = partitions.map(({ partition }) => partition).filter(partition => !next.has(partition))
  // What came to a partition before it was known here is read too: only a whole topic may begin at its end.
  const bounds = fresh.length > 0 ? await broker.bounds(topic, fresh) : new Map<number, never>()
  const isFromEnd = begin === 'latest' && !isKnown && next.size === 0
  const starts = new Map<number, number>()
  for (const [partition, { first, end }] of bounds) starts.set(partition, isFromEnd ? end : first)
  if (!isKnown || starts.size > 0) await memory.begin(topic, id, starts)
  return new Map([...next, ...starts])
}
