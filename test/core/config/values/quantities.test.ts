import { describe, expect, it } from 'vitest'
import { formatSize, parseSize, parseSpanS } from '../../../../src/core/config/values/quantities.ts'

describe('parseSize', () => {
  it('reads binary and decimal units and plain bytes', () => {
    expect(['16MiB', '1.5 GiB', '500MB', '12', 12, '0B'].map(parseSize)).toEqual([
      16777216, 1610612736, 5e8, 12, 12, 0,
    ])
  })

  it('refuses what is no size', () => {
    expect(['', 'MiB', '1 XB', '-1', '1e3', '0.3B', null, {}, NaN, '1constructor'].map(parseSize)).toEqual(
      Array(10).fill(null),
    )
  })
})

describe('parseSpanS', () => {
  it('reads seconds to days, a plain number in the unit asked for', () => {
    expect(['90', '5m', '24h', '30d', 7].map(span => parseSpanS(span))).toEqual([
      90, 300, 86_400, 2_592_000, 7,
    ])
    expect(parseSpanS('2', 'h')).toBe(7200)
  })

  it('refuses what is no duration', () => {
    expect(['', '5 weeks', '-3s', true].map(span => parseSpanS(span))).toEqual([null, null, null, null])
  })
})

describe('formatSize', () => {
  it('uses the largest unit that fits', () => {
    expect([0, 1023, 16777216, 1.5 * 2 ** 30, 123456789].map(formatSize)).toEqual([
      '0 B',
      '1023 B',
      '16 MiB',
      '1.5 GiB',
      '118 MiB',
    ])
  })
})
