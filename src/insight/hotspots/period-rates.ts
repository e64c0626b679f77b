import { rateRatio } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'
import type { HotspotCourse } from './compare-periods.ts'
import { exposureRates } from './exposure-rates.ts'

/** What was counted at a site in a period: incidents and vehicles of the same days. */
export interface SiteCounts {
  readonly incidents: number
  readonly vehicles: number
}

/** A site in two periods; null where nobody counted in it. */
export interface CountedSite {
  readonly id: string
  readonly now: SiteCounts | null
  readonly before: SiteCounts | null
}

export interface SiteRate {
  readonly id: string
  readonly incidents: number
  readonly vehicles: number
  /** Incidents a million vehicles, with the exact 95 % interval. */
  readonly perMillion: Estimate
  /** Over the rate of all counted sites together. */
  readonly toOverall: number
  /** Share of false ones to expect when all sites with at most this value are called high. */
  readonly q: number
  /** More than chance would make at the rate of all sites together. */
  readonly isHigh: boolean
  readonly before: SiteCounts | null
  /** Null where it is high in neither period, or was not counted before. */
  readonly course: HotspotCourse | null
  /** Rate a vehicle now over the rate before; null where it was not counted before. */
  readonly ratio: Estimate | null
}

/** One in twenty of the places that are called may be so by chance. */
export const FALSE_SHARE = 0.05

/**
 * Rates by traffic of the sites that were counted, and what became of those that are high since the period before.
 *
 * @returns the most surprising first
 *
 * Source: see `exposureRates`.
 */
export function periodRates(sites: readonly CountedSite[]): SiteRate[] {
  const byId = new Map(sites.map(site => [site.id, site]))
  const ratesOf = (period: 'now' | 'before') =>
    exposureRates(
      sites.map(site => ({
        id: site.id,
        incidents: site[period]?.incidents ?? 0,
        exposure: site[period]?.vehicles ?? null,
      })),
    )
  const highBefore = new Set(ratesOf('before').flatMap(rate => (isHigh(rate) ? [rate.id] : [])))
  return ratesOf('now').map(rate => {
    const { now = null, before = null } = byId.get(rate.id) ?? {}
    const then = before !== null && before.vehicles > 0 ? before : null
    return {
      ...{ ...rate, vehicles: now?.vehicles ?? 0, isHigh: isHigh(rate), before: then },
      course: then === null ? null : courseOf(isHigh(rate), highBefore.has(rate.id)),
      ratio:
        then === null ? null : rateRatio(rate.incidents, now?.vehicles ?? 0, then.incidents, then.vehicles),
    }
  })
}

function isHigh({ q, toOverall }: { readonly q: number; readonly toOverall: number }): boolean {
  return q <= FALSE_SHARE && toOverall > 1
}

function courseOf(now: boolean, before: boolean): HotspotCourse | null {
  if (now) return before ? 'persistent' : 'emerging'
  return before ? 'fading' : null
}
