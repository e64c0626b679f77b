import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'
import { coverageOf, zoneOffsets } from '../../../src/core/time/index.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time/spans.ts'
import { exposureRates } from '../../../src/insight/hotspots/index.ts'
import { conditionRates, dayConditionOf, weatherUnits } from '../../../src/insight/safety/index.ts'
import type { ConditionUnit } from '../../../src/insight/safety/index.ts'
import {
  CALGARY_HERE,
  CALGARY_REASON,
  calgaryIncidents,
  calgaryWeather,
  type CalgaryIncident,
} from '../../insight/calgary.ts'
import { PYTHON_REASON } from '../../python.ts'
import { independently, python } from './independently.ts'

/** Standard time of Calgary, by which its days of weather are cut. */
const STANDARD_MS = -7 * HOUR_MS

interface Independent {
  readonly conditionRates: readonly {
    readonly scatter: number
    readonly rates: Readonly<Record<string, readonly [value: number, low: number, high: number]>>
  }[]
  readonly exposure: readonly { readonly q: readonly number[] }[]
}

const random = new Random(11)
const SITES = Array.from({ length: 200 }, (_, i) => ({
  id: `${i}`,
  exposure: 1e5 + random.unit() * 9e6,
  incidents: random.below(i % 20 === 0 ? 60 : 14),
}))

describe.skipIf(python === null || !CALGARY_HERE)(
  `rates beside statsmodels and SciPy (${python === null ? PYTHON_REASON : CALGARY_REASON})`,
  () => {
    let units: readonly (readonly ConditionUnit[])[] = []
    let theirs: Independent
    beforeAll(async () => {
      const incidents = await calgaryIncidents()
      const hours = unitsOf(incidents, false).hours
      // A level for each month and hour of the Fridays of a year is enough of a table.
      units = [unitsOf(incidents, true).days, hours.filter(({ stratum }) => /^2018-\d\d 5 /.test(stratum))]
      theirs = independently({
        conditionRates: units.map(of => ({
          reference: 'dry',
          strata: of.map(({ stratum }) => stratum),
          conditions: of.map(({ condition }) => condition),
          incidents: of.map(unit => unit.incidents),
          hours: of.map(unit => unit.hours),
        })),
        exposure: [
          {
            incidents: SITES.map(site => site.incidents),
            vehicles: SITES.map(({ exposure }) => exposure),
          },
        ],
      }) as Independent
    })

    it.each([
      ['days', 0, 500],
      ['hours', 1, 1_000],
    ])(
      'ratios of %s of one weather, their intervals and their scatter are those of a Poisson regression',
      (_, at, least) => {
        const [of = [], found] = [units[at], theirs.conditionRates[at]!]
        expect(of.length).toBeGreaterThan(least)
        const ours = conditionRates(of, 'dry')
        // Less scatter than chance makes is taken for chance's.
        const scatter = Math.max(1, found.scatter)
        expect(ours.scatter).toBeCloseTo(scatter, 6)
        expect(ours.rates.filter(({ ratio }) => ratio !== null).length).toBeGreaterThan(2)
        for (const { condition, ratio } of ours.rates) {
          if (ratio === null) continue
          const [value, low] = found.rates[condition]!
          expect([condition, Math.log(ratio.value)]).toEqual([condition, expect.closeTo(Math.log(value), 6)])
          const spread = Math.log(value / low) * Math.sqrt(scatter / found.scatter)
          expect(Math.log(ratio.value / ratio.low)).toBeCloseTo(spread, 5)
          expect(Math.log(ratio.high / ratio.value)).toBeCloseTo(spread, 5)
        }
      },
    )

    it('sites that have more than chance for their traffic are the same', () => {
      const ours = new Map(exposureRates(SITES).map(rate => [rate.id, rate.q]))
      const [{ q }] = theirs.exposure as [{ q: number[] }]
      q.forEach((share, i) => expect(Math.abs(share - ours.get(`${i}`)!)).toBeLessThan(1e-9))
      expect(q.filter(share => share < 0.05).length).toBeGreaterThan(0)
    })
  },
)

/** The time of the record by the weather of its days, told as such or as if each hour had been observed. */
function unitsOf(incidents: readonly CalgaryIncident[], isOfDay: boolean) {
  const kinds = new Map(calgaryWeather().map(day => [day.day, dayConditionOf(day)]))
  return weatherUnits(
    incidents.map(({ startedAtMs }) => startedAtMs),
    coverageOf(incidents),
    hour => {
      const weather = kinds.get(Math.floor((hour * HOUR_MS + STANDARD_MS) / DAY_MS)) ?? null
      return weather === null ? null : { weather, isOfDay }
    },
    zoneOffsets('America/Edmonton'),
    { fromDay: null, toDay: null, isMeant: () => true },
  )
}
