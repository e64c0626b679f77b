import { describe, expect, it, vi } from 'vitest'
import type { OutcomeReader } from '../../../src/lake/read/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps, status } from '../fake-deps.ts'
import { problem } from '../problem.ts'

const ask = (payload: unknown, outcomes?: OutcomeReader, path = 'readings') =>
  buildServer(fakeDeps(outcomes === undefined ? {} : { outcomes })).inject({
    method: 'POST',
    url: `/v1/${path}/outcome`,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(payload),
  })
const visible = status.backlog.position

describe('what became of lines', () => {
  it('is told once all of them are loaded', async () => {
    const { outcomes } = fakeDeps()
    const readings = vi.fn<OutcomeReader['readings']>(positions => outcomes.readings(positions))
    const late = await ask({ positions: [[visible - 1, 3]] }, { ...outcomes, readings })
    expect(late.json()).toEqual({ end: 10, pending: 2, outcome: null })
    expect(readings).not.toHaveBeenCalled()
    const done = await ask({ positions: [[visible - 3, 3]] })
    expect(done.json()).toMatchObject({ pending: 0, outcome: { new: 3, repeats: 0, gapReadings: 0 } })
    expect((await ask({ positions: [[0, 2]] }, undefined, 'sensors')).json()).toEqual({
      end: 10,
      pending: 0,
      outcome: { new: 2, replaced: 0, repeats: 0, conflicts: 0 },
    })
  })

  it('counts positions that are named twice once, and asks for gaps by their source', async () => {
    const { outcomes } = fakeDeps()
    const readingsOf = vi.fn<OutcomeReader['readingsOf']>(async () => 4)
    const answer = await ask(
      {
        positions: [
          [0, 3],
          [2, 3],
        ],
        gaps: { source: 'replay:x', positions: [[5, 2]] },
      },
      { ...outcomes, readingsOf },
    )
    expect(answer.json()).toMatchObject({ outcome: { new: 5, gapReadings: 4 } })
    expect(readingsOf.mock.calls[0]?.slice(0, 2)).toEqual(['replay:x', [[5, 2]]])
  })

  it('is nothing for no lines, and says where the log ends', async () => {
    expect((await ask({ positions: [] })).json()).toMatchObject({ end: 10, pending: 0, outcome: { new: 0 } })
  })

  it('wants positions, and not too many at once', async () => {
    for (const positions of [[[0, 0]], [[-1, 1]], [[0.5, 1]], 'all', Array(101).fill([0, 1])]) {
      expect(problem(await ask({ positions })).status).toBe(400)
    }
    expect(problem(await ask({})).detail).toContain('positions')
  })
})
