import { expect, it } from 'vitest'
import { keptOf, lossFault } from '../../../../src/app/datasets/judge/loss.ts'

const known = (id: number, isWithdrawn = false) =>
  [JSON.stringify([id]), { record: { id }, version: '', isWithdrawn, isRenewed: false }] as const

it('what is left of a dataset is counted by its ids, each once, without what was withdrawn before', () => {
  const before = new Map([known(1), known(2), known(3), known(4, true)])
  const kept = keptOf([{ id: 1 }, { id: 1 }, { id: 4 }, { id: 5 }], before, ['id'])
  expect(kept).toEqual({ before: 3, now: 3, kept: 1 })
  expect(lossFault(kept, { job: 'shows', shown: 'a/b', maxWithdrawnShare: 0.5 })).toMatch(
    /^a\/b: it had 3 records and has 3 now, 1 of them as before, so that 2 would be withdrawn, more than maxWithdrawnShare: 0\.5/,
  )
})
