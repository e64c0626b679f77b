import { FeedError } from '../../core/feed-error.ts'
import { AreaGrid } from '../../core/geo/area-grid.ts'
import { areaOfWkt, metresToBorder } from '../../core/geo/polygon.ts'
import { csvRows } from './csv-rows.ts'

const GEOMETRY = ['the_geom', 'multipolygon', 'polygon', 'geometry', 'geom', 'wkt'] as const
/** Reports are placed by hand; beyond this they are of another place. */
const NEAR_M = 2000

/**
 * Whether a place is in the city or within 2 km of it, by a CSV file of the boundary with a column of WKT (`POLYGON` or
 * `MULTIPOLYGON`). Several rows are one area.
 * @throws {FeedError} when it holds no polygon
 */
export function nearCity(csv: string): (latitude: number, longitude: number) => boolean {
  const areas = csvRows(csv, [GEOMETRY]).map(cellOf => areaOfWkt(cellOf(...GEOMETRY)))
  if (areas.length === 0) throw new FeedError('has no row with a boundary')
  const grid = new AreaGrid(areas)
  return (latitude, longitude) =>
    grid.find(longitude, latitude) !== -1 ||
    areas.some(area => metresToBorder(area, longitude, latitude) <= NEAR_M)
}
