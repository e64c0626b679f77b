import { describe, expect, it } from 'vitest'
import type { Job, JobRun } from '../../../src/serve/contract/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps } from '../fake-deps.ts'
import { aJob, aRun } from '../job-answers.ts'

function server(isFree = true) {
  const asked: unknown[] = []
  const app = buildServer(
    fakeDeps({
      jobs: {
        list: () => [aJob('shows'), aJob('daily')],
        runs: name => (name === 'shows' ? [aRun({ id: '2' }), aRun({ id: '1' })] : null),
        runNow: (name, trigger) => {
          asked.push(['run', name, trigger])
          return name === 'shows' ? isFree : null
        },
        runDays: async (name, days) => {
          asked.push(['days', name, ...days])
          return name === 'daily' || (name === 'shows' ? false : null)
        },
        breakOff: async name => {
          asked.push(['stop', name])
          return name === 'shows' ? isFree : null
        },
        landed: keys => {
          asked.push(['landed', ...keys])
          return ['shows']
        },
        pause: async (name, why) => void asked.push(['pause', name, why]),
        resume: async name => void asked.push(['resume', name]),
      },
    }),
  )
  const post = (path: string, body?: object) =>
    app.inject({
      method: 'POST',
      url: `/v1/jobs/${path}`,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    })
  return { app, asked, post }
}

describe('the jobs of the API', () => {
  it('are listed, with their runs, newest first', async () => {
    const { app } = server()
    expect((await app.inject('/v1/jobs')).json<{ items: Job[] }>().items).toEqual([
      aJob('shows'),
      aJob('daily'),
    ])
    const runs = (await app.inject('/v1/jobs/shows/runs?limit=1')).json<{ items: JobRun[] }>()
    expect(runs.items.map(({ id }) => id)).toEqual(['2'])
    expect((await app.inject('/v1/jobs/none/runs')).statusCode).toBe(404)
  })

  it('run when they are asked to, from the source or from what was landed', async () => {
    const { post, asked } = server()
    const answer = await post('shows/run')
    expect([answer.statusCode, answer.json<Job>().name]).toEqual([202, 'shows'])
    await post('shows/run', { from: 'landing' })
    expect(asked).toEqual([
      ['run', 'shows', 'manual'],
      ['run', 'shows', 'landing'],
    ])
  })

  it('say when they run already, are not there, or are asked for what they cannot do', async () => {
    const busy = await server(false).post('shows/run')
    expect([busy.statusCode, busy.json<{ code: string }>().code]).toEqual([409, 'ART_JOB_RUNS'])
    const { post } = server()
    const none = await post('none/run')
    expect([none.statusCode, none.json<{ detail: string }>().detail]).toEqual([
      404,
      expect.stringContaining('There is no job "none"'),
    ])
    expect((await post('shows/run', { from: 'moon' })).statusCode).toBe(400)
    expect((await post('none/pause')).statusCode).toBe(404)
    expect((await post('shows/pause', { why: 'x'.repeat(501) })).statusCode).toBe(400)
  })

  it('look at their inbox when a bucket says that something is there', async () => {
    const { post, asked } = server()
    const told = await post('bucket-events', { Records: [{ s3: { object: { key: 'inbox/shows/a.csv' } } }] })
    expect([told.statusCode, told.json()]).toEqual([200, { jobs: ['shows'] }])
    expect(asked).toEqual([['landed', 'inbox/shows/a.csv']])
    const validation = {
      eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
      data: { validationCode: 'x' },
    }
    const wanted = await server().post('bucket-events', [validation])
    expect(wanted.json()).toMatchObject({ validationResponse: 'x' })
    expect((await post('bucket-events', { a: 1 })).statusCode).toBe(400)
  })

  it('run for each day of a range, in order, where they are about days', async () => {
    const { post, asked } = server()
    const days = { from: '2026-10-31', to: '2026-11-02' }
    expect((await post('daily/run', { days })).statusCode).toBe(202)
    expect(asked).toEqual([['days', 'daily', '2026-10-31', '2026-11-01', '2026-11-02']])
    const plain = await post('shows/run', { days })
    expect([plain.statusCode, plain.json<{ detail: string }>().detail]).toEqual([
      400,
      'The job shows is no pipeline: its runs are about no day. Leave out days.',
    ])
    expect((await post('none/run', { days })).statusCode).toBe(404)
    for (const wrong of [
      { from: '2026-11-02', to: '2026-11-01' },
      { from: '2026-11-31', to: '2026-12-01' },
      { from: '2000-01-01', to: '2026-11-01' },
    ])
      expect((await post('daily/run', { days: wrong })).statusCode).toBe(400)
  })

  it('are broken off, and say when there is nothing to break off', async () => {
    expect((await server().post('shows/stop')).statusCode).toBe(200)
    const idle = await server(false).post('shows/stop')
    expect([idle.statusCode, idle.json<{ code: string }>().code]).toEqual([409, 'ART_JOB_IDLE'])
    expect((await server().post('none/stop')).statusCode).toBe(404)
  })

  it('are paused with a reason, and resumed', async () => {
    const { post, asked } = server()
    expect((await post('shows/pause', { why: 'the portal is being moved' })).statusCode).toBe(200)
    expect((await post('shows/pause')).statusCode).toBe(200)
    expect((await post('shows/resume')).statusCode).toBe(200)
    expect(asked).toEqual([
      ['pause', 'shows', 'the portal is being moved'],
      ['pause', 'shows', null],
      ['resume', 'shows'],
    ])
  })
})
