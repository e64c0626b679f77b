import type { Feature, FeatureCollection, Point } from 'geojson'
import type { IncidentPoints } from '../../../../../src/serve/contract/index.ts'
import { compareKnown, type Sort } from '../../../ui/grid/grid-model.ts'
import { familyOf, type Family } from './words.ts'

/** One incident of the map and of the table. */
export interface PlacedIncident {
  readonly id: string
  readonly atMs: number
  readonly type: string
  readonly title: string | null
  readonly community: string | null
  readonly quadrant: string | null
  readonly longitude: number
  readonly latitude: number
  /** Of its hour; null where it is not known. */
  readonly weather: string | null
}

/** Newest first, as they come. */
export function placedOf(points: IncidentPoints): PlacedIncident[] {
  return points.ids.map((id, i) => ({
    id,
    atMs: Date.parse(points.started_at[i] ?? ''),
    type: points.types[i] ?? 'other',
    title: points.titles[i] ?? null,
    community: points.communities[i] ?? null,
    quadrant: points.quadrants[i] ?? null,
    longitude: points.longitudes[i] ?? 0,
    latitude: points.latitudes[i] ?? 0,
    weather: points.weather[i] ?? null,
  }))
}

/** What the map draws. A style compares no words: the family says the sign. */
export function featuresOf(
  incidents: readonly PlacedIncident[],
): FeatureCollection<Point, { id: string; family: Family }> {
  return {
    type: 'FeatureCollection',
    features: incidents.map(
      ({ id, type, longitude, latitude }): Feature<Point, { id: string; family: Family }> => ({
        type: 'Feature',
        properties: { id, family: familyOf(type) },
        geometry: { type: 'Point', coordinates: [longitude, latitude] },
      }),
    ),
  }
}

/** How many stand at which place; a cluster that zooming cannot part is of one place. */
export type Marks = 'clusters' | 'heat' | 'points' | 'hexes' | 'risk'
const MARKS: readonly string[] = ['heat', 'points', 'hexes', 'risk'] satisfies Marks[]

export function marksOf(text: string | null): Marks {
  return text !== null && MARKS.includes(text) ? (text as Marks) : 'clusters'
}

export type SortKey = 'time' | 'type' | 'title' | 'community'
export type IncidentSort = Sort<SortKey>

/** What is not known comes last in either direction; of equals the newer is first. */
export function sorted(
  incidents: readonly PlacedIncident[],
  { key, descending }: IncidentSort,
): PlacedIncident[] {
  const valueOf = (incident: PlacedIncident) => (key === 'time' ? incident.atMs : incident[key])
  return incidents.toSorted((a, b) => compareKnown(valueOf(a), valueOf(b), descending) || b.atMs - a.atMs)
}
