import type { Position } from '../../../map/overlay/overlay.ts'

const METRES_PER_DEGREE = 111_195

/** The points of a GeoJSON geometry as paths: a line is one, a point a path of one point. What is none yields nothing. */
export function pathsOf(geometry: unknown): Position[][] {
  if (typeof geometry !== 'object' || geometry === null) return []
  const { type, coordinates, geometries } = geometry as Record<string, unknown>
  switch (type) {
    case 'Point':
      return pathOf([coordinates])
    case 'LineString':
      return pathOf(coordinates)
    case 'MultiPoint':
      return pathOf(coordinates)
    case 'MultiLineString':
    case 'Polygon':
      return Array.isArray(coordinates) ? coordinates.flatMap(pathOf) : []
    case 'GeometryCollection':
      return Array.isArray(geometries) ? geometries.flatMap(pathsOf) : []
    default:
      return []
  }
}

function pathOf(coordinates: unknown): Position[][] {
  if (!Array.isArray(coordinates)) return []
  const path = coordinates.filter(isPosition).map(([x, y]): Position => [x, y])
  return path.length === 0 ? [] : [path]
}

function isPosition(value: unknown): value is [number, number] {
  if (!Array.isArray(value)) return false
  const [x, y] = value as unknown[]
  return typeof x === 'number' && typeof y === 'number' && Math.abs(x) <= 180 && Math.abs(y) <= 90
}

/** Where its sign stands: halfway along the longest path. */
export function middleOf(paths: readonly (readonly Position[])[]): Position | null {
  const longest = [...paths].sort((a, b) => lengthM(b) - lengthM(a))[0]
  if (longest === undefined) return null
  let rest = lengthM(longest) / 2
  for (const [i, to] of longest.entries()) {
    const from = longest[i - 1]
    if (from === undefined) continue
    const stretch = distanceM(from, to)
    if (stretch > 0 && rest <= stretch)
      return [from[0] + (to[0] - from[0]) * (rest / stretch), from[1] + (to[1] - from[1]) * (rest / stretch)]
    rest -= stretch
  }
  return longest[0] ?? null
}

function lengthM(path: readonly Position[]): number {
  return path.reduce((sum, to, i) => sum + (i === 0 ? 0 : distanceM(path[i - 1] ?? to, to)), 0)
}

/** On a plane that touches the earth there: within a city exact to a metre. */
export function distanceM(a: Position, b: Position): number {
  const [x, y] = offsetM(a, b)
  return Math.hypot(x, y)
}

function offsetM(from: Position, to: Position): Position {
  const east = METRES_PER_DEGREE * Math.cos((from[1] * Math.PI) / 180)
  return [(to[0] - from[0]) * east, (to[1] - from[1]) * METRES_PER_DEGREE]
}
