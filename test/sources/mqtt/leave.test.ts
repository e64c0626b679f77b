import { expect, it } from 'vitest'
import { linesOfJson } from '../../../src/core/text/message-lines.ts'
import type { MqttFeed } from '../../../src/sources/mqtt/feed.ts'
import { leaveBroker } from '../../../src/sources/mqtt/leave.ts'
import type { Incoming, MqttLink } from '../../../src/sources/mqtt/link.ts'
import { topicPattern } from '../../../src/sources/mqtt/topic-pattern.ts'

const feed: MqttFeed = {
  name: 'field',
  connection: {
    ...{ host: 'broker', port: 1883, tls: 'off', ca: null, user: null, password: null },
    ...{ webSocketPath: null, identity: null },
    ...{ version: '5', clientId: 'arterial-field', sessionS: 3600 },
  },
  topics: [
    {
      ...{ stream: 'readings', kind: 'reading', intervalS: null, isMapped: false },
      pattern: topicPattern('city/#'),
      read: linesOfJson,
    },
  ],
}
const message = (id: number): Incoming => ({
  ...{ topic: 'city/a', payload: Buffer.from(`{"id":${id}}`), id, isRepeated: false, tooLong: null },
})

it('has a slow broker forget the session only when it has answered with nothing before the answer and nothing after it', async () => {
  // What each wait for messages brings: it is quiet for a while although there is more.
  const script: Incoming[][] = [[], [message(1), message(2)], [], [], [message(3)], [], [], [], [message(4)]]
  const happened: string[] = []
  const link = {
    ...{ wasKept: true, ended: null },
    subscribe: () => Promise.reject(new Error('nothing is subscribed to')),
    unsubscribe: () => Promise.resolve(void happened.push('unsubscribed')),
    take: () => Promise.resolve(script.shift() ?? []),
    acknowledge: taken => void happened.push(...taken.map(({ id }) => `acknowledged ${id}`)),
    close: () => Promise.resolve(void happened.push('closed')),
  } satisfies MqttLink
  const lines: string[] = []
  const count = await leaveBroker({
    ...{ feed, maxLineBytes: 1000, now: () => 1_760_000_000_000 },
    connect: ({ sessionS }) => Promise.resolve((happened.push(`session ${sessionS}`), link)),
    keepLong: () => Promise.reject(new Error('nothing is long')),
    log: {
      append: batch => (
        lines.push(batch.lines.toString()),
        Promise.resolve({ position: 0, count: batch.count })
      ),
    },
  })
  expect(count).toBe(3)
  expect(lines).toEqual(['{"id":1}\n{"id":2}\n', '{"id":3}\n'])
  expect(happened).toEqual([
    'session 3600',
    'unsubscribed',
    ...['acknowledged 1', 'acknowledged 2'],
    'unsubscribed',
    'acknowledged 3',
    'unsubscribed',
    ...['closed', 'session 0', 'closed'],
  ])
})
