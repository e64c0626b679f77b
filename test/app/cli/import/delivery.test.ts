import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Client, RefusedError } from '../../../../src/app/cli/client/index.ts'
import { delivery } from '../../../../src/app/cli/import/delivery.ts'
import { GaveUpError } from '../../../../src/app/cli/import/patience.ts'
import { problem, Stage } from '../fake.ts'
import type { Answer } from '../fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

/** A delivery whose sleep moves its clock on. */
async function deliver(answer: Answer | null, signal = new AbortController().signal) {
  let nowMs = 0
  const slept: number[] = []
  const socketPath = answer
    ? (await stage.serve('city', { 'POST /v1/readings': answer })).controlSocket
    : `${stage.cwd}/nobody.sock`
  const send = delivery({
    client: new Client({ socketPath }, null),
    source: 'replay:x',
    intervalS: null,
    signal,
    nowMs: () => nowMs,
    sleep: ms => {
      slept.push(ms)
      nowMs += ms
      return Promise.resolve()
    },
    onPause: () => undefined,
  })
  return { slept, send: () => send(Buffer.from('{}\n')) }
}

describe('delivery', () => {
  it('sleeps as long as Retry-After says, however often', async () => {
    let left = 500
    const { send, slept } = await deliver((_asked, response) => {
      if (left-- > 0) problem(response, 429, 'ART_BACKLOG', 'behind', { 'retry-after': '7' })
      else response.end('{"accepted":1,"positions":[[0,1]]}')
    })
    await send()
    expect(slept).toHaveLength(500)
    expect(new Set(slept)).toEqual(new Set([7000]))
  })

  it('gives up after two minutes without a server', async () => {
    const { send, slept } = await deliver(null)
    await expect(send()).rejects.toThrow(GaveUpError)
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(120_000)
  })

  it('waits for a full disk as long as it takes', async () => {
    let left = 500
    const { send, slept } = await deliver((_asked, response) => {
      const code = left % 2 === 0 ? 'ART_DISK_FULL' : 'ART_DISK_NEARLY_FULL'
      if (left-- > 0) problem(response, 503, code, 'full', { 'retry-after': '10' })
      else response.end('{"accepted":1,"positions":[[0,1]]}')
    })
    await send()
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBe(5_000_000)
  })

  it('gives up after two minutes of a log that can’t write', async () => {
    const { send } = await deliver((_asked, response) =>
      problem(response, 503, 'ART_LOG_APPEND', 'no writing'),
    )
    await expect(send()).rejects.toThrow(/no writing.*Gave up/)
  })

  it('survives a server that hangs up before it answers', async () => {
    let asked = 0
    const { send } = await deliver((_asked, response) => {
      if (asked++ < 1) response.destroy()
      else response.end('{"accepted":1,"positions":[[0,1]]}')
    })
    expect(await send()).toEqual({ positions: [[0, 1]], isRepeated: true })
    expect(asked).toBe(2)
  })

  it('does not wait once interrupted', async () => {
    const { send, slept } = await deliver(
      (_asked, response) => problem(response, 429, 'ART_BACKLOG', 'behind'),
      AbortSignal.abort(),
    )
    await expect(send()).rejects.toThrow(RefusedError)
    expect(slept).toEqual([])
  })
})
