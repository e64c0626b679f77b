import { EARTH_RADIUS_M } from '../../core/geo/metres.ts'

/** What `dbscan` calls a point of no cluster. */
export const NOISE = -1

export interface DbscanOptions {
  /** Points at most so far apart are neighbours, m. */
  readonly withinM: number
  /** A point with at least so many neighbours, itself among them, is the core of a cluster. */
  readonly atLeast: number
}

/**
 * Clusters of points that lie close together: a core and its neighbours belong to one, and cores that are neighbours to the same. A point
 * between two clusters that is no core itself goes to the one whose first core comes first in the list.
 *
 * Distances are great circles over a sphere. Not for places around the poles or the date line: no neighbour is found across it.
 *
 * @param latitudes degrees, one a point
 * @param longitudes degrees, same length
 * @returns the cluster of each point, 0 … n − 1 in the order of their first cores, or NOISE
 *
 * Source: M. Ester, H.-P. Kriegel, J. Sander and X. Xu, "A density-based algorithm for discovering clusters in large spatial
 * databases with noise", KDD (1996). In place of their R*-tree a grid of cells as wide as a neighbourhood.
 */
export function dbscan(
  latitudes: ArrayLike<number>,
  longitudes: ArrayLike<number>,
  { withinM, atLeast }: DbscanOptions,
): Int32Array {
  if (latitudes.length !== longitudes.length)
    throw new RangeError(`${latitudes.length} latitudes and ${longitudes.length} longitudes`)
  const near = neighbourhoods(latitudes, longitudes, withinM)
  const isCore = Uint8Array.from({ length: latitudes.length }, (_, i) => (near(i).length >= atLeast ? 1 : 0))
  const labels = new Int32Array(latitudes.length).fill(NOISE)
  let clusters = 0
  for (let point = 0; point < labels.length; point++) {
    if (labels[point] !== NOISE || isCore[point] === 0) continue
    spread(point, clusters++, labels, isCore, near)
  }
  return labels
}

function spread(
  seed: number,
  cluster: number,
  labels: Int32Array,
  isCore: Uint8Array,
  near: (point: number) => readonly number[],
): void {
  labels[seed] = cluster
  const open = [seed]
  for (let point = open.pop(); point !== undefined; point = open.pop()) {
    for (const neighbour of near(point)) {
      if (labels[neighbour] !== NOISE) continue
      labels[neighbour] = cluster
      if (isCore[neighbour] === 1) open.push(neighbour)
    }
  }
}

/** Answers which points lie within the distance of one, itself among them. */
function neighbourhoods(
  latitudes: ArrayLike<number>,
  longitudes: ArrayLike<number>,
  withinM: number,
): (point: number) => readonly number[] {
  const grid = new PointGrid(latitudes, longitudes, withinM)
  const vectors = unitVectors(latitudes, longitudes)
  // The chord through the earth: it grows with the arc, and needs no trigonometry for each pair.
  const chord = 2 * Math.sin(withinM / (2 * EARTH_RADIUS_M))
  const limit = chord * chord
  return point => {
    const found: number[] = []
    grid.forEachAround(point, other => {
      const dx = vectors[3 * point]! - vectors[3 * other]!
      const dy = vectors[3 * point + 1]! - vectors[3 * other + 1]!
      const dz = vectors[3 * point + 2]! - vectors[3 * other + 2]!
      if (dx * dx + dy * dy + dz * dz <= limit) found.push(other)
    })
    return found
  }
}

/** Points in cells at least as wide as the distance in question, so that neighbours are in the same or the next cells. */
class PointGrid {
  readonly #rows: Int32Array
  readonly #columns: Int32Array
  readonly #cells = new Map<number, number[]>()
  readonly #width: number

  constructor(latitudes: ArrayLike<number>, longitudes: ArrayLike<number>, withinM: number) {
    const degreeM = (EARTH_RADIUS_M * Math.PI) / 180
    const bounds = { south: Infinity, west: Infinity, farthest: 0, east: -Infinity }
    for (let i = 0; i < latitudes.length; i++) {
      bounds.south = Math.min(bounds.south, latitudes[i]!)
      bounds.west = Math.min(bounds.west, longitudes[i]!)
      bounds.east = Math.max(bounds.east, longitudes[i]!)
      bounds.farthest = Math.max(bounds.farthest, Math.abs(latitudes[i]!))
    }
    // A hair wider, for rounding; a degree of longitude is shortest where the latitude is highest.
    const highDeg = (withinM / degreeM) * 1.000001
    const wideDeg = highDeg / Math.cos((Math.min(89, bounds.farthest + highDeg) * Math.PI) / 180)
    this.#rows = Int32Array.from(latitudes, latitude => Math.floor((latitude - bounds.south) / highDeg) + 1)
    this.#columns = Int32Array.from(
      longitudes,
      longitude => Math.floor((longitude - bounds.west) / wideDeg) + 1,
    )
    this.#width = Math.floor((bounds.east - bounds.west) / wideDeg) + 3
    for (let i = 0; i < latitudes.length; i++) {
      const cell = this.#rows[i]! * this.#width + this.#columns[i]!
      const members = this.#cells.get(cell)
      if (members === undefined) this.#cells.set(cell, [i])
      else members.push(i)
    }
  }

  forEachAround(point: number, visit: (other: number) => void): void {
    for (let row = this.#rows[point]! - 1; row <= this.#rows[point]! + 1; row++)
      for (let column = this.#columns[point]! - 1; column <= this.#columns[point]! + 1; column++)
        this.#cells.get(row * this.#width + column)?.forEach(visit)
  }
}

/** x, y, z of each point on a sphere of radius 1. */
function unitVectors(latitudes: ArrayLike<number>, longitudes: ArrayLike<number>): Float64Array {
  const vectors = new Float64Array(3 * latitudes.length)
  for (let i = 0; i < latitudes.length; i++) {
    const latitude = (latitudes[i]! * Math.PI) / 180
    const longitude = (longitudes[i]! * Math.PI) / 180
    vectors[3 * i] = Math.cos(latitude) * Math.cos(longitude)
    vectors[3 * i + 1] = Math.cos(latitude) * Math.sin(longitude)
    vectors[3 * i + 2] = Math.sin(latitude)
  }
  return vectors
}
