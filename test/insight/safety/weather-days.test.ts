import { describe, expect, it } from 'vitest'
import { dayConditionOf } from '../../../src/insight/safety/index.ts'

describe('dayConditionOf', () => {
  it.each([
    [0, 0, 'dry'],
    [0.1, 0.1, 'dry'],
    [0.2, 0, 'rain'],
    [10, 0, 'heavy_rain'],
    [0, 0.2, 'snow'],
    [0.4, 1, 'rain_and_snow'],
    [12, 5, 'heavy_snow'],
    [12, 1, 'heavy_rain'],
    [null, 0, null],
    [0, null, null],
  ] as const)('%s mm of rain and %s cm of snow: %s', (rainMm, snowCm, condition) => {
    expect(dayConditionOf({ day: 0, rainMm, snowCm })).toBe(condition)
  })
})
