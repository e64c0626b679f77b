import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JobPausedError } from '../../../src/app/jobs/job.ts'
import type { Job, RunContext, RunResult } from '../../../src/app/jobs/job.ts'
import { JobRunner } from '../../../src/app/jobs/runner.ts'
import type { RunnerDeps } from '../../../src/app/jobs/runner.ts'
import { FeedError } from '../../../src/core/feed-error.ts'
import { byCron } from '../../../src/sources/poll/index.ts'
import { SocrataError } from '../../../src/sources/socrata/index.ts'

const START = Date.parse('2026-11-27T15:00:30Z')
const MIN = 60_000
const DONE: RunResult = { rows: 5, sent: 3, withdrawn: 1, rejected: 0, notice: null }

let folder: string
let nowMs: number
let stop: AbortController
let last: JobRunner | null = null
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobs-'))
  nowMs = START
  stop = new AbortController()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A job whose runs a test scripts; the program stops when the script is at its end. */
async function follow(
  script: ((context: RunContext) => Promise<RunResult> | RunResult)[],
  { job = {}, deps = {} }: { job?: Partial<Job>; deps?: Partial<RunnerDeps> } = {},
): Promise<{ runner: JobRunner; triggers: string[]; startedAt: string[] }> {
  const triggers: string[] = []
  const startedAt: string[] = []
  const runner = new JobRunner(
    {
      name: 'incidents',
      about: 'data.example.org/abcd-1234',
      stream: 'events',
      schedule: byCron('*/5 * * * *', 'UTC'),
      zone: 'UTC',
      run: async context => {
        const does = script[triggers.length]
        triggers.push(context.trigger)
        startedAt.push(new Date(nowMs).toISOString().slice(0, 16))
        if (does === undefined) {
          stop.abort()
          throw new Error('stopped')
        }
        return does(context)
      },
      ...job,
    },
    {
      folder,
      now: () => nowMs,
      random: () => 0.5,
      sleep: async ms => {
        nowMs += ms
        await Promise.resolve()
      },
      keepRuns: 10,
      followsSchedule: true,
      onBrought: async () => {},
      runJob: () => Promise.reject(new Error('no other')),
      onChange: () => {},
      onBug: (_, error) => {
        throw error
      },
      ...deps,
    },
  )
  last = runner
  await runner.open()
  await runner.follow(stop.signal)
  return { runner, triggers, startedAt }
}

const done = () => DONE

describe('a job', () => {
  it('runs once at its first start, and then by its schedule', async () => {
    const { triggers, startedAt, runner } = await follow([done, done])
    expect(triggers).toEqual(['schedule', 'schedule', 'schedule'])
    expect(startedAt).toEqual(['2026-11-27T15:00', '2026-11-27T15:05', '2026-11-27T15:10'])
    expect(runner.runs[1]).toMatchObject({ state: 'succeeded', rows: 5, sent: 3, withdrawn: 1, error: null })
  })

  it('that missed many runs catches up once', async () => {
    await follow([done])
    stop = new AbortController()
    nowMs += 3 * 3_600_000
    const { triggers, startedAt } = await follow([done])
    // The run that the stop broke off is told first.
    expect(triggers).toEqual(['resumed', 'schedule'])
    expect(startedAt[1]).toBe('2026-11-27T18:10')
  })

  it('that was stopped between two runs catches up once, too', async () => {
    const idle = { sleep: async () => stop.abort() }
    await follow([done], { deps: idle })
    stop = new AbortController()
    nowMs += 3 * 3_600_000
    expect((await follow([done])).triggers).toEqual(['missed', 'schedule'])
  })

  it('tells a run that a kill broke off, and does it again at once', async () => {
    await follow([])
    stop = new AbortController()
    const { runner, triggers } = await follow([done])
    expect(triggers[0]).toBe('resumed')
    expect(runner.runs.map(({ state }) => state)).toEqual(['running', 'succeeded', 'interrupted'])
  })

  it('that took longer than its period runs again at once, never twice at a time', async () => {
    let running = 0
    const slow = async () => {
      expect(++running).toBe(1)
      nowMs += 12 * MIN
      await Promise.resolve()
      running--
      return DONE
    }
    const { startedAt } = await follow([slow, done])
    expect(startedAt).toEqual(['2026-11-27T15:00', '2026-11-27T15:12', '2026-11-27T15:15'])
  })

  it('that failed for a while is tried again sooner and sooner left alone', async () => {
    const fails = () => {
      throw new SocrataError('away', { retryable: true })
    }
    const { triggers, startedAt, runner } = await follow([fails, fails, fails, done], {
      job: { schedule: byCron('0 17 1,15 * *', 'America/Edmonton') },
    })
    expect(triggers).toEqual(['schedule', 'retry', 'retry', 'retry', 'schedule'])
    expect(startedAt.slice(0, 4)).toEqual([
      '2026-11-27T15:00',
      '2026-11-27T15:00',
      '2026-11-27T15:01',
      '2026-11-27T15:02',
    ])
    expect(runner.runs[1]).toMatchObject({ state: 'succeeded' })
  })

  it('that failed for good waits for its schedule', async () => {
    const fails = () => {
      throw new FeedError('no such column')
    }
    const { startedAt, runner } = await follow([fails, done])
    expect(startedAt).toEqual(['2026-11-27T15:00', '2026-11-27T15:05', '2026-11-27T15:10'])
    expect(runner.runs[2]?.error).toEqual({ code: 'ART_FEED', message: 'no such column', retryable: false })
  })

  it('is left alone for as long as the other side asks', async () => {
    const throttled = () => {
      throw new SocrataError('slow down', { retryable: true, retryAfterS: 7_200 })
    }
    const { startedAt } = await follow([throttled, done])
    expect(startedAt[1]).toBe('2026-11-27T17:00')
  })

  it('that paused itself says why and runs again only when it is resumed, then at once', async () => {
    const drifts = () => {
      throw new JobPausedError('columns have changed')
    }
    const looked: unknown[] = []
    const { triggers, startedAt, runner } = await follow([drifts, done], {
      deps: {
        sleep: async ms => {
          nowMs += ms
          const { state, paused, next_at } = theRunner().answer
          if (state !== 'paused') return
          looked.push({ why: paused?.why, by: paused?.by, next_at })
          if (looked.length === 40) await theRunner().resume()
        },
        onChange: () => {},
      },
      job: {},
    })
    expect(looked[0]).toEqual({ why: 'columns have changed', by: 'job', next_at: null })
    expect(triggers).toHaveLength(3)
    expect(startedAt[1]).toBe('2026-11-27T15:20')
    expect(runner.answer.paused).toBeNull()
  })

  it('stays paused across restarts, runs when asked all the same, and stays paused', async () => {
    const first = await follow([done], { deps: { sleep: async () => stop.abort() } })
    await first.runner.pause('the portal is being moved')
    stop = new AbortController()
    const triggers: string[] = []
    const runner = await opened(triggers)
    expect(runner.answer).toMatchObject({
      state: 'paused',
      paused: { by: 'user', why: 'the portal is being moved' },
    })
    expect(runner.runNow('manual')).toBe(true)
    expect(runner.runNow('manual')).toBe(false)
    await runner.follow(stop.signal)
    expect(triggers).toEqual(['manual'])
    expect(runner.answer.state).toBe('paused')
  })

  it('that can be paused only until the program ends says so, and is paused all the same', async () => {
    const file = join(folder, 'no-folder')
    await writeFile(file, '')
    const { runner } = await follow([], { deps: { folder: join(file, 'incidents') } })
    await expect(runner.pause('x')).rejects.toMatchObject({
      code: 'ART_JOB_UNWRITTEN',
      message: expect.stringMatching(/is paused only until the program ends.*ENOTDIR/) as string,
    })
    expect([runner.answer.paused?.why, runner.unwritten]).toEqual(['x', 'ENOTDIR'])
    await expect(runner.resume()).rejects.toThrow(/goes on only until the program ends/)
    expect(runner.answer.paused).toBeNull()
  })

  it('says what it does not take of its inbox, until that is gone', async () => {
    let looks = 0
    const said: (string | null)[] = []
    await follow([done], {
      job: {
        schedule: null,
        hasNews: async () => ++looks > 9,
        untaken: () => (looks < 5 ? 'big.csv is too large' : null),
      },
      deps: { onChange: () => void said.push(theRunner().untaken) },
    })
    expect(said.filter((one, i) => one !== said[i - 1])).toEqual([null, 'big.csv is too large', null])
  })

  it('is late when a run that was due has not succeeded for long', async () => {
    const fails = () => {
      nowMs += 20 * MIN
      throw new SocrataError('away', { retryable: true })
    }
    const { runner } = await follow([done, fails])
    expect(runner.answer.late).toBe(true)
  })

  it('runs for news, not for what it made itself', async () => {
    let news = 0
    const { triggers } = await follow([done, done], {
      job: { schedule: null, hasNews: async () => ++news === 3 || news > 20 },
    })
    expect(triggers).toEqual(['file', 'file', 'file'])
    expect(news).toBeGreaterThan(20)
  })

  it('looks for news when it is told to, and says when it cannot', async () => {
    let looks = 0
    const hasNews = async () => {
      if (++looks === 1) throw new FeedError('the bucket is away')
      return looks === 3
    }
    const seen: (string | null)[] = []
    const job = { schedule: null, hasNews, lookEveryMs: 10 * MIN }
    const { startedAt } = await follow([done], {
      job,
      deps: {
        sleep: async ms => {
          nowMs += ms
          seen.push(theRunner().unseen)
          if (nowMs === START + 11 * MIN) theRunner().look()
          if (nowMs > START + 15 * MIN) stop.abort()
        },
      },
    })
    expect(seen[0]).toBe('the bucket is away')
    expect(seen.at(-1)).toBeNull()
    // At once, after ten minutes, and when it was told to.
    expect([looks, startedAt]).toEqual([3, ['2026-11-27T15:11']])
  })

  it('goes on being owed what its source did not give, whatever files came', async () => {
    let news = 0
    const fails = () => {
      throw new SocrataError('away', { retryable: true, retryAfterS: 3_600 })
    }
    const { runner, triggers, startedAt } = await follow([fails, done, done], {
      job: { hasNews: async () => ++news === 3 },
    })
    expect(triggers.slice(0, 3)).toEqual(['schedule', 'file', 'retry'])
    expect(startedAt[2]).toBe('2026-11-27T16:00')
    expect(runner.runs.at(-2)).toMatchObject({ trigger: 'file', state: 'succeeded' })
  })

  it('remembers so many runs, and keeps its files to its own user', async () => {
    const { runner } = await follow(Array.from({ length: 15 }, () => done))
    // The one that runs comes on top.
    expect(runner.runs).toHaveLength(11)
    const kept = JSON.parse(await readFile(join(folder, 'history.json'), 'utf8')) as { runs: object[] }
    expect(kept.runs).toHaveLength(10)
  })

  it('tells the jobs behind it what it brought, also what an attempt before it did, and nothing else', async () => {
    const nothing = () => ({ ...DONE, sent: 0, withdrawn: 0 })
    const failsIn = (step: 'download' | 'load') => async (context: RunContext) => {
      await context.step(step)
      throw new FeedError('no such column')
    }
    let told = 0
    const deps = {
      onBrought: async () => {
        told++
      },
    }
    const counts: number[] = []
    const counted =
      (does: (context: RunContext) => Promise<RunResult> | RunResult) => (context: RunContext) => {
        counts.push(told)
        return does(context)
      }
    const script = [nothing, done, nothing, failsIn('download'), failsIn('load'), nothing].map(counted)
    await follow(script, { deps })
    expect([...counts, told]).toEqual([0, 0, 1, 1, 1, 2, 3])
    // The last run was broken off: what it brought until then is told by the one that goes on.
    stop = new AbortController()
    await follow([nothing], { deps })
    expect(told).toBe(4)
  })

  it('runs once after the jobs before it, also when they bring something while it runs', async () => {
    const owes = async () => {
      await theRunner().owe()
      await theRunner().owe()
      return DONE
    }
    const job = { schedule: null, after: ['before'] }
    const idle = { sleep: async () => stop.abort() }
    const first = await follow([owes, done, done], { job, deps: idle })
    // Never run before, it begins by itself.
    expect(first.triggers).toEqual(['schedule', 'after'])
    expect(first.runner.answer).toMatchObject({ after: ['before'], schedule: null, next_at: null })
    await first.runner.owe()
    stop = new AbortController()
    expect((await follow([done], { job, deps: idle })).triggers).toEqual(['after'])
  })

  it('that is owed after another and fails is late in an hour', async () => {
    const fails = () => {
      nowMs += 70 * MIN
      throw new SocrataError('away', { retryable: true })
    }
    const idle = { sleep: async () => stop.abort() }
    const { runner } = await follow([fails], { job: { schedule: null, after: ['before'] }, deps: idle })
    expect(runner.answer).toMatchObject({ late: true, failures: 1 })
  })

  it('without a server runs only when asked', async () => {
    const triggers: string[] = []
    const runner = await opened(triggers, { followsSchedule: false })
    runner.runNow('landing')
    await runner.follow(stop.signal)
    expect(triggers).toEqual(['landing'])
  })
})

const theRunner = () => {
  if (last === null) throw new Error('no runner')
  return last
}

/** A runner that stops the program when it has run once. */
async function opened(triggers: string[], deps: Partial<RunnerDeps> = {}): Promise<JobRunner> {
  const runner = new JobRunner(
    {
      name: 'incidents',
      about: 'x',
      stream: 'events',
      schedule: byCron('*/5 * * * *', 'UTC'),
      zone: 'UTC',
      run: async ({ trigger }) => {
        triggers.push(trigger)
        return DONE
      },
    },
    {
      folder,
      now: () => nowMs,
      random: () => 0.5,
      sleep: async () => stop.abort(),
      keepRuns: 10,
      followsSchedule: true,
      onBrought: async () => {},
      runJob: () => Promise.reject(new Error('no other')),
      onChange: () => {},
      onBug: () => {},
      ...deps,
    },
  )
  await runner.open()
  return runner
}
