import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { AppendError } from '../../../src/core/errors.ts'
import type { Append } from '../../../src/core/log.ts'
import { linesOfJson } from '../../../src/core/text/message-lines.ts'
import type { MqttFeed } from '../../../src/sources/mqtt/feed.ts'
import { MqttMemory } from '../../../src/sources/mqtt/memory.ts'
import { MqttError } from '../../../src/sources/mqtt/mqtt-error.ts'
import type { Incoming, MqttLink } from '../../../src/sources/mqtt/link.ts'
import { MqttReader } from '../../../src/sources/mqtt/reader.ts'
import { topicPattern } from '../../../src/sources/mqtt/topic-pattern.ts'

const folder = mkdtempSync(join(tmpdir(), 'arterial-mqtt-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

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

/** A broker in memory: what is not acknowledged comes again with the next session. When it has nothing more, it is over. */
function fakeBroker(messages: Incoming[], wasKept = true, refusal: string | null = null) {
  const over = new AbortController()
  const remembered = Promise.withResolvers<undefined>()
  const acknowledged: (number | null)[] = []
  const asked: string[] = []
  const connect = (): Promise<MqttLink> => {
    let sent = 0
    return Promise.resolve({
      ...{ wasKept, ended: null },
      subscribe: filters => {
        asked.push(...filters.map(one => `+${one}`))
        return Promise.resolve(filters.map(() => refusal))
      },
      unsubscribe: filters => Promise.resolve(void asked.push(...filters.map(one => `-${one}`))),
      take: async () => {
        const open = messages.filter(({ id }) => !acknowledged.includes(id)).slice(sent, sent + 2)
        sent += open.length
        if (open.length === 0) {
          await remembered.promise
          over.abort()
        }
        return open
      },
      acknowledge: taken => {
        sent -= taken.length
        acknowledged.push(...taken.map(({ id }) => id))
      },
      close: () => Promise.resolve(),
    } satisfies MqttLink)
  }
  return { connect, acknowledged, asked, over: over.signal, remembered }
}

async function reader(
  broker: ReturnType<typeof fakeBroker>,
  append: (batch: Append) => Promise<void>,
  closed: () => string | null = () => null,
) {
  const notices: string[] = []
  const memory = await MqttMemory.open(join(folder, 'mqtt', 'field.json'))
  const reading = new MqttReader({
    ...{ feed, memory, maxLineBytes: 1000, now: () => 1_760_000_000_000, closed },
    connect: broker.connect,
    log: { append: async batch => (await append(batch), { position: 0, count: batch.count }) },
    keepLong: () => Promise.reject(new Error('nothing is long')),
    sleep: (ms, signal) => {
      if (ms < 60_000 || signal.aborted) return Promise.resolve()
      // It looks after the session again in a minute: it has asked for everything.
      broker.remembered.resolve(undefined)
      return new Promise(done => signal.addEventListener('abort', () => done()))
    },
    onChange: () => undefined,
    onNotice: text => notices.push(text),
  })
  return { reading, notices, memory }
}

describe('a reader of a broker', () => {
  it('acknowledges what is durable, in order, and what failed comes again', async () => {
    const broker = fakeBroker([message(1), message(2), message(3)])
    const seen: string[] = []
    let isFirst = true
    const { reading } = await reader(broker, ({ lines }) => {
      expect(broker.acknowledged).toEqual(seen.length === 0 ? [] : [1, 2])
      if (isFirst) {
        isFirst = false
        return Promise.reject(new AppendError('the disk is full'))
      }
      seen.push(lines.toString())
      return Promise.resolve()
    })
    await reading.run(broker.over)
    expect(seen).toEqual(['{"id":1}\n{"id":2}\n', '{"id":3}\n'])
    expect(broker.acknowledged).toEqual([1, 2, 3])
    expect(reading.state).toMatchObject({ state: 'stopped', topics: [{ messages: 3, records: 3 }] })
  })

  it('takes what came whole before the broker was gone, though it answers nothing any more', async () => {
    const over = new AbortController()
    const gone = new MqttError('the broker closed the connection')
    const queue = [message(1), message(2), message(3)]
    let isGone = false
    const link: MqttLink = {
      wasKept: true,
      get ended() {
        return isGone ? gone : null
      },
      // The question fails while messages wait to be taken.
      subscribe: () => {
        isGone = true
        return Promise.reject(gone)
      },
      unsubscribe: () => Promise.resolve(),
      take: async signal => {
        while (!isGone && !signal.aborted) await new Promise(setImmediate)
        const next = queue.shift()
        if (next !== undefined) return [next]
        over.abort()
        throw gone
      },
      acknowledge: () => undefined,
      close: () => Promise.resolve(),
    }
    const broker = { ...fakeBroker([]), connect: () => Promise.resolve(link) }
    const seen: string[] = []
    const { reading } = await reader(broker, ({ lines }) => Promise.resolve(void seen.push(lines.toString())))
    await reading.run(over.signal)
    expect(seen).toEqual(['{"id":1}\n', '{"id":2}\n', '{"id":3}\n'])
  })

  it('tells where the broker forgot the session, and cancels what is not wanted any more', async () => {
    const place = { broker: 'broker:1883', clientId: 'arterial-field' }
    const before = await MqttMemory.open(join(folder, 'mqtt', 'field.json'))
    await before.keep({ ...place, filters: ['old/#', 'city/#'], seenAtMs: 1_750_000_000_000 })
    const kept = fakeBroker([])
    await (await reader(kept, () => Promise.resolve())).reading.run(kept.over)
    expect(kept.asked).toEqual(['-old/#', '+city/#'])
    const forgetful = fakeBroker([], false)
    const { reading, notices, memory } = await reader(forgetful, () => Promise.resolve())
    await reading.run(forgetful.over)
    expect(notices).toHaveLength(1)
    expect(memory.lost).toEqual([{ sinceMs: 1_760_000_000_000, untilMs: 1_760_000_000_000 }])
    expect(forgetful.asked).toEqual(['+city/#'])
  })

  it('says which topic the broker refuses', async () => {
    const broker = fakeBroker([], true, 'the user is not allowed to')
    const { reading } = await reader(broker, () => Promise.resolve())
    await reading.run(broker.over)
    expect(reading.state.topics).toMatchObject([{ state: 'refused', reason: 'the user is not allowed to' }])
  })

  it('takes and acknowledges nothing while there is no room, and says why it waits', async () => {
    const broker = fakeBroker([message(1)])
    const seen: string[] = []
    let looks = 0
    const { reading } = await reader(
      broker,
      () => Promise.resolve(void seen.push(reading.state.state)),
      () => {
        if (looks++ === 2) seen.push(`${reading.state.state}: ${reading.state.message ?? ''}`)
        if (looks <= 3) expect(broker.acknowledged).toEqual([])
        return looks <= 3 ? 'the disk is nearly full' : null
      },
    )
    await reading.run(broker.over)
    expect(seen).toEqual(['waiting: the disk is nearly full', 'reading'])
    expect(broker.acknowledged).toEqual([1])
  })
})
