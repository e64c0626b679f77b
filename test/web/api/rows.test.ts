import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { instant, maybeJson, maybeNumber, maybeText, rowsOf, texts } from '../../../web/src/api/rows.ts'

describe('columns of a list', () => {
  const Row = z.object({ at: instant, text: maybeText, number: maybeNumber, many: texts, deep: maybeJson })

  it('may be absent or null, and unknown ones are passed over', () => {
    const { items } = rowsOf(Row).parse({
      items: [{ at: '2026-03-03T17:00:00.000Z', text: null, novelty: 1 }],
      next: null,
    })
    expect(items).toEqual([{ at: Date.UTC(2026, 2, 3, 17), text: null, number: null, many: [], deep: null }])
  })

  it('hold JSON as text or as it is; broken JSON is nothing', () => {
    expect(maybeJson.parse('{"type":"Point"}')).toEqual({ type: 'Point' })
    expect(maybeJson.parse({ type: 'Point' })).toEqual({ type: 'Point' })
    expect(maybeJson.parse('{"type":')).toBeNull()
  })

  it('refuse an instant that is none', () => {
    expect(Row.safeParse({ at: 'yesterday' }).success).toBe(false)
  })
})
