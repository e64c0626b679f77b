import { readFileSync, truncateSync, statSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Origin } from '../../../src/core/log.ts'
import { folder, linesOf, numbered, batch, opened, readAll } from './sample.ts'

const TOPIC = '8a7b510e-7556-4273-b38a-7580bea1111c'

function origin(from: number, next: number, partition = 0): Origin {
  return { topic: TOPIC, partition, from, next }
}

const always = { pace: () => Promise.resolve(), hasRoom: () => Promise.resolve(true) }

describe('where records of a broker came from', () => {
  it('is known again when the log is opened, whether it was closed or not', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    await log.append(batch(numbered(0, 3), { origin: origin(0, 3) }))
    await log.append(batch(numbered(3, 2), { origin: origin(0, 7, 1) }))
    await log.append(batch(numbered(5, 2), { origin: origin(3, 9) }))
    const expected = [origin(3, 9), origin(0, 7, 1)]
    expect(log.origins).toEqual(expected)

    // As a kill leaves it: never closed.
    const { log: again } = await opened(dir)
    expect(again.origins).toEqual(expected)
    expect([...linesOf(await readAll(again)).values()]).toEqual(numbered(0, 7))
    await again.close()
    const { log: third } = await opened(dir)
    expect(third.origins).toEqual(expected)
    await third.close()
    await log.close().catch(() => undefined)
  })

  it('goes with its records where a write was not finished', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    await log.append(batch(numbered(0, 3), { origin: origin(0, 3) }))
    await log.append(batch(numbered(3, 3), { origin: origin(3, 6) }))
    await log.close()
    const segment = join(dir, readdirSync(dir).find(name => name.endsWith('.ndjson.zst')) ?? '')
    truncateSync(segment, statSync(segment).size - 1)

    const { log: again } = await opened(dir)
    expect(again.origins).toEqual([origin(0, 3)])
    await again.close()
  })

  it('is one frame, however many lines it has and whatever is appended beside it', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    const lines = Array.from({ length: 10 }, (_, i) => `{"n":${i},"x":"${'x'.repeat(1024 * 1024)}"}`)
    await Promise.all([
      log.append(batch(numbered(0, 1))),
      log.append(batch(lines, { origin: origin(5, 6) })),
      log.append(batch(numbered(1, 1), { origin: origin(6, 7) })),
      log.append(batch(numbered(2, 1))),
    ])
    const frames = await log.read(0, 100 * 1024 * 1024, 100)
    expect(frames.map(({ count }) => count)).toEqual([1, 10, 1, 1])
    expect(log.origins).toEqual([origin(6, 7)])
    await log.close()
  })

  it('stays when frames are compacted', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    for (let i = 0; i < 400; i++)
      await log.append(batch(numbered(i, 1), { origin: origin(i >> 1, (i >> 1) + 1, i % 2) }))
    const expected = [origin(199, 200), origin(199, 200, 1)]
    expect(await log.compact(always)).toMatchObject({ segments: 1, failure: null })
    expect(log.origins).toEqual(expected)
    await log.append(batch(numbered(400, 1), { origin: origin(200, 201) }))
    await log.close()

    const { log: again } = await opened(dir)
    expect(again.origins).toEqual([origin(200, 201), origin(199, 200, 1)])
    expect([...linesOf(await readAll(again)).values()]).toEqual(numbered(0, 401))
    await again.close()
  })

  it('of a quiet partition is still known when retention has dropped its last frame', async () => {
    const dir = folder()
    const { log } = await opened(dir, { segmentBytes: 500 })
    await log.append(batch(numbered(0, 20), { origin: origin(0, 20, 7) }))
    await log.append(batch(numbered(20, 20), { origin: origin(0, 20) }))
    await log.append(batch(numbered(40, 20), { origin: origin(20, 40) }))
    const { segments } = await log.expire({ beforePosition: 40 })
    expect(segments).toBe(2)
    const expected = [origin(0, 20, 7), origin(20, 40)]
    expect(log.origins).toEqual(expected)
    await log.close()

    const { log: again } = await opened(dir)
    expect(again.origins).toEqual(expected)
    expect(readFileSync(join(dir, 'positions.json'), 'utf8')).toContain(TOPIC)
    await again.close()
  })

  it('refuses one that moves nowhere', async () => {
    const { log } = await opened(folder())
    await expect(log.append(batch(numbered(0, 1), { origin: origin(3, 3) }))).rejects.toThrow('an origin')
    await log.close()
  })
})
