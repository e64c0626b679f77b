import { describe, expect, it } from 'vitest'
import { fromSnapshot } from '../../../web/src/api/live-state.ts'
import type { Connection } from '../../../web/src/api/live-store.ts'
import { nowOf, pictureOf } from '../../../web/src/api/picture.ts'
import { snapshot, status, T0 } from '../fixtures.ts'

const open: Connection = { kind: 'open' }
const state = fromSnapshot(snapshot())

describe('pictureOf', () => {
  it('is live while the newest reading is minutes old, and now is the clock', () => {
    expect(pictureOf({ state, connection: open }, T0 + 60_000)).toEqual({ kind: 'live', nowMs: T0 + 60_000 })
  })

  it('is stale when readings stop, and now stays at the newest', () => {
    expect(pictureOf({ state, connection: open }, T0 + 20 * 60_000)).toEqual({ kind: 'stale', nowMs: T0 })
  })

  it('takes readings older than a day as history', () => {
    expect(pictureOf({ state, connection: open }, T0 + 40 * 3_600_000)).toEqual({
      kind: 'historical',
      nowMs: T0,
    })
  })

  it('is live for a sensor whose clock is ahead of ours', () => {
    expect(pictureOf({ state, connection: open }, T0 - 90_000)).toEqual({ kind: 'live', nowMs: T0 })
  })

  it('is empty before the first reading', () => {
    const none = fromSnapshot(
      snapshot({ city: { ...snapshot().city, at: null }, status: status({ newestAt: null }) }),
    )
    expect(pictureOf({ state: none, connection: open }, T0).kind).toBe('empty')
    expect(nowOf({ kind: 'empty' })).toBeNull()
  })

  it('says lost before anything else', () => {
    const connection: Connection = { kind: 'lost', sinceMs: T0, retryAtMs: T0 + 1_000 }
    expect(pictureOf({ state, connection }, T0 + 90 * 3_600_000).kind).toBe('lost')
    expect(pictureOf({ state: null, connection }, T0)).toMatchObject({ kind: 'lost', nowMs: null })
  })
})
