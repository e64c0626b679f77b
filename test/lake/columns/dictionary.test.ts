import { describe, expect, it } from 'vitest'
import { Bytes, Dictionary } from '../../../src/lake/readings/scan/index.ts'

describe('Dictionary', () => {
  it('numbers strings in order of first sight, and finds them again after growing many times', () => {
    const dictionary = new Dictionary()
    const texts = Array.from({ length: 20_000 }, (_, i) => `Straße ${i % 3 === 0 ? '🚦'.repeat(9) : ''}${i}`)
    for (const [i, text] of texts.entries()) expect(dictionary.internText(text)).toBe(i)
    expect(dictionary.size).toBe(texts.length)
    for (const [i, text] of texts.entries()) {
      expect(dictionary.internText(text)).toBe(i)
      expect(dictionary.text(i)).toBe(text)
    }
  })

  it('tells strings apart that begin or end alike', () => {
    const dictionary = new Dictionary()
    const buf = new Bytes(Buffer.from('abcabc'))
    expect(dictionary.intern(buf, 0, 3)).toBe(0)
    expect(dictionary.intern(buf, 3, 6)).toBe(0)
    expect(dictionary.intern(buf, 0, 2)).toBe(1)
    expect(dictionary.intern(buf, 1, 3)).toBe(2)
    expect(dictionary.intern(buf, 0, 0)).toBe(3)
    expect(dictionary.find(buf, 0, 6)).toBe(-1)
    expect(dictionary.size).toBe(4)
  })

  it('keeps its own copy', () => {
    const dictionary = new Dictionary()
    const buf = Buffer.from('north')
    dictionary.internBytes(buf)
    buf.fill(0)
    expect(dictionary.text(0)).toBe('north')
    expect(Buffer.from(dictionary.bytes(0)).toString()).toBe('north')
  })
})
