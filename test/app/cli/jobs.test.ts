import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job, JobRun, StepRun } from '../../../src/serve/contract/index.ts'
import { aJob, aRun } from '../../serve/job-answers.ts'
import { arterial, Stage } from './fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

const drift = {
  at: '2026-11-27T15:00:00.000Z',
  by: 'job',
  why: 'its columns have changed: begins is gone',
} as const

describe('arterial jobs', () => {
  it('list says how each is, and what is wrong in words', async () => {
    const jobs = [
      aJob('shows'),
      aJob('works', { state: 'paused', paused: drift, next_at: null, schedule: null }),
    ]
    await stage.serve('city', { 'GET /v1/jobs': { items: jobs } })
    const { code, stdout } = await arterial(stage, ['jobs', 'list'])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /shows +data\.example\.org\/abcd-1234 +waiting +0 17 1,15 \* \* America\/Edmonton .* 1,200/,
    )
    expect(stdout).toMatch(/works .* paused +never/)
    expect(stdout).toContain(
      'works: paused 2026-11-27T15:00:00.000Z: its columns have changed: begins is gone',
    )
    const { stdout: json } = await arterial(stage, ['jobs', 'list', '--json'])
    expect(JSON.parse(json)).toEqual({ items: jobs })
  })

  it('history shows the runs, and why one failed', async () => {
    const error = { code: 'ART_SOCRATA', message: 'the portal was asked too often (429)', retryable: true }
    await stage.serve('city', {
      'GET /v1/jobs/shows/runs?limit=20': { items: [aRun({ state: 'failed', error }), aRun()] },
    })
    const { stdout } = await arterial(stage, ['jobs', 'history', 'shows'])
    expect(stdout).toMatch(/schedule +succeeded +load +2\.5 s +1,500 +1,200 +3 +0/)
    expect(stdout).toContain('the portal was asked too often (429) (ART_SOCRATA)')
  })

  it('run waits for the end of the run that it began, and fails with it', async () => {
    const error = { code: 'ART_SOCRATA', message: 'has no such dataset (404)', retryable: false }
    const states = [
      aJob('shows'),
      aJob('shows', { state: 'running', last_run: aRun({ id: 'new', state: 'running', ended_at: null }) }),
      aJob('shows', { state: 'failing', last_run: aRun({ id: 'new', state: 'failed', error }) }),
    ]
    await stage.serve('city', {
      'POST /v1/jobs/shows/run': aJob('shows'),
      'GET /v1/jobs': (_, response) => void response.end(JSON.stringify({ items: [states.shift()] })),
    })
    const { code, stdout } = await arterial(stage, ['jobs', 'run', 'shows', '--from-landing'])
    expect(code).toBe(4)
    expect(stdout).toBe('shows failed: has no such dataset (404) (ART_SOCRATA)\n')
    expect(stage.asked[0]?.body.toString()).toBe('{"from":"landing"}')
    expect(states).toEqual([])
  })

  it('run says of an output how many rows were changed', async () => {
    const output = (id: string) => aJob('output-a', { stream: null, last_run: aRun({ id }) })
    await stage.serve('city', {
      'POST /v1/jobs/output-a/run': output('old'),
      'GET /v1/jobs': { items: [output('new')] },
    })
    const { stdout } = await arterial(stage, ['jobs', 'run', 'output-a'])
    expect(stdout).toBe(
      'output-a succeeded: 1,500 rows, 1,200 of them inserted or changed, 3 others deleted\n',
    )
  })

  it('run says of open tables how many files were made and taken out', async () => {
    const upkeep = (id: string) =>
      aJob('tables-vacuum', { stream: null, last_run: aRun({ id, sent: 0, withdrawn: 9 }) })
    await stage.serve('city', {
      'POST /v1/jobs/tables-vacuum/run': upkeep('old'),
      'GET /v1/jobs': { items: [upkeep('new')] },
    })
    const { stdout } = await arterial(stage, ['jobs', 'run', 'tables-vacuum'])
    expect(stdout).toBe('tables-vacuum succeeded: 0 files made, 9 taken out\n')
  })

  const step = (name: string, state: StepRun['state'], more: Partial<StepRun> = {}): StepRun => ({
    ...{ name, state, attempts: 1, started_at: null, ended_at: null, notice: null, error: null },
    ...more,
  })
  const shape = (name: string, needs: string[] = [], more: object = {}) => ({
    ...{ name, does: 'tables-publish', needs, when: 'succeeded' as const, takes_day: false },
    ...{ retries: 0, retry_delay_s: 60, timeout_s: 3600 },
    ...more,
  })
  const daily = (more: Partial<Job> = {}, waiting: string[] = []) =>
    aJob('daily', {
      pipeline: {
        ...{ file: 'daily.yaml', catch_up: 'newest', parallel: 2, days_waiting: waiting },
        steps: [shape('publish'), shape('report', ['publish'], { does: 'report', when: 'ended' })],
      },
      ...more,
    })

  it('show draws a pipeline as its steps, with what each comes after and how it went', async () => {
    const error = { code: 'ART_STEP_TABLES', message: 'silver/readings: the bucket is away', retryable: true }
    const steps = [
      step('publish', 'failed', { attempts: 4, error }),
      step('report', 'succeeded', { notice: 'reports/2026-11-27.md: 5 readings, 0 problems' }),
    ]
    const job = daily({ last_run: aRun({ state: 'failed', day: '2026-11-27', steps, error }) }, [
      '2026-11-28',
    ])
    await stage.serve('city', { 'GET /v1/jobs': { items: [job] } })
    const { stdout } = await arterial(stage, ['jobs', 'show', 'daily'])
    expect(stdout).toContain('days that wait  2026-11-28')
    expect(stdout).toContain('Last run: 2026-11-27, failed')
    expect(stdout).toMatch(/publish +tables-publish +– +failed +4 +silver\/readings: the bucket is away/)
    expect(stdout).toMatch(
      /report +report +publish \(however they end\) +succeeded +1 +reports\/2026-11-27\.md/,
    )
    const none = await arterial(stage, ['jobs', 'show', 'weekly'])
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining('there is no job "weekly"; there are daily'),
    ])
  })

  it('run asks for a range of days, waits for all of them, and fails when one failed', async () => {
    const run = (id: string, day: string, state: JobRun['state'] = 'succeeded') =>
      aRun({
        id,
        day,
        state,
        trigger: 'backfill',
        steps: [step('publish', 'covered'), step('report', 'succeeded')],
      })
    const looks = [daily({ state: 'running' }, ['2026-11-02']), daily({}, ['2026-11-02']), daily()]
    const all = [run('3', '2026-11-02'), run('2', '2026-11-01', 'failed'), run('1', '2026-11-01')]
    await stage.serve('city', {
      'GET /v1/jobs/daily/runs?limit=1': { items: [run('1', '2026-11-01')] },
      'POST /v1/jobs/daily/run': daily({}, ['2026-11-01', '2026-11-02']),
      'GET /v1/jobs': (_, response) => void response.end(JSON.stringify({ items: [looks.shift()] })),
      'GET /v1/jobs/daily/runs?limit=10000': { items: all },
    })
    const { code, stdout } = await arterial(stage, [
      ...['jobs', 'run', 'daily', '--from', '2026-11-01', '--to', '2026-11-02'],
    ])
    expect(stdout).toBe(
      '2026-11-01 failed, 1 of 2 steps, 1 done with an earlier day\n2026-11-02 succeeded, 1 of 2 steps, 1 done with an earlier day\n',
    )
    expect([code, looks]).toEqual([4, []])
    const asked = stage.asked.find(({ body }) => body.length > 0)
    expect(asked?.body.toString()).toBe('{"days":{"from":"2026-11-01","to":"2026-11-02"}}')
  })

  it.each([
    [['--to', '2026-11-02'], '--to 2026-11-02 has no --from'],
    [['--from', '2026-11-03', '--to', '2026-11-02'], '--from 2026-11-03 is after --to 2026-11-02'],
    [['--from', '2026-02-30'], 'It must be a day, such as 2026-11-01.'],
    [['--from', '2026-11-03', '--from-landing'], 'stand together'],
  ])('run refuses %j', async (flags, says) => {
    const { code, stderr } = await arterial(stage, ['jobs', 'run', 'daily', ...flags])
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)])
  })

  it('stop breaks a run off', async () => {
    await stage.serve('city', { 'POST /v1/jobs/daily/stop': daily() })
    const { stdout } = await arterial(stage, ['jobs', 'stop', 'daily'])
    expect(stdout).toBe('daily was broken off; it runs next at 2026-12-02T00:00:00.000Z\n')
  })

  it('pause says why to whoever finds it, and resume when it runs next', async () => {
    await stage.serve('city', {
      'POST /v1/jobs/shows/pause': aJob('shows', { state: 'paused', next_at: null }),
      'POST /v1/jobs/shows/resume': aJob('shows'),
    })
    const paused = await arterial(stage, ['jobs', 'pause', 'shows', '--why', 'the portal is being moved'])
    expect(paused.stdout).toBe('shows is paused\n')
    expect(stage.asked[0]?.body.toString()).toBe('{"why":"the portal is being moved"}')
    const resumed = await arterial(stage, ['jobs', 'resume', 'shows'])
    expect(resumed.stdout).toBe('shows goes on; it runs next at 2026-12-02T00:00:00.000Z\n')
  })
})
