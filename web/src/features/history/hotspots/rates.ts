import type { IncidentRates } from '../../../../../src/serve/contract/index.ts'
import { compact, count } from '../../../ui/format.ts'
import { incidents, placeName } from '../model/words.ts'
import {
  comparedWords,
  labelOf,
  legendOf,
  SHOWN,
  type Called,
  type Spot,
  type Spots,
  type Standing,
} from './spots.ts'

export type Rates = NonNullable<IncidentRates['result']>
export type SiteRate = Rates['sites'][number]

const STANDINGS: readonly Called[] = [
  { standing: 'emerging', label: 'Emerging: high now, not before' },
  { standing: 'persistent', label: 'Persistent: high in both' },
  { standing: 'hot', label: 'High: more than chance for its traffic' },
  { standing: 'fading', label: 'Fading: was high, no longer' },
]

/** Sites that counted vehicles, by their incidents a million of them. */
export function rateSpots(found: Rates): Spots {
  const { sites } = found
  const rateOf = ({ per_million: rate }: SiteRate) => rate.value ?? 0
  const most = sites.reduce((top, site) => Math.max(top, rateOf(site)), 0)
  const bySite = new Map(sites.map(site => [site.site, site]))
  return {
    way: 'rates',
    rows: sites.slice(0, SHOWN).map(rowOf),
    none: 'No vehicles were counted in these days. A rate needs sensors that count them near the incidents.',
    legend: legendOf(STANDINGS, found),
    scale: ['low rate', 'high'],
    words: wordsOf(found),
    marks: {
      type: 'FeatureCollection',
      features: sites.map(site => ({
        type: 'Feature',
        properties: {
          spot: site.site,
          share: most === 0 ? 0 : Math.sqrt(rateOf(site) / most),
          standing: standingOf(site),
          isPaired: false,
        },
        geometry: { type: 'Point', coordinates: [site.longitude, site.latitude] },
      })),
    },
    middles: new Map(sites.map(({ site, longitude, latitude }) => [site, [longitude, latitude]])),
    tipOf: spot => {
      const site = bySite.get(spot)
      if (site === undefined) return null
      const label = STANDINGS.find(({ standing }) => standing === standingOf(site))?.label ?? 'As usual'
      return { title: label, lines: [nameOf(site), rateWords(site), figuresOf(site)] }
    },
  }
}

/** Without a period before it is high or not. */
function standingOf({ course, is_high: isHigh }: SiteRate): Standing {
  return course ?? (isHigh ? 'hot' : 'usual')
}

function rowOf(site: SiteRate): Spot {
  return {
    id: site.site,
    standing: standingOf(site),
    label: labelOf(STANDINGS, standingOf(site)),
    name: nameOf(site),
    place: site.community === null ? null : placeName(site.community),
    figures: figuresOf(site),
    change: rateWords(site),
  }
}

function nameOf({ name, title, site }: SiteRate): string {
  return name === null ? (title ?? site) : placeName(name)
}

function rateWords({ per_million: rate, times_usual: times }: SiteRate): string {
  const value = `${amount(rate.value ?? 0)} a million vehicles (${amount(rate.low)} to ${rate.high === null ? 'any' : amount(rate.high)})`
  return times === null ? value : `${value}, ${times.toFixed(1)} times the rate of all`
}

function figuresOf(site: SiteRate): string {
  const now = `${incidents(site.incidents)}, ${compact(site.vehicles)} vehicles`
  const { incidents_before: before, vehicles_before: vehicles } = site
  return before === null || vehicles === null
    ? now
    : `${now}; ${count(before)} and ${compact(vehicles)} in the period before`
}

function amount(value: number): string {
  return value < 10 ? value.toFixed(1) : count(value)
}

function wordsOf(found: Rates): string {
  const { sites_counted: sites, sites_uncounted: without, incidents_counted: counted } = found
  const { incidents_at_no_site: far, incidents_uncounted: uncounted, within_m: within } = found
  const all = `${count(counted)} of ${count(counted + far + uncounted)} incidents lie within ${within} m of a site on a day on which it counted; ${count(far)} are at no site, ${count(uncounted)} on days without counts.`
  const overall =
    found.per_million === null ? '' : ` All together: ${amount(found.per_million)} a million vehicles.`
  const known = `${count(sites)} ${sites === 1 ? 'site' : 'sites'} with counts, ${count(without)} without.`
  return `${known} ${all}${overall} Risk does not grow straight with traffic: sites of very unlike volume compare badly. ${comparedWords(found)}`
}
