import { describe, expect, it } from 'vitest'
import type { Append } from '../../../src/core/log.ts'
import type { TopicMessage } from '../../../src/outputs/kafka/producer.ts'
import { TopicLog } from '../../../src/outputs/kafka/topic-log.ts'

const topics = new Map([
  ['reading', { topic: 'traffic', key: 'sensor_id' }],
  ['weather', { topic: 'sky', key: 'station_id' }],
])

/** Topics whose requests are answered by hand, in order. */
function brokers() {
  const requests: { topic: string; values: string[]; answer: (error?: Error) => void }[] = []
  const told: string[] = []
  const log = new TopicLog({
    topics,
    writerOf: () => ({
      send: (topic: string, messages: readonly TopicMessage[]) =>
        new Promise((resolve, reject) => {
          const values = messages.map(({ value }) => value.toString())
          requests.push({
            topic,
            values,
            answer: error => {
              if (error === undefined) resolve()
              else reject(error)
            },
          })
        }),
      close: () => Promise.resolve(),
    }),
    onSent: (topic, messages, error) => told.push(`${topic} ${messages} ${error?.message ?? 'well'}`),
  })
  return { log, requests, told }
}

const lines = (kind: string, ...texts: readonly string[]): Append => ({
  ...{ kind, source: 'http', arrivedAtMs: 0, intervalS: null, count: texts.length },
  lines: Buffer.from(texts.map(text => `${text}\n`).join('')),
})

/** What came of appends by now. */
function outcomes(appends: readonly Promise<{ position: number; count: number }>[]) {
  return Promise.allSettled(appends).then(all =>
    all.map(one => (one.status === 'fulfilled' ? one.value : String(one.reason))),
  )
}

describe('a log of topics', () => {
  it('sends what comes during a request together, and resolves once the brokers have it', async () => {
    const { log, requests, told } = brokers()
    const appends = [log.append(lines('reading', '1', '2')), log.append(lines('reading', '3'))]
    appends.push(log.append(lines('reading', '4')))
    expect(requests.map(({ values }) => values)).toEqual([['1', '2']])
    expect(log.waiting).toBe(4)
    requests[0]?.answer()
    await appends[0]
    await expect.poll(() => requests[1]?.values, { timeout: 300_000 }).toEqual(['3', '4'])
    requests[1]?.answer()
    expect(await outcomes(appends)).toEqual([
      { position: 0, count: 2 },
      { position: 2, count: 1 },
      { position: 3, count: 1 },
    ])
    expect([log.waiting, told]).toEqual([0, ['traffic 2 well', 'traffic 2 well']])
  })

  it('fails with a request all that waits behind it, and goes on with what comes then', async () => {
    const { log, requests } = brokers()
    const appends = ['1', '2', '3'].map(text => log.append(lines('reading', text)))
    requests[0]?.answer(new Error('no broker'))
    const failed = 'AppendError: the brokers did not take them for traffic: no broker'
    expect(await outcomes(appends)).toEqual([failed, failed, failed])
    const after = log.append(lines('reading', '4'))
    expect(requests.map(({ values }) => values)).toEqual([['1'], ['4']])
    requests[1]?.answer()
    expect(await after).toEqual({ position: 3, count: 1 })
  })

  it('holds up no topic for another', async () => {
    const { log, requests } = brokers()
    const held = log.append(lines('reading', '1'))
    const other = log.append(lines('weather', '{"station_id":"S"}'))
    expect(requests.map(({ topic }) => topic)).toEqual(['traffic', 'sky'])
    requests[1]?.answer()
    expect(await other).toEqual({ position: 1, count: 1 })
    requests[0]?.answer(new Error('away'))
    expect(await outcomes([held])).toEqual(['AppendError: the brokers did not take them for traffic: away'])
  })

  it('says what to do about what the brokers say, where that is known', async () => {
    const { log, requests } = brokers()
    const refused = log.append(lines('reading', '1'))
    requests[0]?.answer(new Error('Unknown topic traffic.'))
    expect(await outcomes([refused])).toEqual([expect.stringContaining('make it in the cluster')])
  })

  it('says of a line that was too long what is known of it, to the topic of its stream', async () => {
    const { log, requests } = brokers()
    const record = '{"head":"{\\"a\\"","bytes":9,"stream":"weather"}'
    const ofReadings = '{"head":"x","bytes":9}'
    void log.append(lines('oversize', record))
    void log.append(lines('oversize', ofReadings))
    expect(requests.map(({ topic, values }) => [topic, values])).toEqual([
      ['sky', [JSON.stringify(record)]],
      ['traffic', [JSON.stringify(ofReadings)]],
    ])
    expect(await outcomes([log.append(lines('venues', '{}'))])).toEqual([
      'AppendError: no topic is named for venues',
    ])
  })
})
