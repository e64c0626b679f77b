import { describe, expect, it } from 'vitest'
import { AppendError } from '../../../src/core/errors.ts'
import { TopicSink } from '../../../src/outputs/kafka/topic-sink.ts'

/** A table whose rows are the positions themselves, of which a question answers three. */
function table(size: number) {
  return {
    visible: () => size,
    read: (from: number, upto: number) => {
      const next = Math.min(from + 3, upto)
      const rows = Array.from({ length: next - from }, (_, i) => ({ key: String(from + i), value: '{}' }))
      return Promise.resolve({ rows, next })
    },
  }
}

function sink(place: number | null, size: number, fails: (attempt: number) => boolean) {
  const over = new AbortController()
  const [sent, saved, messages]: [string[], number[], (string | null)[]] = [[], [], []]
  let attempts = 0
  const writing = new TopicSink({
    rows: table(size),
    start: 4,
    place: { read: () => Promise.resolve(place), save: next => Promise.resolve(void saved.push(next)) },
    send: rows => {
      if (fails(attempts++)) return Promise.reject(new AppendError('the broker is away'))
      sent.push(rows.map(({ key }) => key).join(' '))
      return Promise.resolve()
    },
    now: () => 0,
    sleep: () => {
      // It sleeps where it is level, and where it failed.
      if (writing.next === size) over.abort()
      return Promise.resolve()
    },
    onChange: () => messages.push(writing.message),
  })
  return { writing, run: () => writing.run(over.signal), sent, saved, messages }
}

describe('a topic that gets what comes to a table', () => {
  it('goes on where it stood, and notes how far it is once the broker has the rows', async () => {
    const { run, sent, saved, writing } = sink(2, 9, () => false)
    await run()
    expect(sent).toEqual(['2 3 4', '5 6 7', '8'])
    expect(saved).toEqual([5, 8, 9])
    expect(writing.sent).toBe(7)
  })

  it('begins with what comes after its first start, however much came before its first look', async () => {
    const { run, sent, saved } = sink(null, 9, () => false)
    await run()
    expect(sent).toEqual(['4 5 6', '7 8'])
    expect(saved).toEqual([4, 7, 9])
  })

  it('sends again what the broker did not take, and says why it waits', async () => {
    const { run, sent, saved, messages } = sink(5, 9, attempt => attempt === 1)
    await run()
    expect(sent).toEqual(['5 6 7', '8'])
    expect(saved).toEqual([8, 9])
    expect(messages).toEqual(['the broker is away', null])
  })
})
