import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeHeader, frameEnd } from '../../../../src/log/segments/frame/header.ts'
import { diskFiles } from '../../../../src/log/segments/index.ts'
import { batch, folder, numbered, opened, readAll } from '../sample.ts'
import { AT_ONCE, bases, bytesOf, fill, lines, reading, sidecars, START_MS, told } from './city.ts'

const name = (base: number) => `${String(base).padStart(20, '0')}.ndjson.zst`

/** Frames of a segment's file. */
function framesOf(dir: string, base = 0) {
  const bytes = readFileSync(join(dir, name(base)))
  const frames = []
  for (let at = 0; at < bytes.length;) {
    const frame = decodeHeader(bytes, at, at)
    if (frame === null) throw new Error(`no frame at ${at}`)
    frames.push(frame)
    at = frameEnd(frame)
  }
  return frames
}

describe('a log that is compacted', () => {
  it('says the same of every line, to readers and to SQL, and grows on in the same file', async () => {
    const dir = folder()
    const { log, problems } = await opened(dir, { tailBytes: 1 })
    await fill(log, 0, 400)
    const before = told(await readAll(log))
    const sqlBefore = sidecars(dir)
    const small = bytesOf(dir)
    expect(await log.compact(AT_ONCE)).toMatchObject({ segments: 1, failure: null })
    expect(framesOf(dir).length).toBeLessThan(5)
    expect(told(await readAll(log, 0, 1000))).toEqual(before)
    expect(sidecars(dir)).toEqual(sqlBefore)
    expect(bytesOf(dir)).toBeLessThan(small)

    await fill(log, 400, 100)
    const after = told(await readAll(log))
    expect([...after].slice(0, before.size)).toEqual([...before])
    expect(bases(dir)).toEqual([0])
    expect(await log.verifyChecksums(() => undefined)).toMatchObject({ damaged: 0 })
    await log.close()
    expect(problems).toEqual([])

    const again = await opened(dir, { tailBytes: 1 })
    expect(again.problems).toEqual([])
    expect(told(await readAll(again.log, 0, 5000))).toEqual(after)
    await again.log.compact(AT_ONCE)
    await fill(again.log, 500, 3)
    expect(bases(dir)).toEqual([0])
    await again.log.close()
  })

  it('holds an hour of single readings in 35 bytes a line, sidecar and all', async () => {
    const dir = folder()
    let clock = 0
    // Nothing here waits for a disk.
    const files = {
      ...diskFiles,
      open: async (path: string) => ({ ...(await diskFiles.open(path)), datasync: () => Promise.resolve() }),
      syncFolder: () => Promise.resolve(),
    }
    const { log } = await opened(dir, { files, now: () => clock })
    const perHour = 3600
    for (let n = 0; n < perHour; n++) {
      await log.append(lines([3 * n, 3 * n + 1, 3 * n + 2].map(reading), 3 * n, { source: 'simulator' }))
      clock += 1000
      if (n % 30 === 29) await log.compact(AT_ONCE)
    }
    expect(bytesOf(dir) / (3 * perHour)).toBeLessThanOrEqual(35)
    await log.close()
  })

  it('keeps frames of unknown kinds and with unknown parts byte for byte, in their place', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    await fill(log, 0, 150)
    await log.append({ ...lines(['{"t":1}'], 150), kind: 'weather' })
    await fill(log, 151, 150)
    const before = told(await readAll(log))
    const old = readFileSync(join(dir, name(0)))
    const weather = framesOf(dir).find(({ kind }) => kind === 'weather')!
    expect(await log.compact(AT_ONCE)).toMatchObject({ segments: 1 })
    expect(framesOf(dir).length).toBeLessThan(8)
    expect(readFileSync(join(dir, name(0))).includes(old.subarray(weather.offset, frameEnd(weather)))).toBe(
      true,
    )
    expect([...log.named]).toEqual([['weather', { records: 1, from: weather.position }]])
    await log.close()
    const { log: again, problems } = await opened(dir)
    expect(problems).toEqual([])
    expect(told(await readAll(again))).toEqual(before)
    await again.close()
  })

  it('takes appends and reads meanwhile, and loses none of them', async () => {
    const dir = folder()
    const { log } = await opened(dir, { tailBytes: 1 })
    await fill(log, 0, 200)
    const appends: Promise<unknown>[] = []
    let reads = 0
    const pace = async () => {
      appends.push(fill(log, 1000 + appends.length * 20, 20))
      const frames = await readAll(log, 17)
      expect(frames[0]?.position).toBe(17)
      reads++
    }
    expect(await log.compact({ ...AT_ONCE, pace })).toMatchObject({ segments: 1 })
    await Promise.all(appends)
    expect(reads).toBeGreaterThan(0)
    const all = told(await readAll(log))
    expect([...all.keys()]).toEqual(Array.from({ length: log.synced }, (_, i) => i))
    expect(all.size).toBe(
      Math.floor(200 / 3) * 6 +
        3 +
        appends.length * [...Array(20).keys()].reduce((sum, i) => sum + 1 + ((1000 + i) % 3), 0),
    )
    await log.close()
    const { log: again, problems } = await opened(dir)
    expect(problems).toEqual([])
    expect(told(await readAll(again))).toEqual(all)
    await again.close()
  })

  it('does full segments too, each within its own bounds, and frames stay small enough to read one line', async () => {
    const dir = folder()
    const { log } = await opened(dir, { segmentBytes: 40_000, tailBytes: 1 })
    await fill(log, 0, 600)
    const before = told(await readAll(log))
    const segments = bases(dir)
    expect(segments.length).toBeGreaterThan(2)
    await log.compact(AT_ONCE)
    expect(bases(dir)).toEqual(segments)
    expect(told(await readAll(log))).toEqual(before)
    for (const base of segments)
      for (const { rawBytes } of framesOf(dir, base)) expect(rawBytes).toBeLessThanOrEqual(1024 * 1024)
    expect(await log.compact(AT_ONCE)).toMatchObject({ segments: 0 })
    await log.close()
  })

  it('leaves large frames as they are', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    for (let i = 0; i < 3; i++)
      await log.append(batch(numbered(i * 20_000, 20_000), { arrivedAtMs: START_MS + i }))
    const before = readFileSync(join(dir, name(0)))
    expect(await log.compact(AT_ONCE)).toMatchObject({ segments: 0 })
    expect(readFileSync(join(dir, name(0))).equals(before)).toBe(true)
    await log.close()
  })

  it('tells a run twice for a while, then takes it from the plain sidecar', async () => {
    const dir = folder()
    let clock = 0
    const { log } = await opened(dir, { now: () => clock })
    const plain = () =>
      readFileSync(join(dir, '00000000000000000000.frames.ndjson'), 'utf8').split('\n').length - 1
    await fill(log, 0, 200)
    const sqlBefore = sidecars(dir)
    await log.compact(AT_ONCE)
    expect(plain()).toBe(200)
    clock += 61_000
    await fill(log, 200, 5)
    await log.compact(AT_ONCE)
    expect(plain()).toBe(5)
    await fill(log, 205, 2)
    expect(plain()).toBe(7)
    expect((sidecars(dir) as unknown[][])[0]?.slice(0, 200)).toEqual((sqlBefore as unknown[][])[0])
    await log.close()
  })

  it('without room does not begin', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    await fill(log, 0, 200)
    const asked: number[] = []
    const hasRoom = (bytes: number) => {
      asked.push(bytes)
      return Promise.resolve(false)
    }
    expect(await log.compact({ ...AT_ONCE, hasRoom })).toMatchObject({ segments: 0, failure: null })
    expect(asked).toEqual([log.bytes])
    await log.close()
  })

  it('is given up when the log closes, without a trace', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    await fill(log, 0, 200)
    const names = readdirSync(dir)
    let closing: Promise<void> | undefined
    const pace = () => {
      closing ??= log.close()
      return Promise.resolve()
    }
    expect(await log.compact({ ...AT_ONCE, pace })).toMatchObject({ segments: 0, failure: null })
    await closing
    expect(readdirSync(dir)).toEqual(names)
  })

  it('whose source is damaged is left to be mended', async () => {
    const dir = folder()
    const { log, problems } = await opened(dir, { tailBytes: 1 })
    await fill(log, 0, 200)
    const bytes = readFileSync(join(dir, name(0)))
    bytes[framesOf(dir)[20]!.offset + 70]! ^= 1
    writeFileSync(join(dir, name(0)), bytes)
    expect(await log.compact(AT_ONCE)).toMatchObject({ segments: 0, failure: null })
    expect(readFileSync(join(dir, name(0))).equals(bytes)).toBe(true)
    await readAll(log)
    expect(problems.map(({ kind }) => kind)).toEqual(['damaged'])
    await log.close()
  })

  it('with its packed sidecar lost or torn has it written anew by the next start', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    await fill(log, 0, 200)
    await log.compact(AT_ONCE)
    await fill(log, 200, 20)
    const before = sidecars(dir)
    await log.close()
    const packed = join(dir, '00000000000000000000.frames.zst')
    const whole = readFileSync(packed)
    for (const damage of [
      '',
      whole.subarray(0, 40),
      Buffer.concat([whole.subarray(0, -9), Buffer.alloc(9)]),
    ]) {
      const copy = folder()
      cpSync(dir, copy, { recursive: true })
      writeFileSync(join(copy, '00000000000000000000.frames.zst'), damage)
      const { log: again } = await opened(copy)
      expect(sidecars(copy)).toEqual(before)
      await again.close()
    }
  })
})
