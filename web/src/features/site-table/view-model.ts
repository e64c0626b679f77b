import type { Intersection, LiveSite } from '../../../../src/serve/contract/index.ts'
import { bandsOf, isSilent, stepOf, type Band, type Measure } from '../../map/bands.ts'
import { inUnits, words, type Units } from '../../ui/format.ts'

export type SortKey = 'name' | 'district' | 'grade' | 'wait' | 'speed' | 'vehicles' | 'queue' | 'at'

export interface Sort {
  readonly key: SortKey
  readonly descending: boolean
}

export interface SiteRow {
  readonly id: string
  readonly name: string
  readonly district: string
  readonly band: Band | null
  readonly silent: boolean
  readonly waitS: number | null
  /** In display units. */
  readonly speed: number | null
  readonly vehicles: number | null
  readonly queueVeh: number | null
  readonly signal: string
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
  const bands = bandsOf(measure, units)
  const ids = new Set([...places.keys(), ...sites.keys()])
  return [...ids].map(id => {
    const place = places.get(id)
    const site = sites.get(id)
    const silent = site !== undefined && isSilent(site, cityAtMs)
    const step = site === undefined || silent ? null : stepOf(site, measure, units)
    return {
      id,
      name: place?.name ?? id,
      district: words(place?.district ?? 'unassigned'),
      band: bands.find(band => band.step === step) ?? null,
      silent,
      waitS: site?.waitS ?? null,
      speed: site?.speedKmh === undefined || site.speedKmh === null ? null : inUnits(site.speedKmh, units),
      vehicles: site?.vehicles ?? null,
      queueVeh: site?.queueVeh ?? null,
      signal: site?.signal ?? '',
      atMs: site?.at ?? null,
    }
  })
}

/** Rows that hold the filter's every word, sorted; what is not known comes last in either direction. */
export function arrange(rows: readonly SiteRow[], filter: string, { key, descending }: Sort): SiteRow[] {
  const terms = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const text = ({ id, name, district, band }: SiteRow) =>
    `${id} ${name} ${district} ${band?.mark ?? ''}`.toLowerCase()
  const chosen =
    terms.length === 0 ? [...rows] : rows.filter(row => terms.every(term => text(row).includes(term)))
  const sign = descending ? -1 : 1
  return chosen.sort(
    (a, b) =>
      compare(valueOf(a, key), valueOf(b, key), sign) ||
      (key === 'grade' ? compare(a.waitS, b.waitS, sign) : 0) ||
      a.id.localeCompare(b.id),
  )
}

function compare(a: string | number | null, b: string | number | null, sign: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (typeof a === 'string' || typeof b === 'string')
    return sign * String(a).localeCompare(String(b), 'en', { numeric: true })
  return sign * (a - b)
}

function valueOf(row: SiteRow, key: SortKey): string | number | null {
  switch (key) {
    case 'grade':
      return row.band?.step ?? null
    case 'wait':
      return row.waitS
    case 'queue':
      return row.queueVeh
    case 'at':
      return row.atMs
    default:
      return row[key]
  }
}
