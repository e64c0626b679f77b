import { describe, expect, it } from 'vitest'
import { stepWork } from '../../../src/app/pipelines/step-work.ts'
import type { StepWorkDeps } from '../../../src/app/pipelines/index.ts'
import type { AdminEvent } from '../../../src/serve/routes/admin.ts'

async function* events(result: unknown): AsyncGenerator<AdminEvent> {
  yield { progress: 0.5, message: 'half' }
  yield { result }
}
const context = { day: '2026-11-27', signal: new AbortController().signal, steps: () => [] }
const level = { state: 'level' } as ReturnType<StepWorkDeps['tables']['status']>

function works(more: Partial<StepWorkDeps> = {}, results: Record<string, unknown> = {}) {
  const asked: unknown[] = []
  const work = (name: string) => () => events(results[name])
  const tables: StepWorkDeps['tables'] = {
    status: () => level,
    work: {
      ...{ publish: work('publish'), verify: work('verify'), optimise: work('optimise') },
      ...{ vacuum: work('vacuum'), rebuild: work('rebuild') },
    },
  }
  const admin: StepWorkDeps['admin'] = {
    verify: work('lake'),
    rebuild: what => {
      asked.push(what)
      return events({ days: 1, upToPosition: 70 })
    },
  }
  const analyst = { risk: async () => ({}), riskQuality: async () => ({}) }
  const steps = stepWork({
    ...{ tables, admin, analyst, retain: async () => 'the settings keep everything' },
    report: async ({ day }) => `reports/${day}.md`,
    ...more,
  })
  return { steps, asked }
}

describe('what a step does', () => {
  it('is nothing, and says so, where the settings publish no tables', async () => {
    const { steps } = works({ tables: { ...({} as StepWorkDeps['tables']), status: () => undefined } })
    for (const kind of ['tables-publish', 'tables-optimise', 'tables-vacuum', 'tables-verify'] as const)
      expect(await steps[kind](context)).toContain('nothing is published: the settings name no place')
  })

  it('is told in a sentence', async () => {
    const table = { path: 'silver/readings', problem: null, differences: [] }
    const { steps, asked } = works(
      {},
      {
        publish: { tables: [table] },
        optimise: { filesBefore: 12, filesAfter: 2 },
        vacuum: { removed: 9 },
        verify: { equal: true, failing: [], tables: [table] },
        lake: { equal: true, losses: [{ acknowledged: null }] },
      },
    )
    expect(await steps['tables-publish'](context)).toBe('1 tables are level with the lake')
    expect(await steps['tables-optimise'](context)).toBe('12 files are 2 now')
    expect(await steps['tables-vacuum'](context)).toBe('9 files removed')
    expect(await steps['tables-verify'](context)).toBe('1 tables are what the lake says')
    expect(await steps['lake-verify'](context)).toContain('1 losses that nobody has acknowledged')
    expect(await steps['lake-rebuild'](context)).toBe('2026-11-27 (UTC) made anew, up to position 70')
    expect(asked).toEqual([{ from: '2026-11-27T00:00:00.000Z', to: '2026-11-28T00:00:00.000Z', streams: [] }])
    expect(await steps.report(context)).toBe('reports/2026-11-27.md')
  })

  it('fails where tables differ from the lake, or the lake from the log', async () => {
    const table = { path: 'silver/readings', differences: ['2026-11-27: 5 rows, of the lake 6'] }
    const { steps } = works(
      {},
      { verify: { equal: false, failing: [], tables: [table] }, lake: { equal: false } },
    )
    await expect(steps['tables-verify'](context)).rejects.toThrow(
      'silver/readings differs from the lake: 2026-11-27: 5 rows, of the lake 6; `arterial tables verify` names all',
    )
    await expect(steps['lake-verify'](context)).rejects.toThrow('the lake differs from the log')
  })

  it('fails, and may pass by itself, where a table can not go on', async () => {
    const failing = [{ path: 'gold/hourly_summary', problem: 'the bucket is away' }]
    const { steps } = works({}, { publish: { tables: failing } })
    await expect(steps['tables-publish'](context)).rejects.toMatchObject({
      ...{ code: 'ART_STEP_TABLES', retryable: true, message: 'gold/hourly_summary: the bucket is away' },
    })
  })

  it('learns the risk when it has been worked out, and says how good it was', async () => {
    const risk = {
      ...{ is_too_short: false, is_of_now: true, record_ends: '2026-11-26', knows_weather: false },
      ...{ hours: [], by_hour: [], communities: [] },
    }
    const judged = {
      ...{ from: '2025-11-27', to: '2026-11-26', days: 365, seen: 900, expected: 910.4 },
      ...{ deviance: 90, baseline_deviance: 100 },
    }
    let asked = 0
    const analyst = {
      risk: async () =>
        ++asked < 3 ? { state: 'computing', result: null } : { state: 'ready', result: risk },
      riskQuality: async () => ({ state: 'ready', result: { judged } }),
    }
    expect(await works({ analyst }).steps.train(context)).toBe(
      'incident risk of 0 communities, of the record up to 2026-11-26; judged on 365 days: 910 incidents expected, 900 seen, deviance 10.0 % below that of habits alone',
    )
    expect(asked).toBe(3)
    const none = { ...risk, is_too_short: true, record_ends: null }
    const empty = {
      risk: async () => ({ state: 'ready', result: none }),
      riskQuality: async () => ({ state: 'ready', result: { judged: null } }),
    }
    expect(await works({ analyst: empty }).steps.train(context)).toBe(
      'there is no incident record to learn from',
    )
  })
})
