import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { unseal } from '../../../src/core/disk/sealed-json.ts'
import { AppendError } from '../../../src/core/errors.ts'
import { decodeHeader, frameEnd } from '../../../src/log/segments/frame/header.ts'
import { batch, folder, linesOf, numbered, opened, readAll } from './sample.ts'

const HOUR_MS = 3_600_000

describe('the log', () => {
  it('begins empty, at position 0', async () => {
    const { log, problems } = await opened(folder())
    expect([log.floor, log.synced, log.accepted, log.bytes]).toEqual([0, 0, 0, 0])
    expect(await log.read(0, 1000, 10)).toEqual([])
    expect(problems).toEqual([])
    await log.close()
  })

  it('gives each line the next position and the same bytes back', async () => {
    const { log } = await opened(folder())
    expect(await log.append(batch(['{"a":1}', '\u0000\r', 'ü €']))).toEqual({ position: 0, count: 3 })
    expect(await log.append(batch(['{"b":2}']))).toEqual({ position: 3, count: 1 })
    expect([...linesOf(await readAll(log)).entries()]).toEqual([
      [0, '{"a":1}'],
      [1, '\u0000\r'],
      [2, 'ü €'],
      [3, '{"b":2}'],
    ])
    await log.close()
  })

  it('commits appends made together as one frame, and keeps unlike ones apart in their order', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    const at = 1_760_000_000_000
    const done = await Promise.all([
      log.append(batch(['1'], { arrivedAtMs: at })),
      log.append(batch(['2', '3'], { arrivedAtMs: at + 4 })),
      log.append(batch(['4'], { kind: 'sensor' })),
      log.append(batch(['5'], { source: 'simulator' })),
      log.append(batch(['6'], { source: 'simulator', intervalS: 300 })),
      log.append(batch(['7'], { source: 'simulator', intervalS: 300, arrivedAtMs: at + HOUR_MS })),
    ])
    expect(done.map(({ position }) => position)).toEqual([0, 1, 3, 4, 5, 6])
    await log.close()
    const { log: again } = await opened(dir)
    const frames = await readAll(again)
    expect(frames.map(frame => ({ ...frame, lines: frame.lines.toString() }))).toEqual([
      {
        kind: 'reading',
        source: 'http',
        intervalS: null,
        arrivedAtMs: at + 4,
        position: 0,
        count: 3,
        lines: '1\n2\n3\n',
      },
      {
        kind: 'sensor',
        source: 'http',
        intervalS: null,
        arrivedAtMs: at,
        position: 3,
        count: 1,
        lines: '4\n',
      },
      {
        kind: 'reading',
        source: 'simulator',
        intervalS: null,
        arrivedAtMs: at,
        position: 4,
        count: 1,
        lines: '5\n',
      },
      {
        kind: 'reading',
        source: 'simulator',
        intervalS: 300,
        arrivedAtMs: at,
        position: 5,
        count: 1,
        lines: '6\n',
      },
      {
        kind: 'reading',
        source: 'simulator',
        intervalS: 300,
        arrivedAtMs: at + HOUR_MS,
        position: 6,
        count: 1,
        lines: '7\n',
      },
    ])
    await again.close()
  })

  it('writes segments any zstd tool reads as NDJSON, and a sidecar that tells what each run of lines is', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    await log.append(batch(['{"a":1}', '{"a":2}']))
    await log.append(batch(['{"s":1}'], { kind: 'sensor', source: 'admin', intervalS: 20 }))
    await log.close()
    const file = readFileSync(join(dir, '00000000000000000000.ndjson.zst'))
    const text: string[] = []
    for (let at = 0; at < file.length;) {
      const frame = decodeHeader(file, at, at)!
      text.push(zstdDecompressSync(file.subarray(at + frame.headerBytes, frameEnd(frame))).toString())
      at = frameEnd(frame)
    }
    expect(text.join('')).toBe('{"a":1}\n{"a":2}\n{"s":1}\n')
    expect(
      readFileSync(join(dir, '00000000000000000000.frames.ndjson'), 'utf8')
        .trimEnd()
        .split('\n')
        .map(line => unseal(line).value),
    ).toEqual([
      {
        position: 0,
        count: 2,
        kind: 'reading',
        source: 'http',
        arrived_at_ms: 1_760_000_000_000,
        interval_s: null,
      },
      {
        position: 2,
        count: 1,
        kind: 'sensor',
        source: 'admin',
        arrived_at_ms: 1_760_000_000_000,
        interval_s: 20,
      },
    ])
  })

  it('goes on in the same segment after a clean close', async () => {
    const dir = folder()
    for (let i = 0; i < 3; i++) {
      const { log, problems } = await opened(dir)
      expect((await log.append(batch([`${i}`]))).position).toBe(i)
      await log.close()
      expect(problems).toEqual([])
    }
    const { log } = await opened(dir)
    expect(log.segments().map(({ base, end }) => [base, end])).toEqual([[0, 3]])
    expect(log.accepted).toBe(3)
    expect([...linesOf(await readAll(log)).values()]).toEqual(['0', '1', '2'])
    await log.close()
  })

  it('never gives a position twice when it was not closed, and still counts right', async () => {
    const dir = folder()
    const { log: left } = await opened(dir)
    await left.append(batch(['0', '1']))
    const { log, problems } = await opened(dir)
    expect([log.synced, log.accepted, problems]).toEqual([2, 2, []])
    const { position } = await log.append(batch(['2']))
    expect(position).toBeGreaterThan(2)
    expect(log.accepted).toBe(3)
    expect([...linesOf(await readAll(log)).values()]).toEqual(['0', '1', '2'])
    await log.close()
    const { log: again } = await opened(dir)
    expect([again.accepted, again.synced]).toEqual([3, position + 1])
    await again.close()
    await left.close()
  })

  it('cuts the first frame at the position asked for, in memory and on disk', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    await log.append(batch(numbered(0, 10)))
    await log.append(batch(numbered(10, 10)))
    const check = async (reader: typeof log) => {
      const frames = await reader.read(7, 1_000_000, 1000)
      expect(frames.map(({ position, count }) => [position, count])).toEqual([
        [7, 3],
        [10, 10],
      ])
      expect([...linesOf(frames).values()]).toEqual(numbered(7, 13))
    }
    await check(log)
    await log.close()
    const { log: again } = await opened(dir)
    await check(again)
    await again.close()
  })

  it('stays within the limits of a read, but always gives a frame', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    for (let i = 0; i < 5; i++) await log.append(batch(numbered(i * 10, 10)))
    const counts = async (reader: typeof log, maxBytes: number, maxRecords: number) =>
      (await reader.read(0, maxBytes, maxRecords)).map(({ count }) => count)
    const check = async (reader: typeof log) => {
      expect(await counts(reader, 1_000_000, 25)).toEqual([10, 10])
      expect(await counts(reader, 1, 1000)).toEqual([10])
      expect(await counts(reader, 1_000_000, 1)).toEqual([10])
    }
    await check(log)
    await log.close()
    const { log: again } = await opened(dir)
    await check(again)
    await again.close()
  })

  it('starts a new segment when one is full, and reads on across it', async () => {
    const { log } = await opened(folder(), { segmentBytes: 1000, tailBytes: 1 })
    for (let i = 0; i < 20; i++) await log.append(batch(numbered(i * 20, 20)))
    expect(log.segments().length).toBeGreaterThan(4)
    expect([...linesOf(await readAll(log)).values()]).toEqual(numbered(0, 400))
    await log.close()
  })

  it('splits a large append into frames without losing a line', async () => {
    const { log } = await opened(folder(), { tailBytes: 1 })
    const lines = numbered(0, 200_000)
    expect(await log.append(batch(lines))).toEqual({ position: 0, count: 200_000 })
    const frames = await readAll(log, 0, 1 << 30)
    expect(frames.length).toBeGreaterThan(1)
    expect([...linesOf(frames).values()]).toEqual(lines)
    await log.close()
  })

  it('wakes those who wait beyond a position, or when they give up', async () => {
    const { log } = await opened(folder())
    const never = new AbortController()
    const woken = log.waitBeyond(0, never.signal)
    const gaveUp = new AbortController()
    const givenUp = log.waitBeyond(100, gaveUp.signal)
    await log.append(batch(['1']))
    await woken
    gaveUp.abort()
    await givenUp
    expect(log.synced).toBe(1)
    await log.close()
  })

  it('refuses an append that would break its framing, and any after it was closed', async () => {
    const { log } = await opened(folder())
    await expect(log.append({ ...batch(['1']), lines: Buffer.from('no end') })).rejects.toThrow(AppendError)
    await expect(log.append({ ...batch(['1']), count: 0 })).rejects.toThrow(AppendError)
    await expect(log.append(batch(['1'], { source: 'x'.repeat(129) }))).rejects.toThrow(AppendError)
    await log.close()
    await expect(log.append(batch(['1']))).rejects.toThrow('closed')
  })
})

describe('expiry', () => {
  const at = (hour: number) => ({ arrivedAtMs: 1_760_000_000_000 + hour * HOUR_MS })

  it('drops whole segments by age of the data, raises the floor, and reports no loss at the next start', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    for (let hour = 0; hour < 96; hour += 6) await log.append(batch(numbered(hour * 10, 10), at(hour)))
    const before = log.segments().length
    expect(before).toBe(4)
    const expired = await log.expire({ beforePosition: Infinity, maxAgeMs: 50 * HOUR_MS })
    expect(expired.segments).toBe(1)
    expect(log.floor).toBe(log.segments()[0]?.base)
    expect(log.floor).toBe(expired.records)
    expect((await log.read(0, 1e6, 1e6))[0]?.position).toBeGreaterThanOrEqual(log.floor)
    await log.close()
    const { log: again, problems } = await opened(dir)
    expect(problems).toEqual([])
    expect([again.floor, again.synced, again.accepted]).toEqual([log.floor, 160, 160])
    expect(readdirSync(dir).filter(name => name.endsWith('.frames.ndjson'))).toHaveLength(3)
    await again.close()
  })

  it('keeps what is not loaded yet, and the segment that grows', async () => {
    const { log } = await opened(folder(), { segmentBytes: 1 })
    for (let i = 0; i < 5; i++) await log.append(batch(numbered(i * 10, 10)))
    expect((await log.expire({ beforePosition: 25, maxBytes: 0 })).segments).toBe(2)
    expect(log.floor).toBe(20)
    expect((await log.expire({ beforePosition: Infinity })).segments).toBe(2)
    expect([log.floor, log.synced]).toEqual([40, 50])
    expect([...linesOf(await readAll(log, 40)).values()]).toEqual(numbered(40, 10))
    await log.close()
  })
})
