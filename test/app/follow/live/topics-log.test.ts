import { describe, expect, it } from 'vitest'
import { TopicsLog } from '../../../../src/app/follow/live/topics-log.ts'
import type { Arrived } from '../../../../src/app/follow/live/topics-log.ts'
import type { Append } from '../../../../src/core/log.ts'

const append = (partition: number, from: number, kind = 'reading'): Append => ({
  ...{ kind, source: 'kafka:t', arrivedAtMs: 0, intervalS: null, count: 1 },
  lines: Buffer.from(`${partition}/${from}\n`),
  origin: { topic: 't', partition, from, next: from + 1 },
})

describe('the log of topics that are only shown', () => {
  it('shows what came while it was showing at once, in its order, and knows where to go on', async () => {
    const shown: string[][] = []
    const first = Promise.withResolvers<null>()
    const log = new TopicsLog(async arrived => {
      shown.push(textsOf(arrived))
      if (shown.length === 1) await first.promise
    })
    const begun = log.append(append(0, 0))
    const rest = [append(1, 7), append(0, 1), append(0, 2, 'oversize')].map(one => log.append(one))
    first.resolve(null)
    await Promise.all([begun, ...rest])
    expect(shown).toEqual([['0/0'], ['1/7', '0/1']])
    expect(log.origins.map(({ partition, next }) => [partition, next])).toEqual([
      [0, 3],
      [1, 8],
    ])
    log.forget()
    expect(log.origins).toEqual([])
  })

  it('goes on before what could not be shown', async () => {
    let isBroken = true
    const shown: string[] = []
    const log = new TopicsLog(arrived => {
      if (isBroken) return Promise.reject(new Error('no thread'))
      shown.push(...textsOf(arrived))
      return Promise.resolve()
    })
    const ended = await Promise.allSettled([append(0, 0), append(0, 1)].map(one => log.append(one)))
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(log.origins).toEqual([])
    isBroken = false
    await log.append(append(0, 0))
    expect(shown).toEqual(['0/0'])
  })
})

function textsOf(arrived: readonly Arrived[]): string[] {
  return arrived.map(({ lines }) => lines.toString().trim())
}
