import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Append } from '../../../src/core/log.ts'
import { encodeHeader } from '../../../src/log/segments/frame/header.ts'
import { batch, folder, linesOf, numbered, opened, readAll, sidecarOf } from './sample.ts'

const SEGMENT = '00000000000000000000.ndjson.zst'

/** A frame as a later program writes it: of a named stream, or with another version or kind in its header. */
function laterFrame(
  position: number,
  lines: readonly string[],
  alter: { at: number; value: number } | null,
): Buffer {
  const text = Buffer.from(lines.map(line => `${line}\n`).join(''))
  const packed = zstdCompressSync(text)
  const header = encodeHeader({
    kind: 'weather',
    source: 'metar',
    arrivedAtMs: 1_760_000_000_000,
    intervalS: null,
    position,
    count: lines.length,
    rawBytes: text.length,
    packedBytes: packed.length,
    checksum: crc32(packed),
  })
  if (alter !== null) {
    header.writeUInt8(alter.value, alter.at)
    header.writeUInt32LE(crc32(header.subarray(0, -4)), header.length - 4)
  }
  return Buffer.concat([header, packed])
}

/** A log with ten known lines, three of a later program's frame, ten known ones. */
async function withLaterFrame(alter: { at: number; value: number } | null) {
  const dir = folder()
  const { log } = await opened(dir)
  await log.append(batch(numbered(0, 10)))
  await log.append(batch(numbered(10, 3)))
  await log.append(batch(numbered(13, 10)))
  await log.close()
  const bytes = readFileSync(join(dir, SEGMENT))
  const magic = Buffer.from([0x50, 0x2a, 0x4d, 0x18])
  const second = bytes.indexOf(magic, 1)
  const third = bytes.indexOf(magic, second + 1)
  const later = laterFrame(10, ['{"a":1}', '{"a":2}', '{"a":3}'], alter)
  writeFileSync(join(dir, SEGMENT), Buffer.concat([bytes.subarray(0, second), later, bytes.subarray(third)]))
  return { dir, later }
}

describe.each([
  ['of a named stream', null, 'weather'],
  ['of a kind with an unknown number', { at: 9, value: 99 }, 'kind 99'],
  ['of a later version', { at: 8, value: 9 }, 'version 9'],
] as const)('a whole frame %s', (_, alter, kind) => {
  it('is kept, counted and told by the sidecar, never damage', async () => {
    const { dir, later } = await withLaterFrame(alter)
    for (let start = 0; start < 2; start++) {
      const { log, problems } = await opened(dir)
      expect(problems).toEqual([])
      expect(log.synced).toBe(23)
      expect([...log.named]).toEqual([[kind, { records: 3, from: 10 }]])
      const frames = await readAll(log)
      expect(frames.map(frame => [frame.kind, frame.position, frame.count])).toEqual([
        ['reading', 0, 10],
        [kind, 10, 3],
        ['reading', 13, 10],
      ])
      expect(linesOf(frames).get(11)).toBe('{"a":2}')
      expect(await log.verifyChecksums(() => undefined)).toMatchObject({ damaged: 0 })
      await log.close()
      expect(readFileSync(join(dir, SEGMENT)).includes(later)).toBe(true)
      expect(sidecarOf(dir, 0).map(line => [line.position, line.count, line.kind])).toEqual(
        [
          ['reading', 0, 10],
          [kind, 10, 3],
          ['reading', 13, 10],
        ].map(([name, position, count]) => [position, count, name]),
      )
    }
  })
})

describe('an append of a stream by its name', () => {
  it('comes back with its name, also after the next start', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    const named = { ...batch(['{"t":1}', '{"t":2}']), kind: 'weather' } as unknown as Append
    await log.append(named)
    await log.append(batch(['x']))
    expect([...log.named]).toEqual([['weather', { records: 2, from: 0 }]])
    await log.close()
    const { log: again, problems } = await opened(dir)
    expect(problems).toEqual([])
    expect((await readAll(again)).map(({ kind, count }) => [kind, count])).toEqual([
      ['weather', 2],
      ['reading', 1],
    ])
    await again.close()
  })
})
