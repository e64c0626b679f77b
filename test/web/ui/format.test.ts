import { describe, expect, it } from 'vitest'
import * as format from '../../../web/src/ui/format.ts'

describe('speed', () => {
  it('comes in the units shown, whole', () => {
    expect(format.quantity(format.speed(100, 'metric'))).toBe('100 km/h')
    expect(format.quantity(format.speed(100, 'us'))).toBe('62 mph')
    expect(format.quantity(format.speed(null, 'us'))).toBe('–')
  })
})

describe('latency', () => {
  it('takes the unit that people would', () => {
    expect([320, 1_440, 12_300, 600_000, null].map(ms => format.quantity(format.latency(ms)))).toEqual([
      '320 ms',
      '1.4 s',
      '12 s',
      '10 min',
      '–',
    ])
  })
})

describe('bytes', () => {
  it('scales by thousands and keeps two figures', () => {
    expect([0, 999, 1_500, 9_040_000, 12_000_000_000].map(n => format.quantity(format.bytes(n)))).toEqual([
      '0 B',
      '999 B',
      '1.5 kB',
      '9.0 MB',
      '12 GB',
    ])
  })
})

describe('ago', () => {
  it('grows coarser with age', () => {
    expect([0, 40_000, 200_000, 5 * 3_600_000, 12 * 86_400_000].map(format.ago)).toEqual([
      'just now',
      '40 s ago',
      '3 min ago',
      '5 h ago',
      '12 days ago',
    ])
  })
})

describe('small ones', () => {
  it('rounds to what is known', () => {
    expect(format.count(12_480)).toBe('12,480')
    expect(format.compact(12_480)).toBe('12.5K')
    expect(format.perSecond(3.3)).toBe('3.3/s')
    expect(format.perSecond(0)).toBe('0/s')
    expect(format.percent(0.125)).toBe('13 %')
    expect(format.vehicleHours(3.25)).toEqual({ value: '3.3', unit: 'veh·h' })
    expect(format.words('inner_ring')).toBe('Inner ring')
  })
})
