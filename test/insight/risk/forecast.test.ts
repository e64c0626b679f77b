import { describe, expect, it } from 'vitest'
import {
  fitBaseline,
  fitCityDays,
  forecastRisk,
  partOf,
  riskRecord,
  scoreOf,
} from '../../../src/insight/risk/index.ts'
import type { HourlyRisk } from '../../../src/insight/risk/index.ts'
import { COMMUNITIES, FIRST, facts, madeCity } from './made-city.ts'

const { incidents, coverage, record } = madeCity(500)
const issue = FIRST + 400
const learned = fitCityDays(partOf(record, -Infinity, issue), facts)

describe('forecastRisk', () => {
  it('knows nothing of the day that it is for', () => {
    const early = incidents.filter(({ startedAtMs }) => startedAtMs < issue * 864e5)
    const cut = riskRecord(early, COMMUNITIES, coverage)
    const [whole, part] = [record, cut].map(of => forecastRisk(learned, of, facts, issue).risk(0, issue, 17))
    expect(whole).toBe(part)
  })

  it('beats the baseline where snow comes as a surprise to it', () => {
    const held = partOf(record, issue, FIRST + 500)
    const risks = new Map(held.days.map(day => [day, forecastRisk(learned, record, facts, day).risk]))
    const model: HourlyRisk = (community, day, hour) => risks.get(day)!(community, day, hour)
    const baseline = fitBaseline(partOf(record, -Infinity, issue))
    expect(scoreOf(held, model).deviance).toBeLessThan(0.97 * scoreOf(held, baseline).deviance)
    expect(scoreOf(held, model).expected / held.day.length).toBeCloseTo(1, 1)
  })

  it('gives reasons that multiply to the risk, and says the strongest first', () => {
    const { risk, reasons } = forecastRisk(learned, record, facts, issue)
    const beltline = record.communities.indexOf('Beltline')
    const found = reasons(beltline, issue, 17)
    const product = found.reduce((all, { times }) => all * times, learned.usual / 24 / 5)
    // What is left out is within 5 % of no effect, each.
    expect(Math.abs(Math.log(product / risk(beltline, issue, 17)))).toBeLessThan(0.25)
    expect(found[0]).toMatchObject({ factor: 'hour' })
    expect(found[0]?.says).toMatch(/^\d+\.\d times as many as usual at this hour of a Tuesday$/)
    expect(found.some(({ factor, says }) => factor === 'community' && says.includes('in Beltline'))).toBe(
      true,
    )
  })

  it('covers the next day too, and no other', () => {
    const { risk, reasons } = forecastRisk(learned, record, facts, issue)
    expect(risk(0, issue + 1, 8)).toBeGreaterThan(0)
    expect(() => risk(0, issue + 2, 8)).toThrow('is not of the forecast')
    expect(() => reasons(0, issue - 1, 8)).toThrow('is not of the forecast')
  })
})
