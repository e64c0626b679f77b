import { readdirSync, truncateSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Frame } from '../../../src/core/log.ts'
import { LogDraft } from '../../../src/log/segments/index.ts'
import { batch, folder, linesOf, numbered, opened, readAll } from './sample.ts'

function frame(position: number, count: number, more: Partial<Frame> = {}): Frame {
  const { lines, arrivedAtMs } = batch(numbered(position, count))
  const head = { kind: 'reading', source: 'http', intervalS: 30 }
  return { ...head, arrivedAtMs: arrivedAtMs + position, position, count, lines, ...more }
}

const segmentsIn = (dir: string) => readdirSync(dir).filter(name => name.endsWith('.ndjson.zst'))

describe('a log that is written anew', () => {
  it('opens with every line at its position, of its kind, source and arrival, and without a loss', async () => {
    const dir = folder()
    const draft = await LogDraft.open(dir)
    const frames = [
      frame(7, 3),
      frame(10, 2, { kind: 'weather', source: 'poll:nws', intervalS: null }),
      // Positions that a crash had reserved.
      frame(16_396, 4),
    ]
    await draft.add(frames)
    expect([draft.floor, draft.end, draft.lines]).toEqual([7, 16_400, 9])
    expect(await draft.settle(16_500)).toBe(16_396 - 12 + 100)

    const { log, problems } = await opened(dir)
    expect([problems, log.losses.holes, log.floor]).toEqual([[], [], 7])
    const read = await readAll(log)
    expect(read).toEqual(frames)
    expect(log.named.get('weather')?.records).toBe(2)
    const { position } = await log.append(batch(numbered(0, 1)))
    expect(position).toBeGreaterThan(16_500)
    await log.close()
    const { log: again, problems: later } = await opened(dir)
    expect([later, again.losses.holes]).toEqual([[], []])
    await again.close()
  })

  it('goes on behind the segments that were ended when it was broken off', async () => {
    const dir = folder()
    const first = await LogDraft.open(dir, { segmentBytes: 2_000 })
    await first.add(Array.from({ length: 40 }, (_, i) => frame(i * 10, 10)))
    await first.leave()
    const kept = segmentsIn(dir).length
    expect(kept).toBeGreaterThan(2)

    const second = await LogDraft.open(dir, { segmentBytes: 2_000 })
    expect(second.end).toBeGreaterThan(0)
    expect(second.end).toBeLessThanOrEqual(400)
    expect(second.lines).toBe(second.end)
    await second.add(Array.from({ length: 50 - second.end / 10 }, (_, i) => frame(second.end + i * 10, 10)))
    expect(await second.settle(0)).toBe(0)
    expect(segmentsIn(dir).length).toBeGreaterThan(kept)
    const { log, problems } = await opened(dir)
    expect(problems).toEqual([])
    expect([...linesOf(await readAll(log)).values()]).toEqual(numbered(0, 500))
    await log.close()
  })

  it('takes up nothing that is damaged, and says what to do', async () => {
    const dir = folder()
    const draft = await LogDraft.open(dir)
    await draft.add([frame(0, 10)])
    await draft.settle(10)
    const path = join(dir, segmentsIn(dir)[0] ?? '')
    truncateSync(path, statSync(path).size - 1)
    await expect(LogDraft.open(dir)).rejects.toThrow(/is damaged. Remove the folder/)
  })

  it('takes no line before one that it has', async () => {
    const draft = await LogDraft.open(folder())
    await draft.add([frame(10, 10)])
    await expect(draft.add([frame(19, 2)])).rejects.toThrow('a frame at 19, where 20 was reached')
    await draft.leave()
  })
})
