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

/** The least distance between two things: between ends of their stretches and the others' stretches; crossing is 0. */
export function apartM(a: readonly (readonly Position[])[], b: readonly (readonly Position[])[]): number {
  let least = Infinity
  for (const one of a)
    for (const other of b)
      for (const [i, p] of one.entries())
        for (const [j, q] of other.entries()) {
          const [p0, q0] = [one[i - 1] ?? p, other[j - 1] ?? q]
          least = Math.min(least, stretchesM(p0, p, q0, q))
          if (least === 0) return 0
        }
  return least
}

function stretchesM(a: Position, b: Position, c: Position, d: Position): number {
  const [bb, cc, dd] = [offsetM(a, b), offsetM(a, c), offsetM(a, d)]
  const zero: Position = [0, 0]
  if (cross(zero, bb, cc, dd)) return 0
  return Math.min(
    toStretch(zero, cc, dd),
    toStretch(bb, cc, dd),
    toStretch(cc, zero, bb),
    toStretch(dd, zero, bb),
  )
}

function cross(a: Position, b: Position, c: Position, d: Position): boolean {
  const side = (p: Position, q: Position, r: Position) =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

function toStretch([x, y]: Position, [ax, ay]: Position, [bx, by]: Position): number {
  const [dx, dy] = [bx - ax, by - ay]
  const square = dx * dx + dy * dy
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square))
  return Math.hypot(x - ax - share * dx, y - ay - share * dy)
}

function offsetM(from: Position, to: Position): Position {
  const east = METRES_PER_DEGREE * Math.cos((from[1] * Math.PI) / 180)
  return [(to[0] - from[0]) * east, (to[1] - from[1]) * METRES_PER_DEGREE]
}
