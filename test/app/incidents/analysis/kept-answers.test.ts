import { describe, expect, it } from 'vitest'
import { KeptAnswers } from '../../../../src/app/incidents/analysis/kept-answers.ts'

const answers = (over: Partial<ConstructorParameters<typeof KeptAnswers>[0]> = {}) =>
  new KeptAnswers({ most: 2, mostWaiting: 2, patienceMs: 5, ...over })

/** Work that ends when it is told to, and counts how often it began. */
function work<T>(result: T) {
  const gate = Promise.withResolvers<T>()
  const held = { begun: 0, end: () => gate.resolve(result), fail: (error: Error) => gate.reject(error) }
  const make = () => {
    held.begun++
    return gate.promise
  }
  return { ...held, make, begun: () => held.begun }
}
const COMPUTING = { state: 'computing', result: null }

describe('KeptAnswers', () => {
  it('says that it is computing, and has the answer for whoever asks again, made once', async () => {
    const kept = answers()
    const slow = work(42)
    expect(await kept.ask('a', slow.make)).toEqual(COMPUTING)
    expect(await kept.ask('a', slow.make)).toEqual(COMPUTING)
    slow.end()
    await expect.poll(() => kept.ask('a', slow.make)).toEqual({ state: 'ready', result: 42 })
    expect(slow.begun()).toBe(1)
  })

  it('answers at once what is quick', async () => {
    const kept = answers({ patienceMs: 60_000 })
    expect(await kept.ask('a', () => Promise.resolve(1))).toEqual({ state: 'ready', result: 1 })
  })

  it('works on one question at a time, the newest of those that wait first, and gives the oldest up', async () => {
    const kept = answers()
    const [first, ...rest] = [work(1), work(2), work(3), work(4)]
    await kept.ask('1', first.make)
    for (const [i, each] of rest.entries()) await kept.ask(String(i + 2), each.make)
    expect(rest.map(each => each.begun())).toEqual([0, 0, 0])
    first.end()
    await expect.poll(() => rest.map(each => each.begun())).toEqual([0, 0, 1])
    rest[2].end()
    await expect.poll(() => rest.map(each => each.begun())).toEqual([0, 1, 1])
  })

  it('forgets what was asked for longest ago', async () => {
    const kept = answers({ patienceMs: 60_000 })
    let made = 0
    const ask = (key: string) => kept.ask(key, () => Promise.resolve(++made))
    await ask('a')
    await ask('b')
    await ask('a')
    await ask('c')
    expect((await ask('a')).result).toBe(1)
    expect((await ask('b')).result).toBe(4)
  })

  it('tells a failure to one who asks, and tries again for the next', async () => {
    const kept = answers({ patienceMs: 60_000 })
    await expect(kept.ask('a', () => Promise.reject(new Error('no engine')))).rejects.toThrow('no engine')
    expect(await kept.ask('a', () => Promise.resolve(1))).toEqual({ state: 'ready', result: 1 })
  })
})
