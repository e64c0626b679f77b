import { FeedError } from '../../../core/feed-error.ts'
import { csvRecords } from '../formats/csv-records.ts'
import { ignoredNote, registerColumns, SensorCollector } from './sensor-import.ts'
import type { SensorImport } from './sensor-import.ts'

/**
 * Register entries of a CSV file with a header: sensor_id (or station_id, id), and what is known of intersection_id, name,
 * latitude (lat), longitude (lon, lng), district, interval_s, lanes, camera. Entries that can't be taken are listed, the
 * others are taken.
 * @throws {FeedError} without a header that has an id, or when a quote is never closed
 */
export function parseSensorsCsv(text: string): SensorImport {
  const records = csvRecords(text)
  const names = records[0] ?? []
  const columns = registerColumns(names)
  if (!columns.has('sensor_id')) {
    throw new FeedError(
      `has no column sensor_id (or station_id, id); its header has ${names.length === 0 ? 'nothing' : names.join(', ')}`,
    )
  }
  const collector = new SensorCollector()
  records.slice(1).forEach((cells, i) => {
    collector.add(i + 2, field => {
      const name = columns.get(field)
      return name === undefined ? null : cells[names.indexOf(name)]
    })
  })
  return { sensors: collector.sensors, errors: collector.errors, notes: ignoredNote(names, columns) }
}
