import { describe, expect, it } from 'vitest'
import { isFullNow } from '../../../src/lake/load/disk-room.ts'

/** A disk that was filled since the last look. */
function filledTo(full: string | null) {
  const room = { full: null as string | null, untilLakeHasRoom: () => Promise.resolve(), look }
  function look() {
    room.full = full
    return Promise.resolve()
  }
  return room
}

describe('a failure of loading', () => {
  it('is of the full disk when the disk is full by now, whatever the last look said', async () => {
    expect(await isFullNow(filledTo('0 bytes left'))).toBe(true)
  })

  it('is its own where there is room, or nobody watches', async () => {
    expect(await isFullNow(filledTo(null))).toBe(false)
    expect(await isFullNow(undefined)).toBe(false)
  })
})
