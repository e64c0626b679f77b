import { coverageAt, type Coverage } from '../../../../core/time/index.ts'
import { DAY_MS } from '../../../../core/time/spans.ts'
import {
  FALSE_SHARE,
  periodRates,
  PlaceGrid,
  type SiteCounts,
  type SiteRate,
} from '../../../../insight/hotspots/index.ts'
import type { CountingSite, Moments, SiteDays } from '../../../../lake/read/incident-record/index.ts'
import type { IncidentRates } from '../../../../serve/contract/index.ts'
import { estimateOf, rounded } from '../moments.ts'
import { nameOf, placeText } from '../places.ts'
import type { Days } from '../periods.ts'
import { comparedOf, periodTexts, type ComparedGiven } from './cells-job.ts'

export interface RatesGiven extends ComparedGiven {
  /** Of both periods, days of standard time. */
  readonly counted: SiteDays
  /** Of these days: local time minus UTC, ms. */
  readonly offsetMs: number
}

/** A junction with its approaches: an incident so near a site is of its traffic. */
const WITHIN_M = 150

/** Incidents by the traffic that was counted at the nearest site on the same days. */
export function ratesJob(given: RatesGiven): NonNullable<IncidentRates['result']> {
  const { now, counted } = given
  const { coverage, periods, compared } = comparedOf(given)
  const nearest = nearestSite(counted.sites)
  const tally = (moments: Moments, days: Days) => tallyOf(moments, days, coverage, given, nearest)
  const present = tally(now, periods.days ?? { fromDay: 0, toDay: -1, covered: 0 })
  const past = compared === null ? null : tally(compared.moments, compared.days)
  const rates = periodRates(
    counted.sites.map(({ id }, site) => ({
      id,
      now: present.bySite.get(site) ?? null,
      before: past?.bySite.get(site) ?? null,
    })),
  )
  const siteOf = new Map(counted.sites.map((site, i) => [site.id, { site, members: present.members.get(i) }]))
  const vehicles = rates.reduce((sum, rate) => sum + rate.vehicles, 0)
  return {
    ...periodTexts({ periods, compared, now }),
    ...{ within_m: WITHIN_M, false_share: FALSE_SHARE, vehicles },
    per_million: vehicles === 0 ? null : rounded((present.counted / vehicles) * 1e6, 3),
    incidents_counted: present.counted,
    incidents_at_no_site: present.atNoSite,
    incidents_uncounted: present.uncounted,
    sites_counted: rates.length,
    sites_uncounted: counted.sites.length - rates.length,
    sites: rates.flatMap(rate => {
      const { site, members = [] } = siteOf.get(rate.id) ?? {}
      return site === undefined ? [] : [rateText(rate, site, nameOf(members, now))]
    }),
  }
}

interface Tally {
  readonly bySite: ReadonlyMap<number, SiteCounts>
  /** Incidents of each site on its counted days, by their places in the list. */
  readonly members: ReadonlyMap<number, readonly number[]>
  readonly counted: number
  readonly atNoSite: number
  /** At a site, on a day without counts. */
  readonly uncounted: number
}

function tallyOf(
  moments: Moments,
  { fromDay, toDay }: Days,
  coverage: Coverage,
  { counted, offsetMs }: Pick<RatesGiven, 'counted' | 'offsetMs'>,
  nearest: (latitude: number, longitude: number) => number | null,
): Tally {
  const bySite = new Map<number, { incidents: number; vehicles: number }>()
  const isCounted = new Set<string>()
  counted.day.forEach((day, row) => {
    // Traffic of a day on which no incident could have been reported says nothing.
    if (day < fromDay || day > toDay || coverageAt(coverage, day) === 'silent') return
    const site = counted.site[row] ?? -1
    isCounted.add(`${site} ${day}`)
    const held = bySite.get(site) ?? { incidents: 0, vehicles: 0 }
    bySite.set(site, held)
    held.vehicles += counted.vehicles[row] ?? 0
  })
  const members = new Map<number, number[]>()
  let [atNoSite, uncounted, all] = [0, 0, 0]
  moments.startedAtMs.forEach((ms, i) => {
    const site = nearest(moments.latitudes[i] ?? 0, moments.longitudes[i] ?? 0)
    const held = site === null ? undefined : bySite.get(site)
    if (site === null) atNoSite++
    else if (held === undefined || !isCounted.has(`${site} ${Math.floor((ms + offsetMs) / DAY_MS)}`))
      uncounted++
    else {
      held.incidents++
      all++
      const of = members.get(site)
      if (of === undefined) members.set(site, [i])
      else of.push(i)
    }
  })
  return { bySite, members, counted: all, atNoSite, uncounted }
}

function nearestSite(sites: readonly CountingSite[]) {
  const grid = new PlaceGrid(sites, WITHIN_M)
  return (latitude: number, longitude: number) => grid.nearest({ latitude, longitude })
}

function rateText(rate: SiteRate, site: CountingSite, reported: ReturnType<typeof nameOf>) {
  const { id, incidents, vehicles, perMillion, toOverall, q, isHigh, before, course, ratio } = rate
  return {
    ...{ site: id, name: site.name, ...placeText(site), ...reported, incidents, vehicles },
    per_million: estimateOf(perMillion),
    times_usual: Number.isFinite(toOverall) ? rounded(toOverall, 3) : null,
    ...{ q, is_high: isHigh, course },
    incidents_before: before?.incidents ?? null,
    vehicles_before: before?.vehicles ?? null,
    ratio: ratio === null ? null : estimateOf(ratio),
  }
}
