import { describe, expect, it } from 'vitest'
import { holidaysOf } from '../../../../src/app/incidents/analysis/holidays.ts'
import { DAY_MS } from '../../../../src/core/time/spans.ts'

const record = (...days: readonly string[]) => {
  const startedAtMs = days.map(day => Date.parse(day))
  return {
    startedAtMs,
    utcOffsetMin: [],
    latitudes: [],
    longitudes: [],
    types: [],
    communities: [],
    titles: [],
  }
}
const ALBERTA = { country: 'CA', state: 'AB', region: null }

describe('holidays of a record', () => {
  it('are those of all its years and of the next', async () => {
    const days = await holidaysOf(ALBERTA, 'America/Edmonton', record('2017-03-01', '2018-03-01'))
    const texts = days.map(day => new Date(day * DAY_MS).toISOString().slice(0, 10))
    for (const day of ['2017-07-01', '2018-12-25', '2019-01-01']) expect(texts).toContain(day)
    expect(texts.some(day => day.startsWith('2020'))).toBe(false)
  })

  it('are none where no country is named, or nothing is recorded', async () => {
    expect(await holidaysOf({ ...ALBERTA, country: null }, 'UTC', record('2017-03-01'))).toEqual([])
    expect(await holidaysOf(ALBERTA, 'UTC', record())).toEqual([])
  })
})
