import { describe, expect, it } from 'vitest'
import { AppendError } from '../../../src/core/errors.ts'
import { openFeed, replay } from '../../../src/sources/files/index.ts'
import type { ReplayOptions } from '../../../src/sources/files/index.ts'
import { fileWith } from './folder.ts'

const START_MS = Date.parse('2026-06-16T12:00:00Z')
const lines = Array.from(
  { length: 100 },
  (_, i) =>
    `{"sensor_id":"S${i % 2}","timestamp":"${new Date(START_MS + Math.floor(i / 2) * 60_000).toISOString()}","queue_length":${i}}`,
)
const feed = await openFeed(fileWith('replay.ndjson', lines.join('\n') + '\n'))

interface Sent {
  readonly atMs: number
  readonly lines: string[]
}

/** A receiver and a clock that only `sleep` moves. */
function receiver(changed: Partial<ReplayOptions> = {}) {
  const sent: Sent[] = []
  const saved: (string | null)[] = []
  const stop = new AbortController()
  let clock = 0
  const options: ReplayOptions = {
    send: (batch, count) => {
      const received = batch.toString().trimEnd().split('\n')
      expect(received).toHaveLength(count)
      sent.push({ atMs: clock, lines: received })
      return Promise.resolve()
    },
    speed: 'max',
    now: () => clock,
    sleep: ms => {
      clock += ms
      return Promise.resolve()
    },
    signal: stop.signal,
    saveResume: resume => {
      saved.push(resume)
    },
    ...changed,
  }
  return { options, sent, saved, stop, all: () => sent.flatMap(one => one.lines) }
}

describe('replay', () => {
  it('sends everything in order and ends with nothing to resume', async () => {
    const { options, all, saved } = receiver()
    expect(await replay(feed, options)).toEqual({ records: 100, reordered: 0, completed: true })
    expect(all()).toEqual(lines)
    expect(saved.at(-1)).toBeNull()
  })

  it('keeps the pace: a minute of readings each second at speed 60', async () => {
    const { options, sent } = receiver({ speed: 60 })
    await replay(feed, options)
    expect(sent.map(one => one.atMs)).toEqual(Array.from({ length: 50 }, (_, i) => i * 1000))
    for (const one of sent) expect(one.lines).toHaveLength(2)
  })

  it('keeps real pace', async () => {
    const { options, sent } = receiver({ speed: 1 })
    await replay(feed, options)
    expect(sent.at(-1)?.atMs).toBe(49 * 60_000)
  })

  it('finishes the batch in hand on Ctrl-C and goes on after it', async () => {
    const first = receiver({ speed: 60 })
    const stopping: ReplayOptions = {
      ...first.options,
      onProgress: ({ records }) => {
        if (records === 30) first.stop.abort()
      },
    }
    expect(await replay(feed, stopping)).toEqual({ records: 30, reordered: 0, completed: false })
    const second = receiver({ resume: first.saved.at(-1) ?? null })
    expect(await replay(feed, second.options)).toMatchObject({ records: 70, completed: true })
    expect([...first.all(), ...second.all()]).toEqual(lines)
  })

  it('saves the place only once the receiver has the batch', async () => {
    const { options, saved } = receiver({ speed: 60, send: () => Promise.reject(new Error('gone')) })
    await expect(replay(feed, options)).rejects.toThrow('gone')
    expect(saved).toEqual([])
  })

  it('tries again what may be retried, and says so', async () => {
    const problems: string[] = []
    let calls = 0
    const good = receiver()
    const { options } = receiver({
      send: (batch, count) =>
        ++calls % 3 === 0 ? good.options.send(batch, count) : Promise.reject(new AppendError('busy')),
      onProblem: problem => problems.push(problem.message),
    })
    expect(await replay(feed, { ...options, speed: 60 })).toMatchObject({ records: 100, completed: true })
    expect(good.all()).toEqual(lines)
    expect(problems).toHaveLength(100)
  })

  it('gives up trying when stopped, without counting the batch', async () => {
    const { options, saved, stop } = receiver({ send: () => Promise.reject(new AppendError('busy')) })
    const result = await replay(feed, { ...options, onProblem: () => stop.abort() })
    expect(result).toEqual({ records: 0, reordered: 0, completed: false })
    expect(saved).toEqual([])
  })

  it('refuses a speed that is no speed', async () => {
    await expect(replay(feed, receiver({ speed: 0 }).options)).rejects.toThrow(RangeError)
    await expect(replay(feed, receiver({ speed: NaN }).options)).rejects.toThrow(RangeError)
  })
})
