import { describe, expect, it } from 'vitest'
import { isSharpLoss } from '../../../src/app/catalog/loss.ts'

const kept = (before: number, now: number, same = now) => ({ before, now, kept: same })
const accepted = { before: 1_000, now: 400, kept: 400, accepted: true }

describe('a loss of a whole dataset', () => {
  it('is sharp when more than the share that the settings bear is gone, and more than a few', () => {
    expect(isSharpLoss(kept(1_000, 500), null, 0.5)).toBe(false)
    expect(isSharpLoss(kept(1_000, 499), null, 0.5)).toBe(true)
    expect(isSharpLoss(kept(1_000, 1_000, 499), null, 0.5)).toBe(true)
    expect(isSharpLoss(kept(9, 0), null, 0.5)).toBe(false)
    expect(isSharpLoss(kept(10, 0), null, 0.5)).toBe(true)
    expect(isSharpLoss(kept(1_000, 0), null, 1)).toBe(false)
    expect(isSharpLoss(kept(0, 0), null, 0)).toBe(false)
  })

  it('is no question again once it was accepted, as long as it is much the same', () => {
    expect(isSharpLoss(kept(1_000, 400), { ...accepted, accepted: false }, 0.5)).toBe(true)
    expect(isSharpLoss(kept(1_000, 400), accepted, 0.5)).toBe(false)
    expect(isSharpLoss(kept(1_000, 380), accepted, 0.5)).toBe(false)
    expect(isSharpLoss(kept(1_000, 190), accepted, 0.5)).toBe(true)
    expect(isSharpLoss(kept(1_000, 400, 190), accepted, 0.5)).toBe(true)
  })
})
