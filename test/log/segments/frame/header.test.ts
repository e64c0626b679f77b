import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeHeader, encodeHeader, MAX_HEADER_BYTES } from '../../../../src/log/segments/frame/header.ts'
import type { FrameHeader } from '../../../../src/log/segments/frame/header.ts'
import { encodeRuns, runsOfHeader } from '../../../../src/log/segments/frame/runs.ts'

const HEADER: FrameHeader = {
  kind: 'reading',
  source: 'http',
  arrivedAtMs: 1_760_000_000_123,
  intervalS: null,
  position: 42,
  count: 3,
  rawBytes: 300,
  packedBytes: 90,
  checksum: 7,
}

/** The header with one byte changed, and its checksum made right again. */
function altered(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(value, at)
  copy.writeUInt32LE(crc32(copy.subarray(0, -4)), copy.length - 4)
  return copy
}

const FROZEN = { position: 42, count: 3, rawBytes: 300, packedBytes: 90, checksum: 7 }

describe('a frame header', () => {
  it('stays byte for byte what the first version wrote', () => {
    expect(encodeHeader(HEADER).toString('hex')).toBe(
      '502a4d18340000000100040000b007cc829c7942000000000000f87f2a00000000000000030000002c0100005a0000000700000068747470a4b5db21',
    )
  })

  it.each([
    ['a number no kind has', (bytes: Buffer) => altered(bytes, 9, 17), 'kind 17'],
    ['a later version', (bytes: Buffer) => altered(bytes, 8, 3), 'version 3'],
  ])('of %s is whole and unknown, with its place in the log', (_, alter, kind) => {
    expect(decodeHeader(alter(encodeHeader(HEADER)), 0, 5)).toMatchObject({
      ...FROZEN,
      kind,
      form: 'unknown',
      foreign: true,
      offset: 5,
    })
  })

  it('bears the name of a stream without a number', () => {
    const bytes = encodeHeader({ ...HEADER, kind: 'weather' })
    expect(decodeHeader(bytes, 0, 0)).toMatchObject({ ...HEADER, kind: 'weather', form: 'one' })
    expect(bytes.readUInt8(9)).toBe(255)
  })

  it('may have parts that are not known: it can be read, and must not be rewritten', () => {
    const bytes = encodeHeader(HEADER, [{ tag: 200, bytes: Buffer.from('offset 12 of topic x') }])
    expect(decodeHeader(bytes, 0, 0)).toMatchObject({ ...HEADER, form: 'one', foreign: true })
    expect(decodeHeader(encodeHeader(HEADER), 0, 0)).toMatchObject({ form: 'one', foreign: false })
  })

  it('with one bit changed is none', () => {
    const bytes = encodeHeader({ ...HEADER, kind: 'weather' })
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(decodeHeader(flipped, 0, 0)).toBeNull()
    }
  })

  it('longer than any may be is none, whatever its checksum says', () => {
    const bytes = encodeHeader(HEADER, [{ tag: 200, bytes: Buffer.alloc(MAX_HEADER_BYTES) }])
    expect(decodeHeader(bytes, 0, 0)).toBeNull()
  })
})

const run = fc.record({
  kind: fc.constantFrom('reading', 'sensor', 'oversize', 'rules'),
  source: fc.oneof(fc.constant('http'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })),
  arrivedAtMs: fc.oneof(
    fc.integer({ min: 1_760_000_000_000, max: 1_760_000_100_000 }),
    fc.double({ noNaN: true }),
    fc.maxSafeInteger(),
  ),
  intervalS: fc.oneof(fc.constant(null), fc.constant(30), fc.double({ noNaN: true })),
  count: fc.integer({ min: 1, max: 100_000 }),
})

describe('the runs of a frame', () => {
  it('come back exactly, whatever arrival, interval and source they have', () => {
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 200 }), runs => {
        const count = runs.reduce((sum, one) => sum + one.count, 0)
        const header = encodeHeader({ ...HEADER, kind: '', source: '', count }, [encodeRuns(runs)])
        const frame = decodeHeader(header, 0, 0)
        expect(frame).toMatchObject({ form: 'runs', runs: runs.length, foreign: false, count })
        expect(runsOfHeader(frame!, header)).toEqual(runs)
      }),
    )
  })

  it('take two bytes each where single lines arrive second by second', () => {
    const runs = Array.from({ length: 4000 }, (_, i) => ({
      kind: 'reading',
      source: i % 7 === 0 ? 'simulator' : 'http',
      arrivedAtMs: 1_760_000_000_000 + i * 333 + ((i * 7919) % 41),
      intervalS: 30,
      count: 1 + (i % 3),
    }))
    expect(encodeRuns(runs).bytes.length).toBeLessThan(2.5 * runs.length)
  })
})
