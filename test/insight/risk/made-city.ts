import { Random } from '../../../src/core/statistics/index.ts'
import { weekdayOf } from '../../../src/core/time/index.ts'
import { riskRecord } from '../../../src/insight/risk/index.ts'
import type { FactsOf } from '../../../src/insight/risk/index.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time/spans.ts'

/** Monday 2018-01-01. */
export const FIRST = Date.parse('2018-01-01') / DAY_MS
export const COMMUNITIES = ['Beltline', 'Downtown', 'Evergreen', 'Forest Lawn', 'Bowness']
const SHARES = [0.5, 0.25, 0.15, 0.08, 0.02]

/** Every ninth day follows one with snow. */
export const facts: FactsOf = day => ({
  isHoliday: false,
  weather: { snowCm: day % 9 === 0 ? 6 : 0, snowBeforeCm: 0, snowOnGroundCm: 0, rainMm: 0, meanC: 0 },
})

/** Days of 20 incidents at 08:00 and 17:00, half as many at weekends, twice after snow; Downtown at 08:00 only. */
export function madeCity(days: number) {
  const random = new Random(3)
  const incidents = Array.from({ length: days }, (_, i) => {
    const day = FIRST + i
    const mean = 20 * (weekdayOf(day) > 5 ? 0.5 : 1) * (day % 9 === 0 ? 2 : 1)
    return Array.from({ length: Math.round(mean + (random.unit() - 0.5) * 4) }, () => {
      let draw = random.unit()
      const community = COMMUNITIES.find((_, c) => (draw -= SHARES[c]!) < 0) ?? 'Beltline'
      const hour = community === 'Downtown' || random.unit() < 0.4 ? 8 : 17
      return { startedAtMs: day * DAY_MS + hour * HOUR_MS, utcOffsetMin: 0, community }
    })
  }).flat()
  const coverage = { firstDay: FIRST, days: Array.from({ length: days }, () => 'full' as const) }
  return { incidents, coverage, record: riskRecord(incidents, COMMUNITIES, coverage) }
}
