import type { FeatureCollection, Polygon } from 'geojson'
import type { IncidentHotspots } from '../../../../../src/serve/contract/index.ts'
import { count } from '../../../ui/format.ts'
import { incidents, placeName, rangeWords } from './words.ts'

export type Hotspots = NonNullable<IncidentHotspots['result']>
export type HexCell = Hotspots['cells'][number]

/** What a cell is called: told apart by colour, by its line, and by a word. */
export type Standing = 'emerging' | 'persistent' | 'hot' | 'fading' | 'cold' | 'usual'

export const STANDINGS: readonly { readonly standing: Standing; readonly label: string }[] = [
  { standing: 'emerging', label: 'Emerging: hot now, not before' },
  { standing: 'persistent', label: 'Persistent: hot in both' },
  { standing: 'hot', label: 'Hot: more than chance' },
  { standing: 'fading', label: 'Fading: was hot, no longer' },
  { standing: 'cold', label: 'Fewer than chance' },
]

export function standingOf({ kind, course }: Pick<HexCell, 'kind' | 'course'>): Standing {
  return course ?? kind
}

/** Those that the picture can have: with a period before, what became of a place; without, whether it is hot. */
export function standingsOf({ before }: Hotspots): typeof STANDINGS {
  const absent: readonly Standing[] = before === null ? ['emerging', 'persistent', 'fading'] : ['hot']
  return STANDINGS.filter(({ standing }) => !absent.includes(standing))
}

/** What the map draws: every cell with its count as a share of the most, 0 … 1 by the root so that few are seen too. */
export function hexesOf({
  cells,
}: Hotspots): FeatureCollection<Polygon, { cell: string; share: number; standing: Standing }> {
  const most = cells.reduce((top, cell) => Math.max(top, cell.incidents), 1)
  return {
    type: 'FeatureCollection',
    features: cells.map(cell => ({
      type: 'Feature',
      properties: {
        cell: cell.cell,
        share: Math.sqrt(cell.incidents / most),
        standing: standingOf(cell),
      },
      geometry: { type: 'Polygon', coordinates: [[...cell.outline, ...cell.outline.slice(0, 1)]] },
    })),
  }
}

/** A hotspot of the list: cells that touch and stand alike are one place to whoever goes there, but each is judged by itself. */
export interface Spot {
  readonly cell: string
  readonly standing: Standing
  readonly name: string
  readonly place: string | null
  readonly figures: string
  readonly change: string | null
}

/** Hot places first, then what faded; no cold ones: nobody drives there to see nothing. */
export function spotsOf({ cells, before }: Hotspots, most: number): Spot[] {
  const rank: Partial<Record<Standing, number>> = { emerging: 0, hot: 0, persistent: 0, fading: 1 }
  return cells
    .flatMap(cell => {
      const at = rank[standingOf(cell)]
      return at === undefined ? [] : [{ cell, at }]
    })
    .sort((a, b) => a.at - b.at || (b.cell.z ?? 0) - (a.cell.z ?? 0))
    .slice(0, most)
    .map(({ cell }) => ({
      cell: cell.cell,
      standing: standingOf(cell),
      name: cell.title ?? 'Place without a name',
      place: cell.community === null ? null : placeName(cell.community),
      figures: figuresOf(cell),
      change: before === null ? null : changeOf(cell),
    }))
}

function figuresOf({ incidents: now, incidents_before: then }: HexCell): string {
  return then === null ? incidents(now) : `${incidents(now)}, ${count(then)} in the period before`
}

/** How the rate changed, and whether that is more than chance. */
function changeOf({ ratio }: HexCell): string | null {
  if (ratio === null) return null
  if (ratio.value === null) return 'none before'
  const times = ratio.value >= 2 ? `${ratio.value.toFixed(1)} times as many` : percentWords(ratio.value)
  const isChance = ratio.low <= 1 && (ratio.high ?? Infinity) >= 1
  return isChance ? `${times}, which may be chance` : times
}

function percentWords(ratio: number): string {
  const percent = Math.round(Math.abs(ratio - 1) * 100)
  if (percent === 0) return 'as many as before'
  return `${percent} % ${ratio > 1 ? 'more' : 'fewer'}`
}

/** What was looked at, in two sentences: how, and against what. */
export function hotspotWords(found: Hotspots): string {
  const { cells_judged: judged, cell_km2: km2, permutations, false_share: share, before } = found
  const how = `${count(judged)} hexagons of ${km2.toFixed(1)} km² judged with their neighbours (Gi*, ${count(permutations)} permutations; at most ${Math.round(share * 100)} % of the called ones by chance).`
  if (before !== null)
    return `${how} Compared with ${rangeWords(before.from, before.to)}: ${incidents(before.incidents)} on ${count(before.covered_days)} days with data.`
  return `${how} ${found.why_no_before === 'not_recorded' ? 'The record has too little of the period before to compare with.' : 'Choose a range, such as a year, to see what emerged since the one before.'}`
}

/** Of the cell under the pointer. */
export function cellLines(cell: HexCell): { readonly title: string; readonly lines: readonly string[] } {
  const label = STANDINGS.find(({ standing }) => standing === standingOf(cell))?.label ?? 'As usual'
  return { title: label, lines: [...(cell.title === null ? [] : [cell.title]), figuresOf(cell)] }
}
