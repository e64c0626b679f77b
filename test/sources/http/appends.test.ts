import { describe, expect, it } from 'vitest'
import type { Appended } from '../../../src/core/log.ts'
import { Appends } from '../../../src/sources/http/appends.ts'

const LINES = Buffer.from('{}\n')
const lease = { landed: () => undefined, failed: () => undefined }
const pass = {
  room: () => Promise.resolve(lease),
  turn: () => Promise.resolve(),
  pause: () => Promise.resolve(),
  ...{ hold: () => undefined, heard: () => undefined, charge: () => undefined, leave: () => undefined },
  batchRecords: 100,
}

describe('the lines of a body that are durable', () => {
  it('are its first ones, also where a batch behind one that failed is on disk', async () => {
    const answers: PromiseWithResolvers<Appended>[] = []
    const append = () => {
      const answer = Promise.withResolvers<Appended>()
      answers.push(answer)
      return answer.promise
    }
    const appends = new Appends({ log: { append }, now: () => 0, source: 'http', intervalS: null, pass })
    for (const count of [10, 20, 30]) await appends.add('reading', LINES, count)
    answers[2]?.resolve({ position: 30, count: 30 })
    answers[0]?.resolve({ position: 0, count: 10 })
    answers[1]?.reject(new Error('no space'))
    await expect(appends.settle()).rejects.toThrow('no space')
    expect(appends.durable).toBe(10)
  })
})
