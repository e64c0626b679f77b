import type { Intersection, LiveSite } from '../../../../src/serve/contract/index.ts'
import { bandsOf, isSilent, stepOf, type Band, type Measure } from '../../map/bands.ts'
import { ago, quantity, seconds, speed, words, type Units } from '../../ui/format.ts'

/** Step of each site for the map; a site that fell silent is unknown. */
export function stepsFor(
  sites: Iterable<LiveSite>,
  measure: Measure,
  units: Units,
  cityAtMs: number | null,
): (readonly [string, number | null])[] {
  const steps: (readonly [string, number | null])[] = []
  for (const site of sites)
    steps.push([site.id, isSilent(site, cityAtMs) ? null : stepOf(site, measure, units)])
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
    const site = sites.get(id)
    const step = site === undefined || isSilent(site, cityAtMs) ? null : stepOf(site, measure, units)
    if (step === null || step < 0) unknown++
    else steps[step] = (steps[step] ?? 0) + 1
  }
  return { steps, unknown }
}

export interface Tip {
  readonly title: string
  readonly band: Band | null
  readonly lines: readonly string[]
}

/** What stands beside the pointer. */
export function tipOf(
  id: string,
  place: Intersection | undefined,
  site: LiveSite | undefined,
  measure: Measure,
  units: Units,
  cityAtMs: number | null,
): Tip {
  const title = place?.name ?? id
  const where = `${id} · ${words(place?.district ?? 'unassigned')}`
  if (site === undefined) return { title, band: null, lines: [where, 'No reading yet'] }
  if (isSilent(site, cityAtMs)) {
    return { title, band: null, lines: [where, `Silent, last reading ${ago((cityAtMs ?? 0) - site.at)}`] }
  }
  const step = stepOf(site, measure, units)
  const figures = [quantity(speed(site.speedKmh, units))]
  if (site.waitS !== null) figures.unshift(`${quantity(seconds(site.waitS))} wait`)
  return {
    title,
    band: bandsOf(measure, units).find(band => band.step === step) ?? null,
    lines: [where, figures.join(' · ')],
  }
}
