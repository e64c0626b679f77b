import { describe, expect, it } from 'vitest'
import { convert, isSameDimension, isUnit } from '../../src/core/units.ts'

describe('convert', () => {
  it.each([
    [21.1, '°C', '°F', 69.98],
    [-40, '°F', '°C', -40],
    [273.15, 'K', '°C', 0],
    [16090, 'm', 'mi', 9.997862],
    [10, 'kn', 'mph', 11.507794],
    [101_320, 'Pa', 'hPa', 1013.2],
    [29.92, 'inHg', 'hPa', 1013.207589],
    [87, '%', 'share', 0.87],
    [25.4, 'mm/h', 'in/h', 1],
  ] as const)('says %d %s in %s', (value, from, to, expected) => {
    expect(convert(value, from, to)).toBe(expected)
  })

  it('leaves a value in its own unit as it is', () => {
    expect(convert(0.1 + 0.2, 'm', 'm')).toBe(0.1 + 0.2)
  })
})

describe('units', () => {
  it('are known by their sign, and no other word is one', () => {
    expect(isUnit('km/h')).toBe(true)
    expect(isUnit('constructor')).toBe(false)
    expect(isUnit('KMH')).toBe(false)
  })

  it('only convert within their dimension', () => {
    expect(isSameDimension('mm', 'mi')).toBe(true)
    expect(isSameDimension('mm', 'mm/h')).toBe(false)
  })
})
