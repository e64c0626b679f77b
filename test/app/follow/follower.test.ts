import { describe, expect, it } from 'vitest'
import { Follower } from '../../../src/app/follow/follower.ts'
import type { FollowedLog } from '../../../src/app/follow/follower.ts'
import { AppendError } from '../../../src/core/errors.ts'
import type { Append, Origin } from '../../../src/core/log.ts'

interface Own {
  readonly origins: Origin[]
  readonly taken: string[]
  synced: number
}

/** Lines a, b, c… of a publisher, a frame each, but for the positions that nobody has. */
function published(publisher: string, upto: number, without: readonly number[] = []): FollowedLog {
  return {
    look: () => Promise.resolve(upto < 0 ? null : { publisher, upto }),
    async *frames(from) {
      for (let position = from; position < upto; position++) {
        if (without.includes(position)) continue
        const line = String.fromCharCode('a'.charCodeAt(0) + position)
        yield await Promise.resolve({
          ...{ kind: 'reading', source: 'http', arrivedAtMs: position, intervalS: null, count: 1 },
          ...{ position, lines: Buffer.from(`${line}\n`) },
        })
      }
    },
  }
}

const nothing = (): Own => ({ origins: [], taken: [], synced: 0 })

/** One look at what is published, into a log that fails from its nth append on. */
async function look(lines: FollowedLog, own: Own, failFrom = Infinity, why: string | null = null) {
  const over = new AbortController()
  let closed = why
  const follower = new Follower({
    place: 'folder /lake',
    lines,
    log: {
      append: async ({ lines: bytes, count, origin }: Append) => {
        await Promise.resolve()
        if (own.taken.length >= failFrom) throw new AppendError('no space')
        own.taken.push(bytes.toString().trim())
        if (origin !== undefined) own.origins.splice(0, 1, origin)
        own.synced += count
        return { position: own.synced - count, count }
      },
      get synced() {
        return own.synced
      },
      origins: own.origins,
    },
    everyMs: 1000,
    closed: () => closed,
    sleep: ms => {
      closed = null
      if (ms === 1000) over.abort()
      return Promise.resolve()
    },
    onChange: () => undefined,
  })
  await follower.run(over.signal)
  return follower
}

describe('a copy', () => {
  it('takes every line in order, and goes on behind what is durable', async () => {
    const own = nothing()
    await look(published('p', 3), own)
    expect([own.taken, own.origins]).toEqual([
      ['a', 'b', 'c'],
      [{ topic: 'delta/p', partition: 0, from: 2, next: 3 }],
    ])
    const { status } = await look(published('p', 5), own)
    expect(own.taken).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(status).toEqual({
      ...{ from: 'folder /lake', publisher: 'p', position: 5, published: 5 },
      message: null,
    })
  })

  it('passes over positions that are published nowhere', async () => {
    const own = nothing()
    await look(published('p', 6, [1, 2, 5]), own)
    await look(published('p', 7, [1, 2, 5]), own)
    expect(own.taken).toEqual(['a', 'd', 'e', 'g'])
  })

  it('takes again what the log refused, and nothing else', async () => {
    const own = nothing()
    const failed = await look(published('p', 4), own, 2)
    expect([failed.failures, failed.status.message, own.taken]).toEqual([1, 'no space', ['a', 'b']])
    await look(published('p', 4), own)
    expect(own.taken).toEqual(['a', 'b', 'c', 'd'])
  })

  it('waits while nothing may be taken', async () => {
    const own = nothing()
    const { status } = await look(published('p', 2), own, Infinity, 'the disk is nearly full')
    expect([own.taken, status.message]).toEqual([['a', 'b'], null])
  })

  it('says that nothing is published there yet', async () => {
    expect((await look(published('p', -1), nothing())).status.message).toBe(
      'nothing was published yet in folder /lake',
    )
  })

  it('is refused into a folder with records of its own, of another publisher, and of one that went back', async () => {
    const message = async (lines: FollowedLog, own: Own) => (await look(lines, own)).status.message
    expect(await message(published('p', 2), { ...nothing(), synced: 9 })).toMatch(/records of its own/)
    const own = nothing()
    await look(published('p', 3), own)
    expect(await message(published('q', 5), own)).toMatch(/of the publisher q now, and this is a copy of p/)
    expect(await message(published('p', 2), own)).toMatch(
      /end at position 2, and here is already what came up to 3/,
    )
    expect(own.taken).toEqual(['a', 'b', 'c'])
  })
})
