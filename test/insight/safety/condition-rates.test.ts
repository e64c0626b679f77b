import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'
import { coverageOf, localDayOf, weekdayOf } from '../../../src/core/time/index.ts'
import { DAY_MS } from '../../../src/core/time/spans.ts'
import { conditionRates, dayConditionOf } from '../../../src/insight/safety/index.ts'
import { CALGARY_HERE, CALGARY_REASON, calgaryIncidents, calgaryWeather } from '../calgary.ts'

const unit = (stratum: string, condition: string, incidents: number, hours = 24) => ({
  stratum,
  condition,
  incidents,
  hours,
})

describe('conditionRates', () => {
  it('is the plain ratio of rates where there is one stratum', () => {
    const { rates } = conditionRates([unit('a', 'dry', 40, 48), unit('a', 'snow', 60, 24)], 'dry')
    expect(rates[0]).toMatchObject({ condition: 'snow', incidents: 60, hours: 24 })
    expect(rates[0]?.ratio?.value).toBeCloseTo(3, 9)
    const spread = 1.959963984540054 * Math.sqrt(1 / 40 + 1 / 60)
    expect(rates[0]?.ratio?.low).toBeCloseTo(3 * Math.exp(-spread), 9)
  })

  it('does not take the season of snow for snow', () => {
    // Winter has twice as many incidents, snow changes nothing.
    const units = [
      ...[20, 20, 20, 20].map(n => unit('winter', 'snow', n)),
      unit('winter', 'dry', 20),
      unit('summer', 'snow', 10),
      ...[10, 10, 10, 10].map(n => unit('summer', 'dry', n)),
    ]
    expect(conditionRates(units, 'dry').rates[0]?.ratio?.value).toBeCloseTo(1, 9)
  })

  it('widens intervals where days scatter', () => {
    const steady = [10, 10, 10, 10].map(n => unit('a', 'dry', n))
    const wild = [1, 19, 3, 17].map(n => unit('a', 'dry', n))
    const snow = [20, 20].map(n => unit('a', 'snow', n))
    const width = (units: typeof steady) => {
      const { ratio } = conditionRates([...units, ...snow], 'dry').rates[0]!
      return ratio!.high / ratio!.low
    }
    expect(conditionRates([...steady, ...snow], 'dry').scatter).toBe(1)
    expect(conditionRates([...wild, ...snow], 'dry').scatter).toBeGreaterThan(3)
    expect(width(wild)).toBeGreaterThan(1.5 * width(steady))
  })

  it('has no ratio for a condition that never met the reference', () => {
    const units = [unit('a', 'dry', 5), unit('a', 'rain', 6), unit('b', 'hail', 9)]
    const hail = conditionRates(units, 'dry').rates.find(({ condition }) => condition === 'hail')
    expect(hail).toMatchObject({ incidents: 9, ratio: null })
  })

  it('compares by way of a third', () => {
    const units = [unit('a', 'dry', 10), unit('a', 'rain', 20), unit('b', 'rain', 20), unit('b', 'snow', 40)]
    const snow = conditionRates(units, 'dry').rates.find(({ condition }) => condition === 'snow')
    expect(snow?.ratio?.value).toBeCloseTo(4, 6)
  })

  it('holds its 95 %', () => {
    const random = new Random(41)
    const poisson = (mean: number) => {
      let count = 0
      for (let left = Math.exp(-mean), u = random.unit(); u > left; u *= random.unit()) count++
      return count
    }
    let held = 0
    for (let round = 0; round < 400; round++) {
      const units = Array.from({ length: 120 }, (_, i) => {
        const snow = random.unit() < 0.3
        return unit(`${i % 12}`, snow ? 'snow' : 'dry', poisson((snow ? 1.5 : 1) * (6 + (i % 12))))
      })
      const { ratio } = conditionRates(units, 'dry').rates[0]!
      if (ratio!.low <= 1.5 && ratio!.high >= 1.5) held++
    }
    expect(held / 400).toBeGreaterThan(0.92)
    expect(held / 400).toBeLessThan(0.985)
  })

  it.skipIf(!CALGARY_HERE)(
    `finds more incidents on days with snow in Calgary (${CALGARY_REASON})`,
    async () => {
      const incidents = await calgaryIncidents()
      const coverage = coverageOf(incidents)
      const perDay = new Map<number, number>()
      for (const incident of incidents) {
        const day = localDayOf(incident)
        perDay.set(day, (perDay.get(day) ?? 0) + 1)
      }
      const units = calgaryWeather().flatMap(weather => {
        const condition = dayConditionOf(weather)
        if (coverage.days[weather.day - coverage.firstDay] !== 'full' || condition === null) return []
        const month = new Date(weather.day * DAY_MS).toISOString().slice(0, 7)
        return [unit(`${month} ${weekdayOf(weather.day)}`, condition, perDay.get(weather.day) ?? 0)]
      })
      const { rates } = conditionRates(units, 'dry')
      const ratio = (name: string) => rates.find(({ condition }) => condition === name)!.ratio!
      expect(ratio('heavy_snow').low).toBeGreaterThan(1.3)
      expect(ratio('snow').low).toBeGreaterThan(1)
      expect(ratio('heavy_snow').value).toBeGreaterThan(ratio('snow').value)
    },
  )
})
