import type { Intersection, LiveSite } from '../../../../src/serve/contract/index.ts'
import { stepOf, type Band, type Measure } from '../../map/bands.ts'
import { isSilent, siteStateOf, siteWords } from '../../state/site.ts'
import { quantity, seconds, speed, words, type Units } from '../../ui/format.ts'

/** Step of each site for the map; a site that fell silent is unknown. */
export function stepsFor(
  sites: Iterable<LiveSite>,
  measure: Measure,
  units: Units,
  cityAtMs: number | null,
): (readonly [string, number | null])[] {
  const steps: (readonly [string, number | null])[] = []
  for (const site of sites)
    steps.push([site.id, isSilent(site.at, cityAtMs) ? null : stepOf(site, measure, units)])
  return steps
}

/** How many sites stand at each step, and how many are unknown or not heard of. */
export function tally(
  ids: Iterable<string>,
  sites: ReadonlyMap<string, LiveSite>,
  measure: Measure,
  units: Units,
  cityAtMs: number | null,
): { steps: number[]; unknown: number } {
  const steps = [0, 0, 0, 0, 0, 0]
  let unknown = 0
  for (const id of ids) {
    const state = siteStateOf(sites.get(id), cityAtMs, measure, units)
    if (state.kind === 'measured') steps[state.band.step] = (steps[state.band.step] ?? 0) + 1
    else unknown++
  }
  return { steps, unknown }
}

export interface Tip {
  readonly title: string
  readonly band: Band | null
  readonly lines: readonly string[]
}

export interface TipSource {
  readonly id: string
  readonly place: Intersection | undefined
  readonly site: LiveSite | undefined
  readonly measure: Measure
  readonly units: Units
  readonly cityAtMs: number | null
  /** What "3 min ago" counts from. */
  readonly agoBase: number
}

/** What stands beside the pointer: only what the site measures. */
export function tipOf({ id, place, site, measure, units, cityAtMs, agoBase }: TipSource): Tip {
  const title = place?.name ?? id
  const district = place === undefined || place.district === 'unassigned' ? null : words(place.district)
  const where = [title === id ? null : id, district].filter(part => part !== null).join(' · ')
  const state = siteStateOf(site, cityAtMs, measure, units)
  const lines = (...rest: string[]) => [where, ...rest].filter(line => line !== '')
  const said = siteWords(state, measure, agoBase)
  if (site === undefined || state.kind === 'unheard') return { title, band: null, lines: lines(said.title) }
  if (state.kind === 'silent') return { title, band: null, lines: lines(`${said.title}, ${said.detail}`) }
  const figures = [
    site.waitS === null ? null : `${quantity(seconds(site.waitS))} wait`,
    site.speedKmh === null ? null : quantity(speed(site.speedKmh, units)),
  ].filter(figure => figure !== null)
  return {
    title,
    band: state.kind === 'measured' ? state.band : null,
    lines: lines(...(state.kind === 'measured' ? [] : [said.title]), figures.join(' · ')),
  }
}
