import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { cityHash128 } from '../../../src/serve/bi/city-hash.ts'
import { packed, packingOf } from '../../../src/serve/bi/packing.ts'

const text = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${i},district ${i % 7}\n`).join(''))
const noise = Buffer.from(Array.from({ length: 9_000 }, (_, i) => (i * i * 2_654_435_761) >>> 24))

describe('how an answer is packed', () => {
  it('is what the address asks for before what HTTP would accept, and nothing that nobody asked for', () => {
    expect(packingOf('1', '1', 'gzip')).toBe('blocks')
    expect(packingOf(null, '1', 'lz4, gzip;q=0.5, zstd;q=0')).toBe('gzip')
    expect(packingOf(null, '1', 'lz4')).toBe('none')
    expect(packingOf(null, null, 'gzip')).toBe('none')
    expect(packingOf('0', '1', undefined)).toBe('none')
  })

  it('comes out as it went in', async () => {
    const out = (packing: 'zstd' | 'gzip') => buffer(packed(Readable.from([text, noise]), packing))
    const whole = Buffer.concat([text, noise])
    expect(zstdDecompressSync(await out('zstd')).equals(whole)).toBe(true)
    expect(gunzipSync(await out('gzip')).equals(whole)).toBe(true)
  })

  it.each([text, noise, Buffer.alloc(70_000, 'a'), Buffer.from('a'), Buffer.from('thirteen byte')])(
    'is blocks with their checksum and lengths, from which LZ4 makes the same bytes',
    async bytes => {
      const blocks = await buffer(packed(Readable.from([bytes]), 'blocks'))
      expect(unpacked(blocks).equals(bytes)).toBe(true)
    },
  )

  it('is smaller where bytes come again', async () => {
    expect((await buffer(packed(Readable.from([text]), 'blocks'))).length).toBeLessThan(text.length / 2)
  })

  it('breaks off where the rows do', async () => {
    async function* breaking(): AsyncGenerator<Buffer> {
      yield text
      await Promise.resolve()
      throw new Error('the rows ended')
    }
    for (const packing of ['none', 'blocks', 'gzip'] as const)
      await expect(buffer(packed(Readable.from(breaking()), packing))).rejects.toThrow()
  })
})

/** As the protocol's clients read it. */
function unpacked(blocks: Buffer): Buffer {
  const plain: Buffer[] = []
  for (let at = 0; at < blocks.length;) {
    const length = blocks.readUInt32LE(at + 17)
    const block = blocks.subarray(at + 16, at + 16 + length)
    expect(block[0]).toBe(0x82)
    expect(cityHash128(block).equals(blocks.subarray(at, at + 16))).toBe(true)
    plain.push(lz4Unpacked(block.subarray(9), block.readUInt32LE(5)))
    at += 16 + length
  }
  return Buffer.concat(plain)
}

function lz4Unpacked(block: Buffer, length: number): Buffer {
  const out = Buffer.alloc(length)
  let at = 0
  let to = 0
  const more = (short: number) => {
    let value = short
    for (let byte = 255; short === 15 && byte === 255;) {
      byte = block[at++] ?? 0
      value += byte
    }
    return value
  }
  while (at < block.length) {
    const token = block[at++] ?? 0
    const literals = more(token >> 4)
    to += block.copy(out, to, at, at + literals)
    at += literals
    if (at >= block.length) break
    const from = to - block.readUInt16LE(at)
    at += 2
    const match = more(token & 15) + 4
    for (let i = 0; i < match; i++) out[to + i] = out[from + i] ?? 0
    to += match
  }
  expect(to).toBe(length)
  return out
}
