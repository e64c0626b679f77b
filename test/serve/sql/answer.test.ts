import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { answerOf, HeldBytes, type SqlFormat } from '../../../src/serve/sql/answer.ts'
import { holdDuring } from '../hold.ts'

const bounds = {
  maxRows: 1e9,
  maxRowBytes: 2 ** 20,
  maxBytes: 64 * 2 ** 20,
  tooLarge: () => new Error('too large'),
}
const answer = (from: Readable, format: SqlFormat, over: Partial<typeof bounds> = {}, room = 1e9) =>
  answerOf(from, format, { ...bounds, ...over }, new HeldBytes(room))
const rows = (lines: Iterable<string>) =>
  Readable.from(
    (function* () {
      for (const line of lines) yield Buffer.from(line)
    })(),
    { objectMode: false },
  )
const head = '["n"]\n["UInt64"]\n'
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => `[${i}, "${'x'.repeat(90)}"]\n`).join('')

describe('answerOf', () => {
  it('knows before the first byte goes out whether it is cut', async () => {
    const cut = await answer(rows([head, '[1]\n[2]\n']), 'json', { maxRows: 1 })
    expect(cut.truncated()).toBe(true)
    expect(JSON.parse(await text(cut.body))).toMatchObject({ rows: [[1]], truncated: true })
    expect((await answer(rows([head, '[1]\n']), 'json')).truncated()).toBe(false)
  })

  it('knows it at its end where memory is short', async () => {
    const large = await answer(rows([head, many(60_000)]), 'json', {}, 1e6)
    expect(large.truncated()).toBeNull()
    expect((await buffer(large.body)).length).toBeGreaterThan(5e6)
    expect(large.truncated()).toBe(false)
  })

  it('gives the memory back, however it ends', async () => {
    const memory = new HeldBytes(8e6)
    const take = () => answerOf(rows([head, many(60_000)]), 'json', bounds, memory)
    await buffer((await take()).body)
    ;(await take()).body.destroy()
    await turn()
    await expect(answerOf(Readable.from(broken(60_000)), 'json', bounds, memory)).rejects.toThrow('gone')
    expect((await take()).truncated()).toBe(false)
    expect(memory.take(8e6)).toBe(false)
  })

  const turn = () => new Promise(resolve => setTimeout(resolve, 50))
  const broken = function* (count: number) {
    yield Buffer.from(head)
    yield Buffer.from(many(count))
    throw new Error('the engine has gone')
  }

  it('fails with a reason while nothing has gone out, and breaks off afterwards', async () => {
    await expect(answer(Readable.from(broken(5)), 'json')).rejects.toThrow('gone')
    const late = await answer(Readable.from(broken(60_000)), 'json', {}, 1e6)
    await expect(buffer(late.body)).rejects.toThrow('gone')
    expect(late.truncated()).toBeNull()
  })

  it('takes no more from the engine than there is room for', async () => {
    const part = Buffer.from(many(10_000))
    let taken = 0
    const endless = function* () {
      yield Buffer.from(head)
      for (;;) {
        taken += part.length
        yield part
      }
    }
    const engine = Readable.from(endless(), { highWaterMark: 1 })
    const endlessly = await answer(engine, 'json', {}, 3e6)
    await turn()
    expect(taken).toBeLessThan(10e6)
    endlessly.body.destroy()
    await expect.poll(() => engine.destroyed).toBe(true)
  })

  it('ends beyond its bytes', async () => {
    await expect(answer(rows([head, many(60_000)]), 'json', { maxBytes: 1_000_000 })).rejects.toThrow(
      'too large',
    )
  })

  it.each(['json', 'ndjson', 'csv'] as const)(
    'passes 50 MB of %s on without holding the main thread',
    async format => {
      const part = Buffer.from(
        format === 'ndjson' ? many(20_000).replaceAll(/\[(.*?), (.*)\]/g, '{"n":$1,"s":$2}') : many(20_000),
      )
      const parts = function* () {
        if (format !== 'ndjson') yield Buffer.from(head)
        // As one large part each: a reader may hand over an answer as a whole.
        for (let i = 0; i < 25; i++) yield part
      }
      const { turnMs } = await holdDuring(async () => {
        const whole = await answer(Readable.from(parts()), format)
        let bytes = 0
        for await (const piece of whole.body) bytes += (piece as Buffer).length
        expect(bytes).toBeGreaterThan(50e6)
      })
      expect(turnMs).toBeLessThan(50)
    },
  )
})
