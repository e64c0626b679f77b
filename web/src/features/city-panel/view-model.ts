import type { Intersection, LiveSite } from '../../../../src/serve/contract/index.ts'
import type { Band, Measure } from '../../map/bands.ts'
import { siteStateOf } from '../../state/site.ts'
import { seconds, speed, words, type Quantity, type Units } from '../../ui/format.ts'

export interface WorstRow {
  readonly id: string
  readonly title: string
  readonly detail: string
  readonly band: Band
  readonly figure: Quantity
}

export interface WorstSource {
  readonly sites: Iterable<LiveSite>
  readonly places: ReadonlyMap<string, Intersection>
  readonly district: string | null
  readonly measure: Measure
  readonly units: Units
  readonly cityAtMs: number | null
}

/** The sites with the longest waits, or the slowest where only speed is measured; worst first. */
export function worstSites(
  { sites, places, district, measure, units, cityAtMs }: WorstSource,
  most: number,
): WorstRow[] {
  const candidates: { site: LiveSite; band: Band; badness: number }[] = []
  for (const site of sites) {
    const state = siteStateOf(site, cityAtMs, measure, units)
    if (state.kind !== 'measured') continue
    if (district !== null && places.get(site.id)?.district !== district) continue
    const badness = measure === 'delay' ? site.waitS : site.speedKmh === null ? null : -site.speedKmh
    if (badness !== null) candidates.push({ site, band: state.band, badness })
  }
  return candidates
    .sort((a, b) => b.badness - a.badness || a.site.id.localeCompare(b.site.id))
    .slice(0, most)
    .map(({ site, band }) => {
      const place = places.get(site.id)
      return {
        id: site.id,
        title: place?.name ?? site.id,
        detail: place === undefined || place.district === 'unassigned' ? '' : words(place.district),
        band,
        figure: measure === 'delay' ? seconds(site.waitS) : speed(site.speedKmh, units),
      }
    })
}
