import type { FeatureCollection, Point } from 'geojson'
import { count } from '../../../ui/format.ts'
import type { PlacedIncident } from './places.ts'

const COLUMNS = [
  'incident_id',
  'started_at',
  'type',
  'title',
  'community',
  'quadrant',
  'weather',
  'latitude',
  'longitude',
] as const

const rowOf = (of: PlacedIncident) => ({
  incident_id: of.id,
  started_at: new Date(of.atMs).toISOString(),
  type: of.type,
  title: of.title,
  community: of.community,
  quadrant: of.quadrant,
  weather: of.weather,
  latitude: of.latitude,
  longitude: of.longitude,
})

/** RFC 4180, times in UTC; what is not known is empty. */
export function csvOf(incidents: readonly PlacedIncident[]): string {
  const lines = incidents.map(incident => {
    const row = rowOf(incident)
    return COLUMNS.map(column => field(row[column])).join(',')
  })
  return [COLUMNS.join(','), ...lines, ''].join('\r\n')
}

/** RFC 7946. */
export function geoJsonOf(incidents: readonly PlacedIncident[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: incidents.map(incident => {
      const { latitude, longitude, ...properties } = rowOf(incident)
      return {
        type: 'Feature',
        id: incident.id,
        properties,
        geometry: { type: 'Point', coordinates: [longitude, latitude] },
      }
    }),
  }
}

/** What the file does not hold; null where it holds all. */
export function leftOutWords(shown: number, total: number): string | null {
  if (shown >= total) return null
  return `The newest ${count(shown)} of ${count(total)}: map, table and files leave ${count(total - shown)} out. Choose fewer days to have them all.`
}

/** A table program would run what begins as a formula does; a leading apostrophe makes it text. */
function field(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
