import type { Intersection, LiveSite } from '../../../../src/serve/contract/index.ts'
import type { Band, Measure } from '../../map/bands.ts'
import type { Measures } from '../../state/measures.ts'
import { siteStateOf, type SiteState } from '../../state/site.ts'
import { compareKnown, type GridColumn, type Sort } from '../../ui/grid/grid-model.ts'
import { inUnits, words, type Units } from '../../ui/format.ts'

export type SortKey = 'name' | 'district' | 'grade' | 'wait' | 'speed' | 'vehicles' | 'queue' | 'at'

export type SiteSort = Sort<SortKey>

export interface SiteRow {
  readonly id: string
  readonly name: string
  readonly district: string
  readonly state: SiteState['kind']
  readonly band: Band | null
  /** What the band is of, larger is worse: the grade sorts by it. */
  readonly badness: number | null
  readonly waitS: number | null
  /** In display units. */
  readonly speed: number | null
  readonly vehicles: number | null
  readonly queueVeh: number | null
  readonly atMs: number | null
}

/** Every known site, with or without a place or a reading: the map's twin knows more than the map. */
export function siteRows(
  places: ReadonlyMap<string, Intersection>,
  sites: ReadonlyMap<string, LiveSite>,
  measure: Measure,
  units: Units,
  cityAtMs: number | null,
): SiteRow[] {
  const ids = new Set([...places.keys(), ...sites.keys()])
  return [...ids].map(id => {
    const place = places.get(id)
    const site = sites.get(id)
    const state = siteStateOf(site, cityAtMs, measure, units)
    const speed =
      site?.speedKmh === undefined || site.speedKmh === null ? null : inUnits(site.speedKmh, units)
    return {
      id,
      name: place?.name ?? id,
      district: words(place?.district ?? 'unassigned'),
      state: state.kind,
      band: state.kind === 'measured' ? state.band : null,
      badness: measure === 'delay' ? (site?.waitS ?? null) : speed === null ? null : -speed,
      waitS: site?.waitS ?? null,
      speed,
      vehicles: site?.vehicles ?? null,
      queueVeh: site?.queueVeh ?? null,
      atMs: site?.at ?? null,
    }
  })
}

/** "E and F", "V and unknown": what the legend's choice leaves. */
export function shownText(shown: ReadonlySet<number | null>, bands: readonly Band[]): string {
  const names = bands.filter(band => shown.has(band.step)).map(band => band.mark)
  if (shown.has(null)) names.push('unknown or silent')
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}

export type Column = GridColumn<SortKey>

/** What the table shows: what some site measures, and districts where there are any. What is measured comes before where: a phone shows four columns. */
export function columnsOf(
  measures: Measures,
  measure: Measure,
  rows: readonly SiteRow[],
  speedUnit: string,
): Column[] {
  const columns: (Column & { readonly shown: boolean })[] = [
    { key: 'grade', label: measure === 'delay' ? 'Grade' : 'Class', numeric: false, shown: true },
    { key: 'name', label: 'Site', numeric: false, shown: true },
    { key: 'wait', label: 'Wait, s', numeric: true, shown: measures.wait },
    { key: 'speed', label: `Speed, ${speedUnit}`, numeric: true, shown: measures.speed },
    { key: 'vehicles', label: 'Vehicles', numeric: true, shown: measures.vehicles },
    { key: 'queue', label: 'Queue', numeric: true, shown: measures.queue },
    { key: 'at', label: 'Last', numeric: true, shown: true },
    {
      key: 'district',
      label: 'District',
      numeric: false,
      shown: rows.some(row => row.district !== words('unassigned')),
    },
  ]
  return columns.flatMap(({ shown, ...column }) => (shown ? [column] : []))
}

/** The measured value of a column; undefined where the column is none. */
export function figureOf(row: SiteRow, key: SortKey): number | null | undefined {
  switch (key) {
    case 'wait':
      return row.waitS
    case 'speed':
      return row.speed
    case 'vehicles':
      return row.vehicles
    case 'queue':
      return row.queueVeh
    default:
      return undefined
  }
}

/**
 * Rows that hold the filter's every word, sorted by the value itself. What is not known comes last in either
 * direction, and so does what a silent site last measured.
 */
export function arrange(rows: readonly SiteRow[], filter: string, { key, descending }: SiteSort): SiteRow[] {
  const terms = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const text = ({ id, name, district, band }: SiteRow) =>
    `${id} ${name} ${district} ${band?.mark ?? ''}`.toLowerCase()
  const chosen =
    terms.length === 0 ? [...rows] : rows.filter(row => terms.every(term => text(row).includes(term)))
  return chosen.sort(
    (a, b) =>
      compareKnown(valueOf(a, key), valueOf(b, key), descending) ||
      a.id.localeCompare(b.id, 'en', { numeric: true }),
  )
}

function valueOf(row: SiteRow, key: SortKey): string | number | null {
  switch (key) {
    case 'name':
    case 'district':
      return row[key]
    case 'at':
      return row.atMs
    case 'grade':
      return row.band === null ? null : row.badness
    default:
      return row.state === 'silent' ? null : (figureOf(row, key) ?? null)
  }
}
