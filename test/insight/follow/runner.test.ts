import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Append, LogWriter } from '../../../src/core/log.ts'
import { refuseCircles } from '../../../src/insight/follow/follower.ts'
import type { FollowedRow, Follower } from '../../../src/insight/follow/follower.ts'
import { FollowerRunner } from '../../../src/insight/follow/runner.ts'
import type { FollowedRows } from '../../../src/insight/follow/runner.ts'

/** Counts rows, and says each tenth. */
const counter: Follower<{ n: number; sum: number }> = {
  name: 'counter',
  streams: ['readings', 'weather'],
  into: 'alarms',
  start: { n: 0, sum: 0 },
  step: ({ n, sum }, { position, values }) => ({
    state: { n: n + 1, sum: sum + Number(values['value']) },
    lines: (n + 1) % 10 === 0 ? [{ id: `tenth-${n + 1}`, position, sum }] : [],
  }),
}

let dir: string
let all: FollowedRow[]
let visible: number
let said: string[]
let failing: 'never' | 'before' | 'after'

const rows: FollowedRows = {
  visible: () => visible,
  read: (_streams, from, to, limit) =>
    Promise.resolve(all.filter(({ position }) => position >= from && position < to).slice(0, limit)),
}
const log: LogWriter = {
  append: ({ lines, count }: Append) => {
    if (failing === 'before') throw new Error('no power')
    said.push(...lines.toString().split('\n').slice(0, -1))
    if (failing === 'after') throw new Error('no power')
    return Promise.resolve({ position: 0, count })
  },
}

const runner = (beginAt?: number) =>
  new FollowerRunner(counter, {
    ...{ rows, log, dir, now: () => 0, onProblem: () => undefined },
    ...(beginAt === undefined ? {} : { beginAt }),
  })

function arrive(count: number): void {
  for (let i = 0; i < count; i++)
    all.push({
      stream: i % 2 === 0 ? 'readings' : 'weather',
      position: visible + 2 * i,
      values: { value: i },
    })
  visible += 2 * count
}

const standing = async () =>
  JSON.parse(await readFile(join(dir, 'counter.json'), 'utf8')) as { next: number; state: { n: number } }

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo).toBe(true)
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'arterial-follow-'))
  all = []
  visible = 0
  said = []
  failing = 'never'
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('a follower', () => {
  it('sees each row once, and its count goes on where it stood', async () => {
    for (let round = 1; round <= 3; round++) {
      arrive(25)
      const one = runner(0)
      one.start()
      await until(() => one.next === visible)
      await one.stop()
      expect((await standing()).state.n).toBe(25 * round)
    }
    expect(said).toHaveLength(7)
    expect(new Set(said).size).toBe(7)
  })

  it.each(['before', 'after'] as const)(
    'says the same again when it dies %s its lines are durable',
    async when => {
      arrive(35)
      failing = when
      const dying = runner(0)
      dying.start()
      await until(() => said.length > 0 || when === 'before')
      await sleep(50)
      await dying.stop()
      await expect(standing()).rejects.toThrow('ENOENT')
      failing = 'never'
      arrive(5)
      const again = runner(0)
      again.start()
      await until(() => again.next === visible)
      await again.stop()
      expect((await standing()).state.n).toBe(40)
      expect([...new Set(said)].map(line => (JSON.parse(line) as { id: string }).id)).toEqual([
        ...['tenth-10', 'tenth-20', 'tenth-30', 'tenth-40'],
      ])
    },
  )

  it('leaves it to the lake to pass over what changes nothing', async () => {
    const asked: (string | undefined)[] = []
    const read: FollowedRows['read'] = (streams, from, to, limit, passedOver) => {
      asked.push(passedOver)
      return rows.read(streams, from, to, limit)
    }
    arrive(5)
    const one = new FollowerRunner(
      { ...counter, passesOver: 't.value < 0' },
      {
        ...{ rows: { visible: () => visible, read }, log, dir, now: () => 0 },
        onProblem: () => undefined,
        beginAt: 0,
      },
    )
    one.start()
    await until(() => one.next === visible)
    await one.stop()
    expect(asked).toEqual(['t.value < 0'])
  })

  it('without a saved state says nothing about the past', async () => {
    arrive(30)
    const one = runner()
    one.start()
    await until(() => one.next === visible)
    arrive(9)
    await until(() => one.next === visible)
    await one.stop()
    expect(said).toEqual([])
    expect((await standing()).state.n).toBe(9)
  })
})

describe('followers in a circle', () => {
  it('are refused by name', () => {
    const one = (name: string, streams: string[], into: string) => ({ name, streams, into })
    expect(() =>
      refuseCircles([one('a', ['readings'], 'alarms'), one('b', ['alarms'], 'plans')]),
    ).not.toThrow()
    expect(() =>
      refuseCircles([one('a', ['readings', 'plans'], 'alarms'), one('b', ['alarms'], 'plans')]),
    ).toThrow('the follower a follows what comes of its own lines')
  })
})
