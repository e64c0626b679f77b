import { describe, expect, it } from 'vitest'
import { NativeBlock } from '../../../src/lake/columns/native-block.ts'

/** Reads a block of one column of texts back, by the format's own rules. */
function textsOf(block: Uint8Array): string[] {
  const bytes = Buffer.from(block)
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++)
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const text = () => {
    const length = varint()
    return bytes.toString('utf8', at, (at += length))
  }
  expect(varint()).toBe(1)
  const rows = varint()
  expect([text(), text()]).toEqual(['t', 'String'])
  const texts = Array.from({ length: rows }, text)
  expect(at).toBe(bytes.length)
  return texts
}

describe('NativeBlock', () => {
  it('writes texts of every length and script as they are', () => {
    const texts = ['', 'a', 'é', '汉', '🚦'].flatMap(one =>
      [1, 42, 43, 63, 64, 127, 128, 129, 5_461, 5_462, 16_383, 16_384, 40_000].map(times =>
        one.repeat(times),
      ),
    )
    const mixed = [...texts, 'abc\u00e9', `${'x'.repeat(126)}é`, `${'x'.repeat(127)}é`]
    const block = new NativeBlock(new Uint32Array(mixed.length), 1)
    block.strings('t', mixed)
    expect(textsOf(block.finish())).toEqual(mixed)
  })

  it('writes whole numbers of eight bytes exactly, below zero and above four', () => {
    const numbers = [
      0,
      1,
      -1,
      -420,
      2 ** 31,
      2 ** 32,
      -(2 ** 32),
      2 ** 53 - 1,
      -(2 ** 53) + 1,
      1_700_000_000_123,
    ]
    const block = new NativeBlock(new Uint32Array(numbers.length), 1)
    block.wideNumbers('n', 'Int64', numbers, false)
    const bytes = Buffer.from(block.finish())
    const values = numbers.map((_, i) =>
      Number(bytes.readBigInt64LE(bytes.length - 8 * (numbers.length - i))),
    )
    expect(values).toEqual(numbers)
  })

  it('writes hashes that are given in hexadecimal as their bytes', () => {
    const block = new NativeBlock(new Uint32Array(1), 1)
    block.hashes('h', 4, ['00ff10a5'])
    expect(Buffer.from(block.finish()).subarray(-4).toString('hex')).toBe('00ff10a5')
  })
})
