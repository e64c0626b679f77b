import { describe, expect, it } from 'vitest'
import { BatchSize, isBacklog } from '../../../src/lake/load/batch-size.ts'

function batches(records: number): number[] {
  const size = new BatchSize()
  const sizes: number[] = []
  for (let left = records; left > 0; left -= sizes.at(-1) ?? 0) sizes.push(Math.min(left, size.next(left)))
  return sizes
}

describe('BatchSize', () => {
  it('grows with the backlog and shrinks with it', () => {
    expect(batches(2_000_000)).toEqual([
      100_000, 200_000, 400_000, 400_000, 400_000, 250_000, 125_000, 125_000,
    ])
  })

  it('takes what there is where there is no backlog', () => {
    expect(batches(4000)).toEqual([4000])
    expect(isBacklog(4000)).toBe(false)
    expect(batches(149_999)).toEqual([100_000, 49_999])
  })

  it('begins anew after a backlog', () => {
    const size = new BatchSize()
    for (let i = 0; i < 5; i++) size.next(10_000_000)
    expect(size.next(10_000_000)).toBe(400_000)
    size.reset()
    expect(size.next(10_000_000)).toBe(100_000)
  })
})
