import { describe, expect, it } from 'vitest'
import { ReaderPool } from '../../../src/lake/engine/readers/pool.ts'
import type { Reader } from '../../../src/lake/engine/readers/reader.ts'

/** A reader's process that ends when it is told to, and is gone when the test says so. */
function fakeReader(shape: number) {
  const { promise: gone, resolve: go } = Promise.withResolvers<string>()
  const fake = {
    ...{ shape, gone, alive: true, busy: 0, ended: false },
    take: () => fake,
    use: () => Promise.resolve([]),
    kill: () => void Object.assign(fake, { alive: false, ended: true }),
  }
  return { reader: fake as unknown as Reader, fake, go: () => go('signal SIGKILL') }
}

describe('a pool of readers', () => {
  it('is stopped only when those are gone too that it has replaced: their folders are still written to', async () => {
    let shape = 1
    const started: ReturnType<typeof fakeReader>[] = []
    const pool = new ReaderPool({
      processes: 1,
      start: () => {
        const next = fakeReader(shape)
        started.push(next)
        return Promise.resolve(next.reader)
      },
      shape: () => shape,
      wanted: () => 0,
      onProblem: problem => expect.unreachable(problem),
    })
    await pool.query('SELECT 1')
    shape = 2
    await pool.query('SELECT 1')
    expect(started.map(({ fake }) => fake.alive)).toEqual([false, true])

    let isStopped = false
    const stopping = pool.stop().then(() => (isStopped = true))
    started[1]?.go()
    await new Promise(resolve => setImmediate(resolve))
    expect(isStopped).toBe(false)
    started[0]?.go()
    await stopping
    expect(started.every(({ fake }) => fake.ended)).toBe(true)
  })

  it('never has more than its processes when the tables change, and knows all that it starts', async () => {
    let shape = 1
    const started: ReturnType<typeof fakeReader>[] = []
    let starting = 0
    const pool = new ReaderPool({
      processes: 2,
      start: async () => {
        // One at a time: of two at once a stop would know one.
        expect(++starting).toBe(1)
        const next = fakeReader(shape)
        await new Promise(resolve => setImmediate(resolve))
        started.push(next)
        starting--
        return next.reader
      },
      shape: () => shape,
      wanted: () => 0,
      onProblem: problem => expect.unreachable(problem),
    })
    const alive = () => started.filter(({ fake }) => fake.alive).length
    for (; shape < 5; shape++) {
      await pool.query('SELECT 1')
      await expect.poll(alive).toBe(2)
    }
    await pool.query('SELECT 1')
    const stopping = pool.stop()
    await expect.poll(alive).toBe(0)
    for (const { go } of started) go()
    await stopping
    expect(alive()).toBe(0)
  })
})
