import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job, RunContext, RunResult } from '../../../src/app/jobs/job.ts'
import { JobRunner } from '../../../src/app/jobs/runner.ts'
import { dayBefore } from '../../../src/app/pipelines/pipeline-job.ts'
import { FeedError } from '../../../src/core/feed-error.ts'
import type { StepRun } from '../../../src/serve/contract/index.ts'
import { byCron } from '../../../src/sources/poll/index.ts'

const DAY = 86_400_000
const DONE: RunResult = { rows: 0, sent: 0, withdrawn: 0, rejected: 0, notice: null, state: 'succeeded' }
const aStep = (name: string, state: StepRun['state']): StepRun => ({
  ...{ name, state, attempts: 1, started_at: null, ended_at: null, notice: null, error: null },
})

let folder: string
let nowMs: number
let stop: AbortController
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'days-'))
  nowMs = Date.parse('2026-11-10T12:00:00Z')
  stop = new AbortController()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Options {
  readonly catchUp?: 'newest' | 'each'
  readonly ask?: (runner: JobRunner) => Promise<void>
}

type Script = (context: RunContext, runner: JobRunner) => Promise<RunResult> | RunResult

/** Starts the program: a job of the night that is about the day before. It ends when nothing is left to do, or the script says so. */
async function start(script: Script, { catchUp = 'newest', ask = async () => {} }: Options = {}) {
  const ran: string[] = []
  stop = new AbortController()
  const holder: { runner: JobRunner | null } = { runner: null }
  const job: Job = {
    ...{ name: 'daily', about: '', stream: null, zone: 'UTC', schedule: byCron('30 2 * * *', 'UTC') },
    days: { of: atMs => dayBefore(atMs, 'UTC'), catchUp },
    run: async context => {
      ran.push(`${context.trigger} ${context.ofDay?.day ?? ''}`)
      const { runner } = holder
      if (runner === null) throw new Error('not opened')
      return script(context, runner)
    },
  }
  const runner = new JobRunner(job, {
    ...{ folder, now: () => nowMs++, random: () => 0.5, keepRuns: 100, followsSchedule: true },
    // Nothing is due and nothing waits: the program ends.
    sleep: async (_, awake) => {
      await new Promise(resolve => setImmediate(resolve))
      if (!awake.aborted) stop.abort()
    },
    onBrought: async () => {},
    runJob: () => Promise.reject(new Error('no other')),
    onChange: () => {},
    onBug: (_, error) => {
      throw error
    },
  })
  holder.runner = runner
  await runner.open()
  await ask(runner)
  await runner.follow(stop.signal)
  return { ran, runner }
}

describe('a job whose runs are about days', () => {
  it('first runs when its time comes', async () => {
    expect((await start(() => DONE)).ran).toEqual([])
    nowMs = Date.parse('2026-11-11T02:30:00Z')
    expect((await start(() => DONE)).ran).toEqual(['missed 2026-11-10'])
  })

  it('makes up for the newest of the nights that were missed, or for each in order', async () => {
    await start(() => DONE)
    nowMs += 4 * DAY
    expect((await start(() => DONE)).ran).toEqual(['missed 2026-11-13'])
    nowMs += 3 * DAY
    const each = await start(() => DONE, { catchUp: 'each' })
    expect(each.ran).toEqual(['missed 2026-11-14', 'missed 2026-11-15', 'missed 2026-11-16'])
    expect(each.runner.answer).toMatchObject({ next_at: '2026-11-18T02:30:00.000Z', state: 'waiting' })
  })

  it('runs for a range of days in order, once each, and goes on with it after a kill', async () => {
    const ask = async (runner: JobRunner) => {
      await runner.runDays(['2026-11-01', '2026-11-02', '2026-11-03'])
      await runner.runDays(['2026-11-02', '2026-11-04'])
    }
    const first = await start(
      async ({ ofDay }) => {
        await ofDay?.says([aStep('publish', 'succeeded'), aStep('report', 'running')])
        if (ofDay?.day !== '2026-11-02') return DONE
        stop.abort()
        throw new Error('killed')
      },
      { ask },
    )
    expect(first.ran).toEqual(['backfill 2026-11-01', 'backfill 2026-11-02'])
    const seen: unknown[] = []
    const second = await start(({ ofDay }) => {
      seen.push([ofDay?.day, ofDay?.before?.map(({ state }) => state) ?? null, ofDay?.covered])
      return DONE
    })
    expect(second.ran).toEqual(['resumed 2026-11-02', 'backfill 2026-11-03', 'backfill 2026-11-04'])
    expect(seen).toEqual([
      ['2026-11-02', ['succeeded', 'running'], null],
      ['2026-11-03', null, { day: '2026-11-01', steps: ['publish'] }],
      ['2026-11-04', null, null],
    ])
    expect(second.runner.runs.map(({ day, state }) => `${day ?? ''} ${state}`)).toEqual([
      ...['2026-11-04 succeeded', '2026-11-03 succeeded', '2026-11-02 succeeded'],
      ...['2026-11-02 interrupted', '2026-11-01 succeeded'],
    ])
    // Of what was broken off no step runs any more.
    expect(second.runner.runs[3]?.steps?.map(({ state }) => state)).toEqual(['succeeded', 'stopped'])
  })

  it('goes on with the next day when one failed, and with the schedule as ever', async () => {
    const { ran, runner } = await start(
      ({ ofDay }) => {
        if (ofDay?.day === '2026-11-01') throw new FeedError('away')
        return DONE
      },
      { ask: job => job.runDays(['2026-11-01', '2026-11-02']) },
    )
    expect(ran).toEqual(['backfill 2026-11-01', 'backfill 2026-11-02'])
    expect(runner.answer).toMatchObject({ failures: 1, next_at: '2026-11-11T02:30:00.000Z' })
  })

  it('is broken off when somebody says so: what waits is forgotten, the schedule is not', async () => {
    const { ran, runner } = await start(
      async ({ signal, ofDay }, job) => {
        await ofDay?.says([aStep('verify', 'running')])
        void job.breakOff()
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))))
        return DONE
      },
      { ask: job => job.runDays(['2026-11-01', '2026-11-02']) },
    )
    expect(ran).toEqual(['backfill 2026-11-01'])
    expect(runner.runs).toMatchObject([{ state: 'stopped', steps: [{ name: 'verify', state: 'stopped' }] }])
    expect(runner.answer).toMatchObject({ state: 'waiting', next_at: '2026-11-11T02:30:00.000Z' })
    expect(await runner.breakOff()).toBe(false)
    expect((await start(() => DONE)).ran).toEqual([])
  })

  it('takes the day before now when somebody asks for a run', async () => {
    const { ran } = await start(() => DONE, {
      ask: async job => {
        job.runNow('manual')
      },
    })
    expect(ran).toEqual(['manual 2026-11-09'])
  })

  it('runs as a part of something else, after a run that goes on', async () => {
    let runs = 0
    const part: Promise<unknown>[] = []
    const { ran } = await start(
      (_, job) => {
        if (++runs === 1) part.push(job.runThrough(new AbortController().signal))
        return DONE
      },
      { ask: async job => void job.runNow('manual') },
    )
    expect(ran).toEqual(['manual 2026-11-09', 'pipeline 2026-11-09'])
    expect(await Promise.all(part)).toMatchObject([{ trigger: 'pipeline', state: 'succeeded' }])
  })
})
