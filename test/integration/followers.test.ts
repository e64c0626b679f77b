import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogWriter } from '../../src/core/log.ts'
import { refuseCircles } from '../../src/insight/follow/follower.ts'
import type { Follower } from '../../src/insight/follow/follower.ts'
import { lakeRows } from '../../src/insight/follow/lake-rows.ts'
import { FollowerRunner } from '../../src/insight/follow/runner.ts'
import { pick, seededRandom } from '../random.ts'
import { counted, countedStreams, counter, load as loadInto, NOW, planner, settled } from './counting.ts'
import type { Count } from './counting.ts'
import { Lake, remove } from './lake.ts'

const random = seededRandom(11)
const below = (end: number) => Math.floor(random() * end)

let folder: string
let lake: Lake
let runners: MortalRunner[] = []
/** Of runners that had something to say. */
let deaths = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-followers-'))
  lake = new Lake(folder)
  lake.streams = countedStreams
  await lake.start()
})

afterAll(async () => {
  await Promise.all(runners.map(one => one.stop()))
  await lake.stop()
  await remove(folder)
})

const dir = () => join(folder, 'followers')
const never = () => new Promise<never>(() => undefined)

/** A follower's runner whose process can die: nothing that it waits for comes back any more, and it has no next step. */
class MortalRunner {
  readonly follower: Follower<Count>
  readonly #runner: FollowerRunner<Count>
  #death: 'alive' | 'dead' | 'before it says something' | 'after it said something' = 'alive'

  constructor(follower: Follower<Count>) {
    this.follower = follower
    const rows = lakeRows(lake.engine, countedStreams.list, () => lake.loader.visible)
    const log: LogWriter = {
      append: async batch => {
        if (this.#death === 'before it says something') {
          this.#death = 'dead'
          deaths++
        }
        if (this.#death === 'dead') return never()
        const appended = await lake.log.append(batch)
        if (this.#death === 'alive') return appended
        this.#death = 'dead'
        deaths++
        return never()
      },
    }
    this.#runner = new FollowerRunner(follower, {
      rows: {
        visible: () => (this.#death === 'dead' ? 0 : rows.visible()),
        read: async (...asked) => {
          const found = await rows.read(...asked)
          return this.#death === 'dead' ? never() : found
        },
      },
      ...{ log, dir: dir(), now: () => NOW, beginAt: 0, onProblem: () => undefined },
    })
    this.#runner.start()
  }

  get isDead(): boolean {
    return this.#death === 'dead'
  }

  get next(): number {
    return this.#runner.next
  }

  stop(): Promise<void> {
    return this.#runner.stop()
  }

  die(when: 'dead' | 'before it says something' | 'after it said something'): void {
    this.#death = when
  }
}

const begin = () => [new MortalRunner(counter), new MortalRunner(planner)]

const load = (bodies: number) => loadInto(lake, random, bodies)

async function check(): Promise<void> {
  await settled(lake, runners)
  const { rows, faults } = await counted(lake, dir())
  expect(rows).toBeGreaterThan(0)
  expect(faults).toEqual([])
}

describe('followers over a lake', () => {
  it('do not follow each other in a circle', () => {
    expect(() => refuseCircles([counter, planner])).not.toThrow()
  })

  it('count each row once and say each thing once, while the engine is killed and they die at random moments', async () => {
    runners = begin()
    for (let round = 0; round < 3; round++) {
      for (let step = 0; step < 8; step++) {
        await load(1 + below(3))
        if (below(3) === 0) await lake.killEngine()
        await sleep(below(400))
        for (const [i, one] of runners.entries()) {
          if (below(2) === 0) continue
          one.die(pick(random, ['dead', 'before it says something', 'after it said something']))
          for (let wait = 0; wait < 30 && !one.isDead; wait++) {
            await load(1)
            const end = lake.log.synced
            const isThrough = () => one.isDead || one.next >= end
            while (!isThrough()) await sleep(20)
          }
          one.die('dead')
          runners[i] = new MortalRunner(one.follower)
        }
      }
      await check()
    }
    expect(deaths).toBeGreaterThan(4)
    expect(await lake.count('silver.calls')).toBeGreaterThan(30)
    expect(await lake.count('silver.plans_versions')).toBeGreaterThan(5)
  })

  it('go on where they stood when the lake was stopped and its tables were damaged', async () => {
    await Promise.all(runners.map(one => one.stop()))
    await load(4)
    await lake.level()
    await lake.locate()
    const parts = await lake.parts()
    await lake.stop()
    for (const { path } of parts.filter(({ table }) => table.startsWith('silver.')))
      if (below(2) === 0) await rm(path, { recursive: true })
    await lake.start()
    runners = begin()
    await load(4)
    await check()
  })
})
