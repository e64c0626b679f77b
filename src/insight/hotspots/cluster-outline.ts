import { METRES_PER_DEGREE, metresPerDegreeEast } from '../../core/geo/metres.ts'
import type { Place } from './cells.ts'

type Corner = readonly [longitude: number, latitude: number]

const CORNERS = 12

/**
 * The convex line around circles at each place: one junction is drawn round. The first corner is not repeated.
 *
 * @param places at least one
 *
 * Source: A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions", Information Processing Letters 9 (1979).
 */
export function outlineAround(places: readonly Place[], radiusM: number): Corner[] {
  const corners = places.flatMap(({ latitude, longitude }) =>
    Array.from({ length: CORNERS }, (_, i): Corner => {
      const angle = (2 * Math.PI * i) / CORNERS
      return [
        longitude + (radiusM * Math.cos(angle)) / metresPerDegreeEast(latitude),
        latitude + (radiusM * Math.sin(angle)) / METRES_PER_DEGREE,
      ]
    }),
  )
  corners.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  return [...halfHull(corners), ...halfHull(corners.toReversed())]
}

/** One side of the hull, without its last corner. */
function halfHull(sorted: readonly Corner[]): Corner[] {
  const side: Corner[] = []
  for (const corner of sorted) {
    while (side.length >= 2 && turn(side.at(-2)!, side.at(-1)!, corner) <= 0) side.pop()
    side.push(corner)
  }
  return side.slice(0, -1)
}

function turn(a: Corner, b: Corner, c: Corner): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}
