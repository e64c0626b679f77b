import { gzipSync, zstdCompressSync } from 'node:zlib'
import { compressionsAlgorithms } from '@platformatic/kafka'
import { describe, expect, it } from 'vitest'
import {
  boundUnpacking,
  lz4Length,
  snappyLength,
  UnpackError,
} from '../../../../src/sources/kafka/client/unpack.ts'

const { gzip, snappy, lz4, zstd } = compressionsAlgorithms
const packed = {
  gzip: (data: Buffer) => gzipSync(data),
  zstd: (data: Buffer) => zstdCompressSync(data),
  snappy: (data: Buffer) => snappy.compressSync(data),
  lz4: (data: Buffer) => lz4.compressSync(data),
}
const MIB = 1024 * 1024

describe('a packed batch', () => {
  it('says, or has, how much it unpacks to at most', () => {
    for (const size of [1, 1000, 300_000, 5 * MIB]) {
      const data = Buffer.alloc(size, 'reading ')
      expect(snappyLength(packed.snappy(data))).toBe(size)
      expect(lz4Length(packed.lz4(data))).toBeGreaterThanOrEqual(size)
      expect(lz4Length(packed.lz4(data))).toBeLessThanOrEqual(size + 4 * MIB)
    }
  })

  it('is unpacked as before where it is of a usual size, and refused where it is not, or is damaged', () => {
    const [small, large] = [Buffer.alloc(MIB, 'reading '), Buffer.alloc(70 * MIB, 'x')]
    const bombs = Object.fromEntries(Object.entries(packed).map(([name, pack]) => [name, pack(large)]))
    boundUnpacking()
    for (const [name, { decompressSync }] of Object.entries({ gzip, zstd, snappy, lz4 })) {
      const pack = packed[name as keyof typeof packed]
      expect(decompressSync(pack(small)).equals(small)).toBe(true)
      expect(() => decompressSync(bombs[name] ?? small)).toThrow('more than 64 MiB')
      expect(() => decompressSync(pack(small).subarray(0, 50))).toThrow(UnpackError)
    }
  })
})
