import { describe, expect, it } from 'vitest'
import { fromSnapshot } from '../../../web/src/api/live-state.ts'
import type { Connection } from '../../../web/src/api/live-store.ts'
import { finishedMs, nowOf, pictureOf } from '../../../web/src/state/picture.ts'
import { district, snapshot, status, T0 } from '../fixtures.ts'

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

describe('finishedMs', () => {
  const QUARTER = 900_000
  const at = (newestMs: number, rows: number[] = []) =>
    fromSnapshot(
      snapshot({
        city: { ...snapshot().city, at: newestMs },
        status: status({ newestAt: new Date(newestMs).toISOString() }),
        districts: rows.map((startMs, i) => district(`d${i}`, startMs)),
      }),
    )

  it('is what the district rows say, whatever our clock does, so that everything turns over together', () => {
    const state = at(T0 + 5_000, [T0 - 2 * QUARTER, T0 - QUARTER])
    for (const clockMs of [T0 - 3_600_000, T0 + 10_000, T0 + 3_600_000])
      expect(finishedMs(state, clockMs, QUARTER)).toBe(T0)
  })

  it('waits half a minute for late readings', () => {
    expect(finishedMs(at(T0 + 10_000), T0 + 10_000, 300_000)).toBe(T0 - 300_000)
    expect(finishedMs(at(T0 + 31_000), T0 + 31_000, 300_000)).toBe(T0)
  })

  it('does not believe the fast clock of a sensor, but that of a whole city against ours', () => {
    expect(finishedMs(at(T0 + 240_000), T0 - 60_000, 300_000)).toBe(T0 - 300_000)
    expect(finishedMs(at(T0 + 60_000), T0 - 90 * 60_000, 300_000)).toBe(T0)
  })

  it('is unknown before the first reading', () => {
    expect(finishedMs(null, T0, QUARTER)).toBeNull()
  })
})
