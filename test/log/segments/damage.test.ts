import {
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeHeader, frameEnd } from '../../../src/log/segments/frame/header.ts'
import type { FrameAt } from '../../../src/log/segments/frame/header.ts'
import { batch, folder, linesOf, numbered, opened, readAll, removeFolders, sidecarOf } from './sample.ts'

/** Appends, and the folder as a crash at that moment leaves it. */
async function written(batches: readonly number[], options: { segmentBytes: number; clean: boolean }) {
  const dir = folder()
  const { log } = await opened(dir, { segmentBytes: options.segmentBytes })
  const lines = new Map<number, string>()
  let n = 0
  for (const size of batches) {
    const texts = numbered(n, size)
    const { position } = await log.append(batch(texts))
    for (const [i, text] of texts.entries()) lines.set(position + i, text)
    n += size
  }
  const crashed = folder()
  if (!options.clean) cpSync(dir, crashed, { recursive: true })
  await log.close()
  if (options.clean) cpSync(dir, crashed, { recursive: true })
  return { dir: crashed, lines }
}

function segmentFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter(name => name.endsWith('.ndjson.zst'))
    .sort()
}

function framesIn(bytes: Buffer): FrameAt[] {
  const frames: FrameAt[] = []
  for (let at = 0; at < bytes.length;) {
    const frame = decodeHeader(bytes, at, at)
    if (frame === null) throw new Error(`no frame at ${at}`)
    frames.push(frame)
    at = frameEnd(frame)
  }
  return frames
}

/** What SQL sees: a line's position is its file's base plus its row, and the sidecar names the same frames. */
function asSql(dir: string): Map<number, string> {
  const lines = new Map<number, string>()
  for (const name of segmentFiles(dir)) {
    const base = Number(name.slice(0, 20))
    const bytes = readFileSync(join(dir, name))
    const frames = framesIn(bytes)
    let row = 0
    for (const frame of frames) {
      const text = zstdDecompressSync(
        bytes.subarray(frame.offset + frame.headerBytes, frameEnd(frame)),
      ).toString()
      for (const line of text.split('\n').slice(0, -1)) lines.set(base + row++, line)
    }
    expect(sidecarOf(dir, base).map(({ position, count }) => [position, count])).toEqual(
      frames.map(({ position, count }) => [position, count]),
    )
  }
  return lines
}

type Blow =
  | { readonly kind: 'flip' | 'truncate' | 'insert' | 'remove'; readonly file: number; readonly at: number }
  | { readonly kind: 'zero'; readonly file: number; readonly at: number; readonly length: number }

/** Does one thing to one file, and says which. */
function strike(dir: string, blow: Blow, names: readonly string[]): string | null {
  const name = names[blow.file % names.length]!
  const path = join(dir, name)
  if (!existsSync(path)) return null
  const { size } = statSync(path)
  const at = Math.floor(blow.at * size)
  if (blow.kind === 'remove') rmSync(path)
  else if (blow.kind === 'truncate') truncateSync(path, at)
  else {
    const bytes = readFileSync(path)
    if (blow.kind === 'flip' && size > 0) bytes[at]! ^= 1 + (at % 255)
    if (blow.kind === 'zero') bytes.fill(0, at, Math.min(size, at + blow.length))
    const garbage = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0xff, 0, 10])
    writeFileSync(
      path,
      blow.kind === 'insert' ? Buffer.concat([bytes.subarray(0, at), garbage, bytes.subarray(at)]) : bytes,
    )
  }
  return name
}

const blow: fc.Arbitrary<Blow> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('flip', 'truncate', 'insert', 'remove'),
    file: fc.nat(),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('zero'),
    file: fc.nat(),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    length: fc.integer({ min: 1, max: 5000 }),
  }),
)

const scenario = fc.record({
  batches: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 25 }),
  segmentBytes: fc.constantFrom(1, 1500, 6000, 1_000_000),
  clean: fc.boolean(),
  blows: fc.array(blow, { minLength: 1, maxLength: 4 }),
})

describe('a log whose files were damaged', () => {
  it('gives back every line of an undamaged frame, in order, and nothing else; positions are never used twice', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ batches, segmentBytes, clean, blows }) => {
        const { dir, lines } = await written(batches, { segmentBytes, clean })
        const originals = new Map(segmentFiles(dir).map(name => [name, readFileSync(join(dir, name))]))
        const names = readdirSync(dir).sort()
        for (const one of blows) strike(dir, one, names)
        // With every file removed it is a new log.
        fc.pre(readdirSync(dir).length > 0)

        const intact: FrameAt[] = []
        for (const [name, before] of originals) {
          if (!existsSync(join(dir, name))) continue
          const after = readFileSync(join(dir, name))
          // An insert moves what follows it: whole frames are found again wherever they are.
          for (const frame of framesIn(before)) {
            if (after.includes(before.subarray(frame.offset, frameEnd(frame)))) intact.push(frame)
          }
        }

        const { log, problems } = await opened(dir)
        const read = await readAll(log, 0, 3000)
        const got = linesOf(read)
        for (const [position, line] of got) expect(line).toBe(lines.get(position))
        expect([...got.keys()]).toEqual([...got.keys()].sort((a, b) => a - b))
        for (const { position, count } of intact) {
          for (let i = 0; i < count; i++) expect(got.has(position + i), `line ${position + i}`).toBe(true)
        }
        if (blows.length === 1 && got.size < lines.size) expect(problems).not.toEqual([])
        expect(asSql(dir)).toEqual(got)

        const { position } = await log.append(batch(['new']))
        expect(position).toBeGreaterThan(Math.max(...lines.keys()))
        await log.close()

        const { log: again, problems: later } = await opened(dir)
        expect(later).toEqual([])
        expect(linesOf(await readAll(again))).toEqual(new Map([...got, [position, 'new']]))
        await again.close()
        removeFolders()
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 150) },
    )
  })

  it('sets the bytes of a damaged middle aside, names the gap, and keeps both sides', async () => {
    const { dir, lines } = await written([10, 10, 10], { segmentBytes: 1_000_000, clean: true })
    const [name] = segmentFiles(dir)
    const path = join(dir, name!)
    const bytes = readFileSync(path)
    const second = framesIn(bytes)[1]!
    bytes[second.offset + second.headerBytes + 5]! ^= 0xff
    writeFileSync(path, bytes)
    const { log, problems } = await opened(dir)
    expect(problems).toMatchObject([
      { kind: 'damaged', from: 10, to: 20, setAside: `damaged/00000000000000000000-${second.offset}.bin` },
    ])
    expect(readFileSync(join(dir, problems[0]!.setAside!))).toEqual(
      bytes.subarray(second.offset, frameEnd(second)),
    )
    expect(segmentFiles(dir).map(file => Number(file.slice(0, 20)))).toEqual([0, 20])
    expect([...linesOf(await readAll(log)).keys()]).toEqual([...lines.keys()].filter(p => p < 10 || p >= 20))
    await log.close()
  })

  it('cuts an unfinished write at the end without calling it a loss', async () => {
    const { dir, lines } = await written([5, 5], { segmentBytes: 1_000_000, clean: false })
    const [name] = segmentFiles(dir)
    const bytes = readFileSync(join(dir, name!))
    writeFileSync(join(dir, name!), Buffer.concat([bytes, bytes.subarray(0, 100)]))
    const { log, problems } = await opened(dir)
    expect(problems.map(({ kind }) => kind)).toEqual(['cut'])
    expect(statSync(join(dir, name!)).size).toBe(bytes.length)
    expect(linesOf(await readAll(log))).toEqual(lines)
    await log.close()
  })

  it('says so when the last segment is gone, and does not use its positions again', async () => {
    const { dir, lines } = await written([10, 10, 10], { segmentBytes: 1, clean: false })
    rmSync(join(dir, '00000000000000000020.ndjson.zst'))
    rmSync(join(dir, '00000000000000000020.frames.ndjson'))
    const { log, problems } = await opened(dir)
    expect(problems).toMatchObject([{ kind: 'lost', from: 20 }])
    expect(log.synced).toBe(20)
    expect((await log.append(batch(['x']))).position).toBeGreaterThanOrEqual(lines.size)
    await log.close()
  })

  it('does not use a position again when every file is gone but the one that remembers', async () => {
    const { dir } = await written([10], { segmentBytes: 1, clean: true })
    for (const name of readdirSync(dir)) if (name !== 'positions.json') rmSync(join(dir, name))
    const { log, problems } = await opened(dir)
    expect(problems).toMatchObject([{ kind: 'lost', from: 0 }])
    expect((await log.append(batch(['x']))).position).toBe(10)
    expect(log.accepted).toBe(11)
    await log.close()
  })

  it('finds damage of an older segment by verifying, while it is open', async () => {
    const { dir } = await written([10, 10, 10], { segmentBytes: 1, clean: true })
    const { log, problems } = await opened(dir)
    const path = join(dir, '00000000000000000010.ndjson.zst')
    const bytes = readFileSync(path)
    bytes[bytes.length - 3]! ^= 1
    writeFileSync(path, bytes)
    const found: string[] = []
    const shares: number[] = []
    const verified = await log.verifyChecksums(
      problem => found.push(problem.message),
      share => shares.push(share),
    )
    expect(verified).toMatchObject({ segments: 3, damaged: 1 })
    expect(found).toHaveLength(1)
    expect(problems.map(({ kind, from, to }) => [kind, from, to])).toEqual([['damaged', 10, null]])
    expect(shares.at(-1)).toBe(1)
    expect(log.segments().map(({ base }) => base)).toEqual([0, 20])
    expect((await log.verifyChecksums(() => undefined)).damaged).toBe(0)
    await log.close()
  })

  it('goes on writing while damage of the growing segment is mended', async () => {
    const dir = folder()
    const { log, problems } = await opened(dir, { tailBytes: 1 })
    await log.append(batch(numbered(0, 10)))
    await log.append(batch(numbered(10, 10)))
    const path = join(dir, '00000000000000000000.ndjson.zst')
    const bytes = readFileSync(path)
    bytes[90]! ^= 1
    writeFileSync(path, bytes)
    const [frames, appended] = await Promise.all([readAll(log), log.append(batch(numbered(20, 10)))])
    expect(appended.position).toBe(20)
    expect([...linesOf(frames).keys()].slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => 10 + i))
    expect(problems.map(({ kind, from, to }) => [kind, from, to])).toEqual([['damaged', 0, 10]])
    expect([...linesOf(await readAll(log)).values()]).toEqual(numbered(10, 20))
    await log.close()
    expect(asSql(dir).size).toBe(20)
  })
})
