import { describe, expect, it } from 'vitest'
import { recentIncidents } from '../../../src/app/alerts/recent-incidents.ts'
import type { ReadEngine } from '../../../src/lake/read/index.ts'

const row = {
  ...{
    incident_id: 'i1',
    type: 'stalled',
    lanes: ['left'],
    is_reopened: false,
    title: null,
    description: null,
  },
  ...{ started_at: '2026-03-01T12:00:00.000Z', updated_at: '2026-03-01T12:00:00.000Z' },
  ...{ latitude: 51, longitude: -114, community: null, quadrant: null },
}

function engine(answers: (object[] | Error)[]) {
  const asked: unknown[] = []
  const query = async (_sql: string, { params }: { params: unknown }) => {
    asked.push(params)
    const next = answers.shift() ?? []
    if (next instanceof Error) throw next
    return next
  }
  return { engine: { query } as unknown as ReadEngine, asked }
}

describe('recent incidents', () => {
  it('have a severity, and are asked for once in half a minute', async () => {
    let nowMs = Date.parse('2026-03-02T12:00:00Z')
    const { engine: lake, asked } = engine([[row], []])
    const recent = recentIncidents(lake, () => nowMs)
    const both = await Promise.all([recent(), recent()])
    expect(both[0]).toMatchObject([{ incident_id: 'i1', severity: 'moderate' }])
    expect(both[0][0]).not.toHaveProperty('lanes')
    expect(asked).toEqual([{ from: '2026-02-28 12:00:00.000' }])
    nowMs += 30_000
    expect(await recent()).toEqual([])
  })

  it('are asked for again after the clock was set back', async () => {
    let nowMs = Date.parse('2026-03-02T12:00:00Z')
    const { engine: lake } = engine([[row], []])
    const recent = recentIncidents(lake, () => nowMs)
    expect(await recent()).toHaveLength(1)
    nowMs -= 86_400_000
    expect(await recent()).toEqual([])
  })

  it('that could not be had are asked for again', async () => {
    const { engine: lake } = engine([new Error('away'), [row]])
    const recent = recentIncidents(lake, () => 0)
    await expect(recent()).rejects.toThrow('away')
    expect(await recent()).toHaveLength(1)
  })
})
