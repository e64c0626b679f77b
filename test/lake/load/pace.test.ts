import { describe, expect, it } from 'vitest'
import { Pace } from '../../../src/lake/load/pace.ts'

function paceAt(watchers = 0) {
  const clock = { ms: 0 }
  const pace = new Pace(
    () => clock.ms,
    () => watchers,
  )
  /** So many records each so often, for so long. */
  const flow = (records: number, everyMs: number, forMs: number) => {
    for (const end = clock.ms + forMs; clock.ms < end;) {
      clock.ms += everyMs
      pace.loaded(records)
    }
  }
  return { pace, clock, flow }
}

describe('Pace', () => {
  it('loads at once after a start, whatever arrives', () => {
    const { pace, flow } = paceAt()
    flow(3, 1_000, 30_000)
    expect(pace.isBrisk).toBe(true)
  })

  it('lets the rows of a lasting trickle wait for each other', () => {
    const { pace, flow } = paceAt()
    flow(3, 1_000, 90_000)
    expect(pace.isBrisk).toBe(false)
    expect(pace.beat.batchMs).toBe(10_000)
    // At that pace the batches are larger, the trickle is the same.
    flow(30, 10_000, 120_000)
    expect(pace.beat.batchMs).toBe(10_000)
  })

  it('shows each second to those who follow', () => {
    const { pace, flow } = paceAt(1)
    flow(3, 1_000, 90_000)
    expect(pace.beat.batchMs).toBe(1_000)
  })

  it('hurries for ten seconds after a question', () => {
    const { pace, clock, flow } = paceAt()
    flow(3, 1_000, 90_000)
    pace.asked()
    expect(pace.isBrisk).toBe(true)
    clock.ms += 10_000
    expect(pace.isBrisk).toBe(false)
  })

  it('is brisk for more than a trickle, and for what comes after a silence', () => {
    const { pace, clock, flow } = paceAt()
    flow(3, 1_000, 90_000)
    flow(5_000, 1_000, 1_000)
    expect(pace.isBrisk).toBe(true)
    flow(3, 1_000, 90_000)
    expect(pace.isBrisk).toBe(false)
    clock.ms += 3_600_000
    expect(pace.isBrisk).toBe(true)
    pace.loaded(1)
    expect(pace.isBrisk).toBe(true)
  })
})
