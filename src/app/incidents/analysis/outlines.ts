import type { Community } from '../../../core/geo/city-places.ts'
import { METRES_PER_DEGREE, metresPerDegreeEast } from '../../../core/geo/metres.ts'
import type { Ring } from '../../../core/geo/polygon.ts'
import type { CommunityOutlines } from '../../../serve/contract/index.ts'

type Corner = [longitude: number, latitude: number]

/** What a line may be off, m: less than a pixel of a map of the city. */
const TOLERANCE_M = 12
const DECIMALS = 5

/** The communities for a map: each ring a polygon of its own, with few corners. */
export function outlinesOf(communities: readonly Community[]): CommunityOutlines {
  return {
    type: 'FeatureCollection',
    features: communities.map(({ name, area }) => ({
      type: 'Feature',
      properties: { community: name },
      geometry: {
        type: 'MultiPolygon',
        coordinates: area.rings.map(ring => [simplified(ring)]),
      },
    })),
  }
}

/**
 * A ring with fewer corners, none farther off than the tolerance.
 *
 * Source: D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points required to represent a digitized line or
 * its caricature", Cartographica 10 (1973).
 */
export function simplified(ring: Ring, toleranceM = TOLERANCE_M): Corner[] {
  const corners = Array.from({ length: ring.length / 2 }, (_, i) => cornerOf(ring, i))
  const kept = new Uint8Array(corners.length)
  // A ring begins where it ends: it is cut in two, lest its first side have no length.
  const middle = corners.length >> 1
  const open = [[0, middle] as const, [middle, corners.length - 1] as const]
  for (const [first, last] of open) kept[first] = kept[last] = 1
  for (let stretch = open.pop(); stretch !== undefined; stretch = open.pop()) {
    const [first, last] = stretch
    const farthest = farthestOf(corners.slice(first, last + 1))
    if (farthest.distanceM <= toleranceM) continue
    const at = first + farthest.at
    kept[at] = 1
    open.push([first, at], [at, last])
  }
  return corners
    .filter((_, i) => kept[i] === 1)
    .map(([longitude, latitude]) => [Number(longitude.toFixed(DECIMALS)), Number(latitude.toFixed(DECIMALS))])
}

function cornerOf(ring: Ring, i: number): Corner {
  return [ring[2 * i] ?? 0, ring[2 * i + 1] ?? 0]
}

/** The corner of a line that lies farthest from the straight way between its ends. */
function farthestOf(line: readonly Corner[]): { readonly at: number; readonly distanceM: number } {
  const [x0, y0] = line[0] ?? [0, 0]
  const eastM = metresPerDegreeEast(y0)
  const metres = ([x, y]: Corner): Corner => [(x - x0) * eastM, (y - y0) * METRES_PER_DEGREE]
  const [dx, dy] = metres(line.at(-1) ?? [x0, y0])
  const length = Math.hypot(dx, dy)
  let best = { at: 0, distanceM: 0 }
  line.forEach((corner, at) => {
    const [x, y] = metres(corner)
    const distanceM = length === 0 ? Math.hypot(x, y) : Math.abs(dx * y - dy * x) / length
    if (distanceM > best.distanceM) best = { at, distanceM }
  })
  return best
}
