import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { linesOfJson } from '../../../src/core/text/message-lines.ts'
import type { Broker } from '../../../src/sources/kafka/broker.ts'
import { KafkaMemory } from '../../../src/sources/kafka/memory.ts'
import { KafkaReader } from '../../../src/sources/kafka/reader.ts'

const FAILURES = 3

/** A cluster of one topic without records, which cannot be reached at first. */
function lateCluster(): () => Broker {
  let refusals = 0
  return () => ({
    look: () =>
      refusals++ < FAILURES
        ? Promise.reject(new Error('connect ECONNREFUSED'))
        : Promise.resolve({ id: 'T', handle: 'T', partitions: [{ partition: 0, node: 1 }] }),
    bounds: () => Promise.resolve(new Map([[0, { first: 0, end: 0 }]])),
    fetch: () => wait(1, []),
    show: () => Promise.resolve(),
    close: () => Promise.resolve(),
  })
}

it('tells when what could not be read is read again', async () => {
  const over = new AbortController()
  const told: string[] = []
  const connection = { brokers: ['b:9092'], tls: 'off', ca: null, user: null, password: null } as const
  const topic = { topic: 't', stream: 'readings', begin: 'latest', kind: 'reading', intervalS: null } as const
  const reader: KafkaReader = new KafkaReader({
    feed: {
      ...{ name: 'city', group: null, topics: [{ ...topic, isMapped: false, read: linesOfJson }] },
      connection: { ...connection, mechanism: 'PLAIN' },
    },
    memory: KafkaMemory.passing(),
    log: { append: () => Promise.reject(new Error('nothing comes')) },
    ...{ maxLineBytes: 1024, claims: new Map<string, string>(), origins: () => [], now: () => 0 },
    connect: lateCluster(),
    onChange: () => told.push(`${reader.state.state} ${reader.failures}`),
    onNotice: () => undefined,
    keepLong: () => Promise.reject(new Error('nothing is long')),
    closed: () => null,
    sleep: (_ms, signal) => wait(1, undefined, { signal }).catch(() => undefined),
  })
  const running = reader.run(over.signal)
  await expect.poll(() => told.at(-1), { timeout: 300_000 }).toBe('reading 0')
  expect(told).toContain(`failing ${FAILURES}`)
  over.abort()
  await running
})
