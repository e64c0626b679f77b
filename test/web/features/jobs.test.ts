import { describe, expect, it } from 'vitest'
import type { Job, JobRun } from '../../../src/serve/contract/index.ts'
import { jobRows } from '../../../web/src/features/jobs/view-model.ts'
import { BOX, layOut } from '../../../web/src/features/jobs/step-layout.ts'
import { pipelineViews } from '../../../web/src/features/jobs/step-view.ts'
import { T0 } from '../fixtures.ts'

const at = (ms: number) => new Date(T0 + ms).toISOString()
const DAY = 86_400_000
const run = (more: Partial<JobRun> = {}): JobRun => ({
  ...{
    id: '1',
    trigger: 'schedule',
    state: 'succeeded',
    step: 'load',
    started_at: at(-61_000),
    ended_at: at(-60_000),
  },
  ...{
    rows: 1_500,
    sent: 1_200,
    withdrawn: 0,
    rejected: 0,
    notice: null,
    error: null,
    day: null,
    steps: null,
  },
  ...more,
})
const job = (name: string, more: Partial<Job> = {}): Job => ({
  ...{ name, about: 'data.example.org/abcd-1234', stream: 'events', schedule: '0 17 1,15 * *' },
  ...{
    after: [],
    zone: 'America/Edmonton',
    state: 'waiting',
    late: false,
    paused: null,
    next_at: at(4 * DAY),
  },
  ...{ last_success_at: at(-3_600_000), failures: 0, last_run: run(), pipeline: null },
  ...more,
})

describe('the jobs of the Data page', () => {
  it('say when they last succeeded, what that brought, and when they run next', () => {
    expect(jobRows([job('a')], T0)[0]).toMatchObject({
      detail: 'data.example.org/abcd-1234 · Events · 0 17 1,15 * * America/Edmonton',
      state: 'waiting',
      last: '60 min ago, 1,200 records',
      next: 'in 4 days',
      fault: null,
      failing: false,
      canRun: true,
    })
  })

  it('that are outputs say after what they run, and how many rows were changed', () => {
    const output = job('output-a', { stream: null, schedule: null, after: ['record', 'live'] })
    expect(jobRows([output], T0)[0]).toMatchObject({
      detail: 'data.example.org/abcd-1234 · after record, live',
      last: '60 min ago, 1,200 rows changed',
    })
    expect(jobRows([job('b', { after: ['record'] })], T0)[0]?.detail).toMatch(
      /America\/Edmonton, after record$/,
    )
  })

  it('that are of open tables say how many files they made and took out', () => {
    const upkeep = job('tables-optimise', { stream: null, last_run: run({ sent: 2, withdrawn: 12 }) })
    expect(jobRows([upkeep], T0)[0]?.last).toBe('60 min ago, 2 files made, 12 taken out')
  })

  it('that somebody should look at stand first and say why', () => {
    const error = { code: 'ART_SOCRATA', message: 'was asked too often', retryable: true }
    const paused = { at: at(0), by: 'job', why: 'its columns have changed' } as const
    const rows = jobRows(
      [
        job('a'),
        job('b', { state: 'failing', failures: 2, late: true, last_run: run({ state: 'failed', error }) }),
        job('c', { state: 'paused', paused, next_at: null, last_success_at: null }),
        job('d', { state: 'paused', paused: { ...paused, by: 'user', why: null } }),
      ],
      T0,
    )
    expect(
      rows.map(({ name, state, fault, failing, isPaused }) => [name, state, fault, failing, isPaused]),
    ).toEqual([
      ['b', 'failing, late', 'was asked too often', true, false],
      ['c', 'paused', 'its columns have changed', true, true],
      ['a', 'waiting', null, false, false],
      ['d', 'paused', null, false, true],
    ])
    expect(rows[1]).toMatchObject({ last: 'never', next: '–' })
  })

  it('that run say how far they are, and cannot be run twice', () => {
    const running = job('a', {
      state: 'running',
      last_run: run({ state: 'running', ended_at: null, step: 'clean' }),
    })
    expect(jobRows([running], T0)[0]).toMatchObject({
      state: 'running: clean',
      canRun: false,
      last: '60 min ago',
    })
  })
})

describe('the steps of a pipeline', () => {
  const step = (name: string, needs: string[] = []) => ({ name, needs })

  it('stand to the right of what they need, and no two in one place', () => {
    const steps = [
      step('report', ['train', 'publish']),
      step('publish'),
      step('train', ['publish']),
      step('b', ['publish']),
    ]
    const { boxes, arrows, width, height } = layOut(steps)
    const x = (name: string) => boxes.find(box => box.name === name)?.x ?? -1
    expect([x('publish'), x('train') === x('b'), x('report') > x('train')]).toEqual([0, true, true])
    expect(new Set(boxes.map(box => `${box.x} ${box.y}`)).size).toBe(4)
    expect(arrows.map(({ from, to }) => `${from} ${to}`)).toEqual([
      ...['train report', 'publish report', 'publish train', 'publish b'],
    ])
    expect(Math.max(...boxes.map(box => box.x)) + BOX.width).toBe(width)
    expect(Math.max(...boxes.map(box => box.y)) + BOX.height).toBeLessThanOrEqual(height)
    expect(layOut([])).toEqual({ boxes: [], arrows: [], width: 0, height: 0 })
  })

  it('say in words how they went, after what they come, and what came of them', () => {
    const shape = (name: string, needs: string[], more: object = {}) => ({
      ...{ name, does: 'tables-publish', needs, when: 'succeeded' as const, takes_day: false },
      ...{ retries: 3, retry_delay_s: 60, timeout_s: 3600 },
      ...more,
    })
    const error = { code: 'ART_STEP_TABLES', message: 'the bucket is away', retryable: true }
    const steps = [
      {
        ...{ name: 'publish', state: 'failed' as const, attempts: 4, notice: null, error },
        started_at: at(-5_000),
        ended_at: at(0),
      },
      {
        ...{ name: 'report', state: 'succeeded' as const, attempts: 1, notice: 'written', error: null },
        started_at: null,
        ended_at: null,
      },
    ]
    const daily = job('daily', {
      last_run: run({ state: 'failed', day: '2026-11-27', steps, step: null }),
      pipeline: {
        ...{ file: 'daily.yaml', catch_up: 'newest', parallel: 2, days_waiting: ['2026-11-28'] },
        steps: [
          shape('publish', []),
          shape('report', ['publish'], { does: 'report', when: 'ended', takes_day: true }),
        ],
      },
    })
    const [view] = pipelineViews([job('other'), daily])
    expect(view).toMatchObject({
      run: '2026-11-27: failed; 1 day waits',
      canStop: true,
      reportDay: '2026-11-27',
    })
    expect(view?.steps).toMatchObject([
      { name: 'publish', state: 'failed', says: 'failed, tried 4 times', after: 'first' },
      { name: 'report', says: 'succeeded', after: 'after publish, however it ends' },
    ])
    expect(Object.fromEntries(view?.steps[0]?.details ?? [])).toMatchObject({
      ...{ does: 'tables-publish', took: '5.0 s', failed: 'the bucket is away (ART_STEP_TABLES)' },
    })
    expect(Object.fromEntries(view?.steps[1]?.details ?? [])).toMatchObject({
      does: 'report, for the day',
      said: 'written',
    })
    const fresh = pipelineViews([{ ...daily, last_run: null }])[0]
    expect([fresh?.run, fresh?.reportDay, fresh?.steps[0]?.state]).toEqual([
      'has not run yet; 1 day waits',
      null,
      'waiting',
    ])
  })
})
