import { describe, expect, it } from 'vitest'
import { upkeepJobs, upkeepPlan } from '../../../src/app/tables/upkeep-jobs.ts'
import type { UpkeepDeps, UpkeepSettings } from '../../../src/app/tables/upkeep-jobs.ts'
import { Unsteady } from '../../../src/lake/publish/index.ts'
import type { Publisher } from '../../../src/lake/publish/index.ts'

const settings = (more: Partial<UpkeepSettings['tables']> = {}) => ({
  tables: { optimiseCron: '30 3 * * *', vacuumCron: '30 4 * * 0', ...more },
  city: { timeZone: 'America/Edmonton' },
})
const context = {
  trigger: 'schedule',
  signal: new AbortController().signal,
  step: () => Promise.resolve(),
} as const

function jobs(publisher: Partial<Publisher>, isEmbedded = true) {
  const publishing = {
    inTurn: (work: (one: Publisher, signal: AbortSignal) => Promise<unknown>, signal: AbortSignal) =>
      work(publisher as Publisher, signal),
    status: { where: 'folder /tables' },
  } as UpkeepDeps['publishing']
  return upkeepJobs({ plan: upkeepPlan(settings()), publishing, spool: '/spool', isEmbedded })
}

describe('jobs of open tables', () => {
  it('put files together each night and remove old ones each week, by the clock of the city', () => {
    expect(jobs({}).map(({ name, schedule, stream }) => [name, schedule?.says, stream])).toEqual([
      ['tables-optimise', '30 3 * * *', null],
      ['tables-vacuum', '30 4 * * 0', null],
    ])
  })

  it('run only when asked where the settings say so, and are refused what is no schedule', () => {
    expect(upkeepPlan(settings({ optimiseCron: null, vacuumCron: null }))).toMatchObject({
      optimise: null,
      vacuum: null,
    })
    expect(() => upkeepPlan(settings({ vacuumCron: '61 * * * *' }))).toThrow(/tables\.vacuumCron/)
  })

  it('say how many files there were and are, and wait while other work has the tables of the lake', async () => {
    let tries = 0
    const [optimise, vacuum] = jobs({
      optimise: () =>
        tries++ === 0 ? Promise.reject(new Unsteady()) : Promise.resolve({ before: 12, after: 2 }),
      vacuum: () => Promise.resolve(9),
    })
    expect(await optimise?.run(context)).toMatchObject({ rows: 12, sent: 2, withdrawn: 12 })
    expect(tries).toBe(2)
    expect(await vacuum?.run(context)).toMatchObject({ sent: 0, withdrawn: 9 })
  })

  it('leave files as they are where the engine is a server, which cannot reach them', () => {
    expect(jobs({}, false).map(({ name }) => name)).toEqual(['tables-vacuum'])
  })
})
