import { FeedError } from '../../core/feed-error.ts'
import type { SignalSite } from '../../core/geo/city-places.ts'
import { stampReader } from '../../core/time/index.ts'
import { csvRows } from './csv-rows.ts'

const LATITUDE = ['latitude', 'lat'] as const
const LONGITUDE = ['longitude', 'lon'] as const
/** Flashers and crossings stand in the same file. */
const IS_SIGNAL = /\bsignal\b/i

/**
 * The sites of a CSV file as Calgary publishes it (`INSTDATE, FIRSTROAD, SECONDROAD, QUADRANT, INT_TYPE, …, latitude,
 * longitude`). Without a column of types all of them are signals.
 * @param zone IANA name of the city's zone, whose midnights begin the days of installation
 * @throws {FeedError} when a column is not there, or a place is none
 */
export function signalSitesOfCsv(csv: string, zone: string): SignalSite[] {
  const day = stampReader('iso', zone, 'value')
  return csvRows(csv, [['firstroad'], LATITUDE, LONGITUDE]).map((cellOf, i) => {
    const latitude = Number(cellOf(...LATITUDE) || NaN)
    const longitude = Number(cellOf(...LONGITUDE) || NaN)
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180))
      throw new FeedError(
        `row ${i + 2}: latitude "${cellOf(...LATITUDE)}", longitude "${cellOf(...LONGITUDE)}" is no place`,
      )
    const { ms } = day(cellOf('instdate').replaceAll('/', '-'))
    const kind = cellOf('int_type')
    return {
      name: [cellOf('firstroad'), cellOf('secondroad')].filter(Boolean).map(properCase).join(' & '),
      quadrant: cellOf('quadrant').toUpperCase() || null,
      isSignal: kind === '' || IS_SIGNAL.test(kind),
      inServiceFromMs: Number.isNaN(ms) ? null : ms,
      latitude,
      longitude,
    }
  })
}

/** `McCall Way` of `McCALL WAY`, `24 Avenue` of `24 AVENUE`. */
function properCase(road: string): string {
  return road
    .toLowerCase()
    .replace(/(?:^|[\s/'-])[a-z]/g, letters => letters.toUpperCase())
    .replace(/\bMc[a-z]/g, letters => letters.slice(0, 2) + letters.slice(2).toUpperCase())
    .replace(/\b\d+[a-z]\b/g, number => number.toUpperCase())
}
