import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ProblemWatch } from '../../../src/app/alerts/problem-watch.ts'
import { HOUR_MS } from '../../../src/core/time/spans.ts'
import { folder } from './delivery/room.ts'

const late = { code: 'jobs', message: 'The job calgary is late', since: '1970-01-01T00:00:00.000Z' }

function watching(path: string, told: string[], fails = false): ProblemWatch {
  return new ProblemWatch({
    path,
    rules: [{ name: 'system', codes: null }],
    problems: () => [late],
    note: async alerts => {
      if (fails) throw new Error('no space')
      told.push(...alerts.map(({ alertId }) => alertId))
    },
    now: () => HOUR_MS,
  })
}

describe('the watch of problems', () => {
  it('tells a problem once, also over restarts', async () => {
    const path = join(await folder(), 'problems.json')
    const told: string[] = []
    for (let start = 0; start < 3; start++) {
      const watch = watching(path, told)
      await watch.look()
      await watch.look()
    }
    expect(told).toHaveLength(1)
  })

  it('tells again, under the same id, what could not be noted', async () => {
    const path = join(await folder(), 'problems.json')
    const told: string[] = []
    await expect(watching(path, told, true).look()).rejects.toThrow('no space')
    await watching(path, told).look()
    expect(told).toHaveLength(1)
  })

  it('tells anew, not nothing, after its memory was damaged', async () => {
    const path = join(await folder(), 'problems.json')
    const told: string[] = []
    await watching(path, told).look()
    await writeFile(path, '{"begunMs"')
    await watching(path, told).look()
    expect(told).toHaveLength(2)
  })
})
