import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../src/core/time/spans.ts'
import { problemAlerts } from '../../../src/insight/alerts/index.ts'
import type { ProblemMemory, ProblemNow, ProblemRule } from '../../../src/insight/alerts/index.ts'

const jobs: ProblemNow = { code: 'jobs', message: 'The job calgary is late', sinceMs: 0 }
const disk: ProblemNow = { code: 'disk_full', message: 'The disk is full', sinceMs: 0 }

/** Looks now and then, and says what was told. */
class Watch {
  memory: ProblemMemory = { begunMs: 0, known: {} }
  rules: readonly ProblemRule[] = [{ name: 'all', codes: null }]
  readonly ids: string[] = []

  look(nowMs: number, ...problems: ProblemNow[]): string[] {
    const { memory, alerts } = problemAlerts(this.memory, problems, this.rules, nowMs)
    this.memory = JSON.parse(JSON.stringify(memory)) as ProblemMemory
    this.ids.push(...alerts.map(({ alertId }) => alertId))
    return alerts.map(({ rule, problem }) => `${rule}: ${problem.code}`)
  }
}

describe('alerts of problems', () => {
  it('tell each once, when it has lasted a minute', () => {
    const watch = new Watch()
    expect(watch.look(MINUTE_MS - 1, jobs)).toEqual([])
    expect(watch.look(MINUTE_MS, jobs)).toEqual(['all: jobs'])
    expect(watch.look(9 * HOUR_MS, jobs)).toEqual([])
    expect(watch.look(9 * HOUR_MS, jobs, disk)).toEqual(['all: disk_full'])
  })

  it('tell a rule with codes of those alone', () => {
    const watch = new Watch()
    watch.rules = [{ name: 'jobs only', codes: ['jobs', 'feeds'] }]
    const [one, other] = [
      { ...jobs, code: 'jobs:archive' },
      { ...jobs, code: 'jobs:live' },
    ]
    expect(watch.look(HOUR_MS, disk, one)).toEqual(['jobs only: jobs:archive'])
    expect(watch.look(2 * HOUR_MS, one, other)).toEqual(['jobs only: jobs:live'])
    watch.rules = [{ name: 'live only', codes: ['jobs:live'] }]
    watch.memory = { begunMs: 0, known: {} }
    expect(watch.look(HOUR_MS, one, other)).toEqual(['live only: jobs:live'])
  })

  it('take what comes back within an hour for the same problem, also over a restart', () => {
    const watch = new Watch()
    watch.look(HOUR_MS, jobs)
    watch.look(HOUR_MS + 1)
    const again = { ...jobs, sinceMs: HOUR_MS + 2 }
    expect(watch.look(2 * HOUR_MS, again)).toEqual([])
    watch.look(3 * HOUR_MS)
    watch.look(4 * HOUR_MS)
    expect(watch.look(5 * HOUR_MS, again)).toEqual(['all: jobs'])
    expect(new Set(watch.ids).size).toBe(2)
  })

  it('do not wait for a clock that was set back to come as far again', () => {
    const watch = new Watch()
    watch.look(9 * HOUR_MS, disk)
    watch.look(9 * HOUR_MS)
    watch.look(0)
    watch.look(HOUR_MS)
    expect(watch.look(2 * HOUR_MS, { ...jobs, sinceMs: 9 * HOUR_MS }, disk)).toEqual([
      'all: jobs',
      'all: disk_full',
    ])
  })

  it('are the same when a look is repeated, and others after a memory was lost', () => {
    const [first, second] = [new Watch(), new Watch()]
    second.memory = { begunMs: 1, known: {} }
    const before = first.memory
    first.look(HOUR_MS, jobs)
    first.memory = before
    first.look(HOUR_MS + 1, jobs)
    second.look(HOUR_MS, jobs)
    expect(first.ids[0]).toBe(first.ids[1])
    expect(second.ids[0]).not.toBe(first.ids[0])
  })
})
