import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/core/stream/index.ts'
import type { Field, Stream } from '../../../src/core/stream/index.ts'
import { RowMaker } from '../../../src/lake/streams/rows.ts'
import type { Cell } from '../../../src/lake/streams/parse-record.ts'
import { streams } from './sample/index.ts'

const calls = streams.find(({ name }) => name === 'calls')
if (calls === undefined) throw new Error('no calls')

function row(stream: Stream, cells: readonly Cell[]) {
  return new RowMaker(stream, columnsOf(stream.fields)).row(cells, 0, 0, 'test')
}

describe('what a record says', () => {
  const added: Field = { type: 'texts', maxChars: 8, maxItems: 2, says: 'Added later' }
  const later: Stream = {
    ...calls,
    fields: { tags: added, ...calls.fields, note: { type: 'flag', says: 'Too' } },
  }

  it('is the same when a field is added that it does not have', () => {
    const before = row(calls, [1000, 'fire', 1, null, null])
    const after = row(later, [[], 1000, 'fire', 1, null, null, null])
    expect(after.content).toBe(before.content)
    expect(after.once).toBe(before.once)
  })

  it('is another with another value, or the same value in another field', () => {
    const one = row(calls, [1000, 'fire', 1, null, null]).content
    expect(row(calls, [1000, 'fire', null, 1, null]).content).not.toBe(one)
    expect(row(calls, [1000, 'fire', 2, null, null]).content).not.toBe(one)
    expect(row(later, [['x'], 1000, 'fire', 1, null, null, null]).content).not.toBe(one)
  })
})
