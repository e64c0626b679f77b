import { METRES_PER_DEGREE, metresPerDegreeEast } from './metres.ts'

export interface Located {
  readonly latitude: number
  readonly longitude: number
}

export interface Nearest {
  /** Number of the point. */
  readonly index: number
  readonly distanceM: number
}

export interface NearestWishes {
  /** None is further. */
  readonly withinM: number
  /** @default 1 */
  readonly count?: number
  /** @default all are */
  readonly accepts?: (index: number) => boolean
}

/** About 700 m by 1,100 m at 51° north. */
const CELL_DEGREES = 0.01

/** Finds the nearest of thousands of points of one city. */
export class PointGrid {
  readonly #points: readonly Located[]
  readonly #cells = new Map<number, number[]>()

  constructor(points: readonly Located[]) {
    this.#points = points
    points.forEach(({ latitude, longitude }, i) => {
      const key = keyOf(cellOf(longitude), cellOf(latitude))
      const cell = this.#cells.get(key)
      if (cell === undefined) this.#cells.set(key, [i])
      else cell.push(i)
    })
  }

  /** The nearest points, nearest first, the lower number first at the same distance. */
  nearest(longitude: number, latitude: number, { withinM, count = 1, accepts }: NearestWishes): Nearest[] {
    const eastM = metresPerDegreeEast(latitude)
    const narrowM = CELL_DEGREES * Math.min(eastM, METRES_PER_DEGREE)
    const found: Nearest[] = []
    for (let ring = 0; ; ring++) {
      // What lies in this ring of cells is at least so far away.
      const leastM = (ring - 1) * narrowM
      const furthestM = found[count - 1]?.distanceM ?? withinM
      if (leastM > furthestM) break
      for (const index of this.#inRing(cellOf(longitude), cellOf(latitude), ring)) {
        const point = this.#points[index]
        if (point === undefined || accepts?.(index) === false) continue
        const east = (point.longitude - longitude) * eastM
        const distanceM = Math.hypot(east, (point.latitude - latitude) * METRES_PER_DEGREE)
        if (distanceM <= withinM) found.push({ index, distanceM })
      }
      found.sort((a, b) => a.distanceM - b.distanceM || a.index - b.index)
    }
    return found.slice(0, count)
  }

  /** The points of the cells that are so many cells away, along the longer way. */
  #inRing(column: number, row: number, ring: number): number[] {
    const found: number[] = []
    for (let x = column - ring; x <= column + ring; x++) {
      const isSide = Math.abs(x - column) === ring
      for (let y = row - ring; y <= row + ring; y += isSide ? 1 : 2 * ring) {
        const cell = this.#cells.get(keyOf(x, y))
        if (cell !== undefined) found.push(...cell)
      }
    }
    return found
  }
}

function cellOf(degrees: number): number {
  return Math.floor(degrees / CELL_DEGREES)
}

/** Unique for all cells of the earth and those of a ring beside it. */
function keyOf(column: number, row: number): number {
  return column * 100_000 + row
}
