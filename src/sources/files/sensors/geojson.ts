import { geoJsonPoints } from '../formats/geojson-points.ts'
import { ignoredNote, registerColumns, SensorCollector } from './sensor-import.ts'
import type { SensorImport } from './sensor-import.ts'

/**
 * Register entries of a GeoJSON FeatureCollection (RFC 7946): a Point gives the place, its properties the rest under the
 * same names as in CSV; a feature's own `id` serves where no property is one. Entries that can't be taken are listed.
 * @throws {FeedError} when the text is no FeatureCollection
 */
export function parseSensorsGeoJson(text: string): SensorImport {
  const collector = new SensorCollector()
  const notes = new Set<string>()
  geoJsonPoints(text).forEach((feature, i) => {
    if ('wrong' in feature) {
      collector.error(i + 1, feature.wrong)
      return
    }
    const { id, point, properties } = feature
    const columns = registerColumns(Object.keys(properties))
    for (const note of ignoredNote(Object.keys(properties), columns)) notes.add(note)
    collector.add(i + 1, field => {
      if (point !== null && field === 'longitude') return point[0]
      if (point !== null && field === 'latitude') return point[1]
      const name = columns.get(field)
      return name !== undefined ? properties[name] : field === 'sensor_id' ? id : null
    })
  })
  return { sensors: collector.sensors, errors: collector.errors, notes: [...notes] }
}
