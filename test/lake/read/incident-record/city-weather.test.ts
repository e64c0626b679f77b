import { describe, expect, it } from 'vitest'
import type { Ask } from '../../../../src/lake/read/incident-record/ask.ts'
import { weatherAt, WeatherMemory } from '../../../../src/lake/read/incident-record/city-weather.ts'

const rows = (words: readonly string[]) => [
  { hours: words.map((_, i) => 420_000 + 2 * i), words, ofDay: words.map((_, i) => i % 2) },
]

describe('the weather in memory', () => {
  it('knows the hour of an instant, and that of others nothing is known', async () => {
    const ask = (() => Promise.resolve(rows(['rain', 'fog']))) as unknown as Ask
    const weather = await new WeatherMemory({ ask, now: () => 0 }).now()
    const at = (hours: number) => weatherAt(weather, (420_000 + hours) * 3_600)
    expect([at(-1), at(0), at(0.99), at(1), at(2), at(3)]).toEqual([null, 'rain', 'rain', null, 'fog', null])
    expect([...weather.isOfDay]).toEqual([0, 0, 1])
  })

  it('is read again when it is a minute old, and the old one answers meanwhile and when that fails', async () => {
    let nowMs = 0
    let answer: () => Promise<unknown> = () => Promise.resolve(rows(['rain']))
    const memory = new WeatherMemory({ ask: (() => answer()) as Ask, now: () => nowMs })
    const [first, second] = await Promise.all([memory.now(), memory.now()])
    expect(second).toBe(first)
    answer = () => Promise.reject(new Error('busy'))
    nowMs = 59_999
    expect(await memory.now()).toBe(first)
    nowMs = 60_000
    expect(await memory.now()).toBe(first)
    answer = () => Promise.resolve(rows(['snow']))
    await expect.poll(async () => weatherAt(await memory.now(), 420_000 * 3_600)).toBe('snow')
    expect((await memory.now()).digest).not.toBe(first.digest)
  })

  it('fails where nothing was ever read', async () => {
    const ask: Ask = () => Promise.reject(new Error('no engine'))
    await expect(new WeatherMemory({ ask, now: () => 0 }).now()).rejects.toThrow('no engine')
  })
})
