import { describe, expect, it } from 'vitest'
import { linesOfJson, withFields } from '../../../src/core/text/message-lines.ts'
import type { MqttTopic } from '../../../src/sources/mqtt/feed.ts'
import { takeMessages } from '../../../src/sources/mqtt/message-appends.ts'
import { topicPattern } from '../../../src/sources/mqtt/topic-pattern.ts'

const topic = (text: string, kind: string): MqttTopic => ({
  pattern: topicPattern(text),
  ...{ stream: kind, kind, intervalS: null, isMapped: kind === 'reading' },
  read: (value, fields) => withFields(linesOfJson(value), fields),
})
const topics = [topic('city/{sensor_id}/speed', 'reading'), topic('weather/#', 'weather')]
const options = {
  ...{ topics, arrivedAtMs: 1_760_000_000_000, maxLineBytes: 60 },
  keepLong: () => Promise.resolve(Buffer.from('{"file":"x"}\n')),
}
const message = (name: string, payload: string, more = {}) => ({
  ...{ topic: name, payload: Buffer.from(payload), id: 1, isRepeated: false, tooLong: null },
  ...more,
})

describe('the appends of messages', () => {
  it('are one for each topic of the settings, in order, with what its levels say', async () => {
    const { appends, topics: taken } = await takeMessages(
      [
        message('city/a/speed', '{"n":1}'),
        message('weather/x', '{"t":2}'),
        message('city/b/speed', '[{},{"n":2}]', { isRepeated: true, id: null }),
      ],
      options,
    )
    expect(appends.map(({ kind, source, lines, count }) => [kind, source, lines.toString(), count])).toEqual([
      [
        'reading',
        'mqtt:city/{sensor_id}/speed',
        '{"sensor_id":"a","n":1}\n{"sensor_id":"b"}\n{"sensor_id":"b","n":2}\n',
        3,
      ],
      ['weather', 'mqtt:weather/#', '{"t":2}\n', 1],
    ])
    expect([...taken.values()]).toMatchObject([
      { messages: 2, records: 3, repeated: 1, unacknowledged: 1 },
      { messages: 1, records: 1 },
    ])
  })

  it('have what says no record by itself, with its own topic', async () => {
    const { appends, topics: taken } = await takeMessages(
      [
        message('city/a/speed', '{"n":1}'),
        message('city/b\n/speed', ''),
        message('city/c/speed', '{"sensor_id":"d"}'),
      ],
      options,
    )
    expect(appends.map(({ source, lines }) => [source, lines.toString()])).toEqual([
      ['mqtt:city/{sensor_id}/speed', '{"sensor_id":"a","n":1}\n'],
      ['mqtt:city/b\\u000a/speed', '""\n'],
      ['mqtt:city/c/speed', '"{\\"sensor_id\\":\\"d\\"}"\n'],
    ])
    expect([...taken.values()][0]?.refused).toEqual([
      { topic: 'city/b\n/speed', reason: 'empty' },
      { topic: 'city/c/speed', reason: 'sensor_id is "d", but its topic says "c"' },
    ])
  })

  it('keep a long message elsewhere, and name one that is longer than any', async () => {
    const { appends } = await takeMessages(
      [
        message('city/a/speed', `{"a":"${'x'.repeat(60)}"}`),
        message('city/a/speed', '', { tooLong: 300_000_000 }),
      ],
      options,
    )
    expect(appends.map(({ kind, lines }) => [kind, lines.toString()])).toEqual([
      ['oversize', '{"file":"x"}\n'],
      ['reading', '"a message of 300000000 bytes, which was not kept"\n'],
    ])
  })

  it('have nothing of a topic that nobody asks for', async () => {
    expect(await takeMessages([message('other', '{}')], options)).toMatchObject({ appends: [], strangers: 1 })
  })
})
