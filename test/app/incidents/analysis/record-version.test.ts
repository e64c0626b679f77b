import { describe, expect, it } from 'vitest'
import { recordVersion } from '../../../../src/app/incidents/analysis/record-version.ts'

function versioned() {
  const held = { nowMs: 0, made: 1, reads: 0 }
  const version = recordVersion({
    read: () => Promise.resolve(`v${++held.reads}`),
    made: () => held.made,
    now: () => held.nowMs,
  })
  return { held, version }
}

describe('recordVersion', () => {
  it('is read again while what was made may not be seen yet, and then kept', async () => {
    const { held, version } = versioned()
    expect([await version(), await version()]).toEqual(['v1', 'v2'])
    held.nowMs = 6_000
    expect([await version(), await version()]).toEqual(['v3', 'v3'])
  })

  it('is read again once something was made anew', async () => {
    const { held, version } = versioned()
    await version()
    held.nowMs = 6_000
    await version()
    held.made = 2
    expect([await version(), await version()]).toEqual(['v3', 'v4'])
  })
})
