import { describe, expect, it } from 'vitest'
import { runSteps } from '../../../src/app/pipelines/run-steps.ts'
import type { PlannedStep, StepsDeps } from '../../../src/app/pipelines/run-steps.ts'
import { FeedError } from '../../../src/core/feed-error.ts'
import type { StepRun } from '../../../src/serve/contract/index.ts'

type Work = PlannedStep['work']

function step(name: string, needs: string[], work: Work, more: Partial<PlannedStep> = {}): PlannedStep {
  return {
    ...{ name, needs, when: 'succeeded', takesDay: false, retries: 0, retryDelayS: 60, timeoutS: 10, work },
    ...more,
  }
}

function room(more: Partial<StepsDeps> = {}) {
  const stop = new AbortController()
  const slept: number[] = []
  const told: StepRun[][] = []
  let nowMs = Date.parse('2026-11-28T02:30:00Z')
  const deps: StepsDeps = {
    ...{ parallel: 2, before: null, covered: null, signal: stop.signal },
    now: () => nowMs,
    sleep: async ms => {
      slept.push(ms / 1000)
      nowMs += ms
    },
    timeout: ms => AbortSignal.timeout(ms),
    says: async steps => void told.push([...steps]),
    onBug: error => {
      throw error
    },
    ...more,
  }
  return { stop, slept, told, deps }
}

const states = (steps: readonly StepRun[]) =>
  Object.fromEntries(steps.map(({ name, state }) => [name, state]))
const done: Work = async () => null
const fails: Work = async () => {
  throw new FeedError('the bucket is away')
}

describe('the steps of a pipeline', () => {
  it('begin when what they need has succeeded, so many at a time', async () => {
    const order: string[] = []
    let now = 0
    let most = 0
    const work =
      (name: string): Work =>
      async () => {
        order.push(name)
        most = Math.max(most, ++now)
        await new Promise(resolve => setImmediate(resolve))
        now--
        return name
      }
    const steps = [
      step('d', ['b', 'c'], work('d')),
      step('a', [], work('a')),
      ...['b', 'c', 'e', 'f'].map(name => step(name, ['a'], work(name))),
    ]
    const ended = await runSteps(steps, room().deps)
    expect(ended.map(({ name, notice, attempts }) => [name, notice, attempts])).toEqual(
      ['d', 'a', 'b', 'c', 'e', 'f'].map(name => [name, name, 1]),
    )
    expect(order[0]).toBe('a')
    expect(order.indexOf('d')).toBeGreaterThan(Math.max(order.indexOf('b'), order.indexOf('c')))
    expect(most).toBe(2)
  })

  it('are tried again after a while that doubles, and told as that meanwhile', async () => {
    let left = 3
    const work: Work = async () => {
      if (left-- > 0) throw new FeedError('the bucket is away')
      return 'published'
    }
    const { deps, slept, told } = room()
    const ended = await runSteps([step('a', [], work, { retries: 3, retryDelayS: 60 })], deps)
    expect(ended).toMatchObject([{ state: 'succeeded', attempts: 4, notice: 'published', error: null }])
    expect(slept).toEqual([60, 120, 240])
    expect(told.map(([one]) => one?.state)).toEqual([
      ...[
        'waiting',
        'running',
        'retrying',
        'running',
        'retrying',
        'running',
        'retrying',
        'running',
        'succeeded',
      ],
    ])
  })

  it('that fail for good keep those from beginning that need them, and no others', async () => {
    const steps = [
      step('publish', [], done),
      step('verify', ['publish'], fails, { retries: 1 }),
      step('retention', ['verify'], done),
      step('train', ['retention'], done),
      step('report', ['train'], done, { when: 'ended' }),
      step('beside', ['publish'], done),
    ]
    const ended = await runSteps(steps, room().deps)
    expect(states(ended)).toEqual({
      ...{ publish: 'succeeded', verify: 'failed', retention: 'skipped', train: 'skipped' },
      ...{ report: 'succeeded', beside: 'succeeded' },
    })
    expect(ended[1]).toMatchObject({
      attempts: 2,
      error: { code: 'ART_FEED', message: 'the bucket is away' },
    })
    expect(ended[2]?.notice).toBe('not begun, because verify did not succeed')
  })

  it('that take too long are broken off, and tried again only when they have really ended', async () => {
    let running = 0
    let most = 0
    const work: Work = signal =>
      new Promise((_, reject) => {
        most = Math.max(most, ++running)
        signal.addEventListener('abort', () =>
          setImmediate(() => {
            running--
            reject(signal.reason as Error)
          }),
        )
      })
    const { deps } = room()
    const ended = await runSteps([step('a', [], work, { retries: 1, timeoutS: 0.01 })], deps)
    expect(ended).toMatchObject([{ state: 'failed', attempts: 2, error: { code: 'ART_STEP_TIMEOUT' } }])
    expect(ended[0]?.error?.message).toContain('0.01 s')
    expect(most).toBe(1)
  })

  it('that were running when the run was broken off are taken again; what had ended is not', async () => {
    const before = await runSteps(
      [step('a', [], done), step('b', [], fails), step('c', [], done), step('d', [], done)],
      room().deps,
    )
    const broken = before.map(one => (one.name === 'c' ? { ...one, state: 'running' as const } : one))
    const begun: string[] = []
    const noting =
      (name: string): Work =>
      async () => {
        begun.push(name)
        return null
      }
    const steps = ['a', 'b', 'c', 'd'].map(name => step(name, [], noting(name)))
    const ended = await runSteps(steps, room({ before: broken }).deps)
    expect(begun).toEqual(['c'])
    expect(states(ended)).toEqual({ a: 'succeeded', b: 'failed', c: 'succeeded', d: 'succeeded' })
    expect(ended[2]?.attempts).toBe(2)
  })

  it('without a day run once for a range, and say so', async () => {
    const covered = { day: '2026-11-01', steps: ['publish', 'report'] }
    const steps = [step('publish', [], fails), step('report', ['publish'], done, { takesDay: true })]
    const ended = await runSteps(steps, room({ covered }).deps)
    expect(states(ended)).toEqual({ publish: 'covered', report: 'succeeded' })
    expect(ended[0]?.notice).toBe('takes no day: it ran once for the range, with 2026-11-01')
  })

  it('end with the run: nothing begins any more, and it throws when all have ended', async () => {
    const { deps, stop } = room()
    const begun: string[] = []
    const work: Work = async () => {
      begun.push('a')
      stop.abort()
      return null
    }
    const steps = [step('a', [], work), step('b', ['a'], done)]
    await expect(runSteps(steps, deps)).rejects.toThrow()
    expect(begun).toEqual(['a'])
  })
})
