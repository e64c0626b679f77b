import { distanceM } from '../../../core/geo/metres.ts'
import { SAME_PLACE_M } from './reports.ts'
import type { IncidentVersion } from './version.ts'

/** What a version can change, by the names of the record. */
const FIELDS = [
  ['started_at', ({ startedAtMs }) => startedAtMs],
  ['title', ({ title }) => title],
  ['description', ({ description }) => description],
  ['quadrant', ({ quadrant }) => quadrant],
  ['withdrawn', ({ withdrawn }) => withdrawn],
] as const satisfies readonly (readonly [string, (version: IncidentVersion) => unknown])[]

/**
 * The fields in which a version differs from the one before it; `place` where it moved by more than 15 m, because exports cut the
 * decimals of one point differently. Empty: it says nothing else, apart from when.
 */
export function changesSince(before: IncidentVersion, version: IncidentVersion): string[] {
  const changed: string[] = FIELDS.flatMap(([name, of]) => (of(before) === of(version) ? [] : [name]))
  const movedM = distanceM(before.latitude, before.longitude, version.latitude, version.longitude)
  return movedM > SAME_PLACE_M ? [...changed, 'place'] : changed
}
