import { describe, expect, it } from 'vitest'
import { linesOfJson } from '../../../src/core/text/message-lines.ts'
import { takeMessages } from '../../../src/sources/kafka/partition-appends.ts'

const reading = { topic: 'roads', kind: 'reading', intervalS: null, isMapped: false, read: linesOfJson }
const options = {
  reading,
  origin: { topic: 'id', partition: 3, from: 5, next: 12 },
  arrivedAtMs: 1_760_000_000_000,
  maxLineBytes: 60,
  keepLong: () => Promise.resolve(Buffer.from('{"file":"x"}\n')),
}
const message = (offset: number, value: string | null) => ({
  offset,
  value: value === null ? null : Buffer.from(value),
})

describe('the appends of a partition’s messages', () => {
  it('bear offsets without a gap, up to where reading goes on', async () => {
    const { appends, records, refused } = await takeMessages(
      [message(6, '{"a":1}'), message(7, '[{"a":2},{"a":3}]'), message(8, 'no'), message(10, '{"a":4}')],
      options,
    )
    expect(appends.map(({ source, count, origin }) => [source, count, origin?.from, origin?.next])).toEqual([
      ['kafka:roads', 3, 5, 8],
      ['kafka:roads/3@8', 1, 8, 9],
      ['kafka:roads', 1, 9, 12],
    ])
    expect([records, refused]).toEqual([4, [{ offset: 8, reason: 'no JSON' }]])
  })

  it('keep a message that is too long elsewhere, whole', async () => {
    const { appends } = await takeMessages([message(5, `{"a":"${'x'.repeat(60)}"}`)], options)
    expect(appends).toMatchObject([{ kind: 'oversize', count: 1, origin: { from: 5, next: 6 } }])
  })

  it('are none where messages hold no records', async () => {
    expect((await takeMessages([message(5, '[]')], options)).appends).toEqual([])
  })
})
