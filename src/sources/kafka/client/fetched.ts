import type { Consumer } from '@platformatic/kafka'
import type { Got, Message, Want } from '../broker.ts'
import { KafkaError } from '../kafka-error.ts'

export type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>
type Partition = FetchResponse['responses'][number]['partitions'][number]
type Batch = NonNullable<Partition['records']>[number]

const TRANSACTIONAL = 0x10
const CONTROL = 0x20
/** The key of a control record: a version, then 0 where it ends a transaction that is to be forgotten. */
const ABORT = 0
const OUT_OF_RANGE = 1
/** Errors after which the topic is asked for anew: it moved, or is another one now. By Kafka's protocol guide. */
const MOVED: ReadonlySet<number> = new Set([3, 5, 6, 9, 74, 75, 76, 100, 103])

/** What a broker's answer holds of what was asked for; a partition with nothing new may be absent. @throws {KafkaError} */
export function gotOf(response: FetchResponse, wants: readonly Want[]): Got[] {
  return response.responses.flatMap(({ topicId, partitions }) =>
    partitions.flatMap(partition => {
      const want = wants.find(one => one.handle === topicId && one.partition === partition.partitionIndex)
      return want === undefined ? [] : [gotOfPartition(partition, want)]
    }),
  )
}

function gotOfPartition(partition: Partition, { topic, next: wanted }: Want): Got {
  const { partitionIndex, errorCode, records: batches } = partition
  const fault = faultOf(errorCode, topic, partitionIndex)
  const messages: Message[] = []
  let next = wanted
  for (const batch of fault === null ? standing(batches ?? [], partition.abortedTransactions ?? []) : []) {
    const first = Number(batch.firstOffset)
    if (!batch.isGone) {
      for (const { offsetDelta, value } of batch.records) {
        // A batch is sent whole, also where only its end was asked for.
        if (first + offsetDelta >= next) messages.push({ offset: first + offsetDelta, value: value ?? null })
      }
    }
    next = Math.max(next, first + batch.lastOffsetDelta + 1)
  }
  const end = Number(partition.lastStableOffset)
  return { topic, partition: partitionIndex, messages, next, end: Math.max(end, next), fault }
}

function faultOf(errorCode: number, topic: string, partition: number): Got['fault'] {
  if (errorCode === 0) return null
  if (errorCode === OUT_OF_RANGE) return 'out_of_range'
  if (MOVED.has(errorCode)) return 'moved'
  throw new KafkaError(`${topic}/${partition}: the broker answers with error ${errorCode}`)
}

type Standing = Batch & { readonly isGone: boolean }

/** Batches in order; gone are marks of transactions, and what was written in one that was given up. */
function standing(
  batches: readonly Batch[],
  aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[],
): Standing[] {
  const coming = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset))
  const open = new Set<bigint>()
  return batches.map(batch => {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta)
    while (coming[0] !== undefined && coming[0].firstOffset <= last) {
      const begun = coming.shift()
      if (begun !== undefined) open.add(begun.producerId)
    }
    if ((batch.attributes & CONTROL) !== 0) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT) open.delete(batch.producerId)
      return { ...batch, isGone: true }
    }
    return { ...batch, isGone: (batch.attributes & TRANSACTIONAL) !== 0 && open.has(batch.producerId) }
  })
}
