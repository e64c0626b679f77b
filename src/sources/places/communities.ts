import type { Community } from '../../core/geo/city-places.ts'
import { areaOfWkt } from '../../core/geo/polygon.ts'
import { csvRows } from './csv-rows.ts'

const NAME = ['name', 'community', 'comm_name'] as const
const CODE = ['comm_code', 'code', 'id'] as const
const GEOMETRY = ['multipolygon', 'the_geom', 'polygon', 'geometry', 'geom', 'wkt'] as const

/**
 * The communities of a CSV file as Calgary publishes it (`NAME, COMM_CODE, …, MULTIPOLYGON` with WKT).
 * @throws {FeedError} when a column is not there, or a row has no polygon
 */
export function communitiesOfCsv(csv: string): Community[] {
  return csvRows(csv, [NAME, GEOMETRY]).map(cellOf => {
    const name = cellOf(...NAME)
    return { code: cellOf(...CODE) || name, name, area: areaOfWkt(cellOf(...GEOMETRY)) }
  })
}
