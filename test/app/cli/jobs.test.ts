import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
