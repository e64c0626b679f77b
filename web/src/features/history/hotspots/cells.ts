import type { IncidentHotspots } from '../../../../../src/serve/contract/index.ts'
import { count } from '../../../ui/format.ts'
import { placeName } from '../model/words.ts'
import {
  changeOf,
  comparedWords,
  figuresOf,
  labelOf,
  legendOf,
  polygonOf,
  SHOWN,
  type Called,
  type Outline,
  type Spot,
  type Spots,
  type Standing,
} from './spots.ts'

export type Hotspots = NonNullable<IncidentHotspots['result']>
export type HexCell = Hotspots['cells'][number]

const STANDINGS: readonly Called[] = [
  { standing: 'emerging', label: 'Emerging: hot now, not before' },
  { standing: 'persistent', label: 'Persistent: hot in both' },
  { standing: 'hot', label: 'Hot: more than chance' },
  { standing: 'fading', label: 'Fading: was hot, no longer' },
  { standing: 'cold', label: 'Fewer than chance' },
]

/** Hexagons: every one is drawn, its count as a share of the most by the root so that few are seen too. */
export function cellSpots(found: Hotspots): Spots {
  const { cells } = found
  const most = cells.reduce((top, cell) => Math.max(top, cell.incidents), 1)
  const byCell = new Map(cells.map(cell => [cell.cell, cell]))
  return {
    way: 'cells',
    rows: rowsOf(found),
    none: 'Nowhere more than chance would make. Choose more days or fewer conditions to judge by more incidents.',
    legend: legendOf(STANDINGS, found),
    scale: ['few', 'many'],
    words: wordsOf(found),
    marks: {
      type: 'FeatureCollection',
      features: cells.map(cell => ({
        type: 'Feature',
        properties: {
          ...{ spot: cell.cell, share: Math.sqrt(cell.incidents / most), standing: standingOf(cell) },
          isPaired: false,
        },
        geometry: polygonOf(cell.outline),
      })),
    },
    middles: new Map(cells.map(cell => [cell.cell, middleOf(cell.outline)])),
    tipOf: spot => {
      const cell = byCell.get(spot)
      if (cell === undefined) return null
      const label = STANDINGS.find(({ standing }) => standing === standingOf(cell))?.label ?? 'As usual'
      const figures = figuresOf(cell.incidents, cell.incidents_before)
      return { title: label, lines: [...(cell.title === null ? [] : [cell.title]), figures] }
    },
  }
}

function standingOf({ kind, course }: Pick<HexCell, 'kind' | 'course'>): Standing {
  return course ?? kind
}

/** Hot places first, then what faded; no cold ones: nobody drives there to see nothing. */
function rowsOf({ cells, before }: Hotspots): Spot[] {
  const rank: Partial<Record<Standing, number>> = { emerging: 0, hot: 0, persistent: 0, fading: 1 }
  return cells
    .flatMap(cell => {
      const at = rank[standingOf(cell)]
      return at === undefined ? [] : [{ cell, at }]
    })
    .sort((a, b) => a.at - b.at || (b.cell.z ?? 0) - (a.cell.z ?? 0))
    .slice(0, SHOWN)
    .map(({ cell }) => ({
      id: cell.cell,
      standing: standingOf(cell),
      label: labelOf(STANDINGS, standingOf(cell)),
      name: cell.title ?? 'Place without a name',
      place: cell.community === null ? null : placeName(cell.community),
      figures: figuresOf(cell.incidents, cell.incidents_before),
      change: before === null ? null : changeOf(cell.ratio),
    }))
}

function wordsOf(found: Hotspots): string {
  const { cells_judged: judged, cell_km2: km2, permutations, false_share: share } = found
  const how = `${count(judged)} hexagons of ${km2.toFixed(1)} km² judged with their neighbours (Gi*, ${count(permutations)} permutations; at most ${Math.round(share * 100)} % of the called ones by chance).`
  return `${how} ${comparedWords(found)}`
}

function middleOf(outline: Outline): readonly [number, number] {
  const mean = (of: 0 | 1) => outline.reduce((sum, corner) => sum + corner[of], 0) / outline.length
  return [mean(0), mean(1)]
}
