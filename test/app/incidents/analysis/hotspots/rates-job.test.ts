import { describe, expect, it } from 'vitest'
import { ratesJob } from '../../../../../src/app/incidents/analysis/hotspots/rates-job.ts'
import { IncidentRates } from '../../../../../src/serve/contract/index.ts'
import { DAY, momentsOf, type Made } from './made-moments.ts'

const DAYS = 200
/** Sites some 500 m apart; the last has no counts. */
const sites = Array.from({ length: 12 }, (_, i) => ({
  ...{ id: `S${i}`, name: i === 0 ? 'A St & 1 Ave' : null, latitude: 51 + i * 0.005, longitude: -114 },
}))
/** 20,000 vehicles a day at each, but 200,000 at the busy one. */
function counted(from: number, days: number, skip: (site: number, day: number) => boolean = () => false) {
  const rows = sites.slice(0, -1).flatMap((_, site) =>
    Array.from({ length: days }, (_day, i) => ({
      site,
      day: DAY + from + i,
      vehicles: site === 1 ? 2e5 : 2e4,
    })),
  )
  const kept = rows.filter(({ site, day }) => !skip(site, day - DAY))
  return {
    sites,
    site: kept.map(({ site }) => site),
    day: kept.map(({ day }) => day),
    vehicles: kept.map(({ vehicles }) => vehicles),
  }
}
/** One incident every so many days, fifty metres from the site. */
const at = (site: number, every: number, from: number, days: number): Made[] =>
  Array.from({ length: Math.floor(days / every) }, (_, i) => ({
    ...{
      day: from + i * every,
      latitude: 51 + site * 0.005 + 0.00045,
      longitude: -114,
      title: `Junction ${site}`,
    },
  }))
/** A site like the others has one in ten days; the busy one has ten times as many. */
const city = (from: number) => [
  ...sites.flatMap((_, site) => at(site, site === 1 ? 1 : 10, from, DAYS)),
  ...Array.from({ length: DAYS }, (_, i) => ({ day: from + i, latitude: 51.2, longitude: -114 })),
]
const [then, now] = [city(0), [...city(DAYS), ...at(3, 2, DAYS, DAYS)]]
const given = {
  record: momentsOf([...then, ...now]),
  chosen: { fromDay: DAY + DAYS, toDay: DAY + 2 * DAYS - 1 },
  now: momentsOf(now),
  before: momentsOf(then),
  counted: counted(0, 2 * DAYS),
  offsetMs: 0,
}

describe('rates of a choice', () => {
  it('are high where there is more than the traffic lets expect, not where it is busy', () => {
    const result = ratesJob(given)
    IncidentRates.parse({ state: 'ready', result })
    const [first, ...rest] = result.sites
    expect(first).toMatchObject({ site: 'S3', title: 'Junction 3', is_high: true, course: 'emerging' })
    expect(first).toMatchObject({ incidents: 120, vehicles: 4e6, incidents_before: 20, vehicles_before: 4e6 })
    expect(first?.per_million.value).toBe(30)
    expect(first?.ratio?.value).toBe(6)
    expect(rest.filter(({ is_high: isHigh }) => isHigh)).toEqual([])
    expect(rest.find(({ site }) => site === 'S1')).toMatchObject({
      incidents: 200,
      per_million: { value: 5 },
    })
  })

  it('say of how many incidents and sites the traffic is not known', () => {
    const result = ratesJob(given)
    expect(result).toMatchObject({ sites_counted: 11, sites_uncounted: 1, incidents_at_no_site: DAYS })
    // Those at the last site.
    expect(result.incidents_uncounted).toBe(20)
    const all = result.incidents_counted + result.incidents_at_no_site + result.incidents_uncounted
    expect(all).toBe(now.length)
    expect(result.per_million).toBeCloseTo((result.incidents_counted / result.vehicles) * 1e6, 3)
  })

  it('count incidents only of the days on which the site counted, and traffic only of days with a record', () => {
    const half = ratesJob({
      ...given,
      counted: counted(0, 2 * DAYS, (site, day) => site === 3 && day >= 300),
    })
    expect(half.sites[0]).toMatchObject({
      site: 'S3',
      incidents: 60,
      vehicles: 2e6,
      per_million: { value: 30 },
    })
    const isSilent = ({ day }: Made) => day >= 350
    const quiet = now.filter(one => !isSilent(one))
    const silent = ratesJob({
      ...given,
      record: momentsOf([...then, ...quiet, { day: 399, latitude: 51.2, longitude: -114 }]),
      now: momentsOf(quiet),
    })
    expect(silent.sites[0]?.vehicles).toBe(150 * 2e4 + 2e4)
  })

  it('are none where nobody counted, with what is left out', () => {
    const result = ratesJob({ ...given, counted: { sites: [], site: [], day: [], vehicles: [] } })
    IncidentRates.parse({ state: 'ready', result })
    expect(result).toMatchObject({ sites: [], per_million: null, vehicles: 0, sites_counted: 0 })
    expect(result.incidents_at_no_site).toBe(now.length)
    const none = ratesJob({ ...given, record: momentsOf([]), now: momentsOf([]), before: null })
    IncidentRates.parse({ state: 'ready', result: none })
  })
})
