import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeSigns, type Point, type StandingSign } from '../../../../web/src/map/overlay/sign-places.ts'

/** A grid of streets as a phone shows it. */
const BLOCK_PX = 30
const RADIUS_PX = 7
const marks = Array.from({ length: 100 }, (_, i) => ({
  x: BLOCK_PX * (i % 10),
  y: BLOCK_PX * Math.floor(i / 10),
}))
const sign = (at: Point, more: Partial<StandingSign> = {}): StandingSign => ({
  ...{ at, offset: { x: 0, y: -12 }, halfWidth: 8, halfHeight: 9 },
  ...more,
})

/** Of the middle half of a mark, where its letter stands: is any of it under a sign? */
function coversLetter({ at, halfWidth, halfHeight }: StandingSign, offset: Point): boolean {
  const half = RADIUS_PX / 2
  return marks.some(
    mark =>
      Math.abs(at.x + offset.x - mark.x) < halfWidth + half &&
      Math.abs(at.y + offset.y - mark.y) < halfHeight + half,
  )
}

describe('placeSigns', () => {
  it('leaves a sign where it stands while nothing is under it', () => {
    expect(placeSigns([sign({ x: 13, y: 400 })], marks, RADIUS_PX)).toEqual([{ x: 0, y: -12 }])
  })

  it('moves signs aside that would cover the letter of a mark, wherever their place is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 30, max: 200, noNaN: true }),
        fc.double({ min: 30, max: 200, noNaN: true }),
        (x, y) => {
          const one = sign({ x, y })
          const [offset = { x: 0, y: 0 }] = placeSigns([one], marks, RADIUS_PX)
          expect(coversLetter(one, offset)).toBe(false)
          expect(Math.hypot(offset.x, offset.y + 12)).toBeLessThanOrEqual(24.01)
        },
      ),
    )
  })

  it('keeps two signs of one place apart', () => {
    const two = [sign({ x: 300, y: 13 }), sign({ x: 300, y: 13 })]
    const [a, b] = placeSigns(two, marks, RADIUS_PX)
    expect(Math.max(Math.abs(a!.x - b!.x) / 16, Math.abs(a!.y - b!.y) / 18)).toBeGreaterThanOrEqual(0.9)
  })

  it('gives the same answer for the same city', () => {
    const signs = marks.slice(0, 20).map(at => sign({ x: at.x + 5, y: at.y + 3 }))
    expect(placeSigns(signs, marks, RADIUS_PX)).toEqual(placeSigns(signs, marks, RADIUS_PX))
  })
})
