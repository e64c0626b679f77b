import type { Append, LogWriter } from '../../core/log.ts'
import type { KeepLong } from '../../core/text/message-lines.ts'
import type { Broker, Got } from './broker.ts'
import type { Hole, KafkaFeed } from './feed.ts'
import type { Partition } from './layout.ts'
import { lookAt, signatureOf } from './layout.ts'
import type { KafkaMemory } from './memory.ts'
import { takeMessages } from './partition-appends.ts'
import type { Taken } from './partition-appends.ts'

export interface SessionDeps {
  readonly feed: KafkaFeed
  readonly broker: Broker
  readonly log: LogWriter
  readonly memory: KafkaMemory
  readonly keepLong: KeepLong
  readonly maxLineBytes: number
  /** Why nothing may be taken just now; null: it may. */
  readonly closed: () => string | null
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onWait: (why: string | null) => void
  /** Told of every answer of the cluster. */
  readonly onHeard: () => void
  /** Told of what became durable. */
  readonly onTaken: (partition: Partition, messages: number, taken: Taken) => void
  readonly onHole: (hole: Hole) => void
}

const CLOSED_MS = 250
/** The group is told so often how far each partition is. */
const SHOW_MS = 5_000
/** Looks for new partitions, and for topics that are others now; a topic that is missing is looked for more often. */
const LOOK_MS = 30_000
const LOOK_MISSING_MS = 5_000

/**
 * Reads partitions into the log until the signal aborts, or they are not where they were. Of each partition one answer at a time
 * goes to the log, all of it before anything of the next: so what is durable of it has no gap, whatever fails.
 *
 * @param signature of the topics as they were looked at
 * @throws {AppError} when the cluster or the log fails; how far each partition is stands in the log then
 */
export async function readPartitions(
  partitions: readonly Partition[],
  signature: string,
  deps: SessionDeps,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController()
  const stop = () => over.abort()
  signal.addEventListener('abort', stop)
  try {
    const nodes = [...Map.groupBy(partitions, ({ node }) => node)]
    const work = [
      ...nodes.map(([node, ofNode]) => readNode(node, ofNode, deps, over.signal)),
      tend(partitions, signature, deps, over.signal),
    ]
    // The first that ends, ends all; none is left behind.
    const ended = await Promise.allSettled(work.map(one => one.finally(stop)))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Fetches from one node while what came before becomes durable. */
async function readNode(
  node: number,
  partitions: readonly Partition[],
  deps: SessionDeps,
  signal: AbortSignal,
): Promise<void> {
  const { broker, closed, sleep, onWait, onHeard } = deps
  const reached = new Map(partitions.map(one => [one, one.next]))
  let coming: Promise<readonly Got[]> | null = null
  while (!signal.aborted) {
    const why = closed()
    onWait(why)
    if (why !== null) {
      await sleep(CLOSED_MS, signal)
      continue
    }
    coming ??= fetchFrom(broker, node, reached)
    const got = await coming
    onHeard()
    if (got.some(({ fault }) => fault === 'moved')) return
    const gone = got.filter(({ fault }) => fault === 'out_of_range')
    if (gone.length > 0) return passOver(gone, partitions, deps)
    for (const { topic, partition, next } of got) {
      const one = find(partitions, topic, partition)
      if (one !== undefined) reached.set(one, next)
    }
    coming = fetchFrom(broker, node, reached)
    // Should the log fail, nobody waits for it.
    coming.catch(() => undefined)
    await take(got, partitions, deps)
  }
}

function fetchFrom(
  broker: Broker,
  node: number,
  reached: ReadonlyMap<Partition, number>,
): Promise<readonly Got[]> {
  return broker.fetch(
    node,
    [...reached].map(([{ topic, handle, partition }, next]) => ({
      topic: topic.topic,
      handle,
      partition,
      next,
    })),
  )
}

async function take(got: readonly Got[], partitions: readonly Partition[], deps: SessionDeps): Promise<void> {
  const { log, now, keepLong, maxLineBytes, memory } = deps
  const taking: { readonly one: Partition; readonly of: Got; readonly taken: Taken }[] = []
  for (const of of got) {
    const one = find(partitions, of.topic, of.partition)
    if (one === undefined) continue
    const { topic, id, partition, next: from } = one
    const taken = await takeMessages(of.messages, {
      reading: topic,
      origin: { topic: id, partition, from, next: of.next },
      arrivedAtMs: now(),
      keepLong,
      maxLineBytes,
    })
    taking.push({ one, of, taken })
  }
  // Handed over in one turn: where one of them fails, the log refuses all that come after it.
  await allDurable(
    log,
    taking.flatMap(({ taken }) => taken.appends),
  )
  for (const { one, of, taken } of taking) {
    one.next = of.next
    one.end = of.end
    deps.onTaken(one, of.messages.length, taken)
    if (taken.appends.length > 0 && memory.hasJump(of.topic, of.partition))
      await memory.landed(of.topic, of.partition)
  }
}

async function allDurable(log: LogWriter, appends: readonly Append[]): Promise<void> {
  const ended = await Promise.allSettled(appends.map(append => log.append(append)))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

/** Notes what the broker does not have any more, and where to go on. */
async function passOver(
  gone: readonly Got[],
  partitions: readonly Partition[],
  { broker, memory, now, onHole }: SessionDeps,
): Promise<void> {
  for (const { topic, partition } of gone) {
    const one = find(partitions, topic, partition)
    const bounds = (await broker.bounds(topic, [partition])).get(partition)
    if (one === undefined || bounds === undefined) continue
    const to = one.next < bounds.first ? bounds.first : bounds.end
    if (to === one.next) continue
    const hole = { topic, partition, from: one.next, to, atMs: now() }
    await memory.jump(hole)
    onHole(hole)
  }
}

/** Shows how far everything is, until something is elsewhere. */
async function tend(
  partitions: readonly Partition[],
  signature: string,
  { feed, broker, sleep }: SessionDeps,
  signal: AbortSignal,
): Promise<void> {
  const isWhole = feed.topics.every(topic => partitions.some(one => one.topic === topic))
  const lookMs = isWhole ? LOOK_MS : LOOK_MISSING_MS
  const shown = new Map<Partition, number>()
  for (let sinceLookMs = 0; !signal.aborted; sinceLookMs += SHOW_MS) {
    if (sinceLookMs >= lookMs) {
      if (signatureOf(await lookAt(broker, feed)) !== signature) return
      sinceLookMs = 0
    }
    await show(feed, broker, partitions, shown)
    await sleep(SHOW_MS, signal)
  }
}

async function show(
  { group }: KafkaFeed,
  broker: Broker,
  partitions: readonly Partition[],
  shown: Map<Partition, number>,
): Promise<void> {
  const moved = partitions.filter(one => shown.get(one) !== one.next)
  if (group === null || moved.length === 0) return
  const progress = moved.map(one => ({ topic: one.topic.topic, partition: one.partition, next: one.next }))
  const next = moved.map(one => [one, one.next] as const)
  // Nothing rests on it: an account may not even be allowed to.
  const isShown = await broker.show(group, progress).then(
    () => true,
    () => false,
  )
  if (isShown) for (const [one, at] of next) shown.set(one, at)
}

function find(partitions: readonly Partition[], topic: string, partition: number): Partition | undefined {
  return partitions.find(one => one.topic.topic === topic && one.partition === partition)
}
