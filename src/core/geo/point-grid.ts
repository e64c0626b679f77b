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
  /** Of the southernmost and the northernmost point. */
  readonly #rows = { first: Infinity, last: -Infinity }

  constructor(points: readonly Located[]) {
    this.#points = points
    points.forEach(({ latitude, longitude }, i) => {
      const row = cellOf(latitude)
      this.#rows.first = Math.min(this.#rows.first, row)
      this.#rows.last = Math.max(this.#rows.last, row)
      const key = keyOf(cellOf(longitude), row)
      const cell = this.#cells.get(key)
      if (cell === undefined) this.#cells.set(key, [i])
      else cell.push(i)
    })
  }

  /** The nearest points, nearest first, the lower number first at the same distance. */
  nearest(longitude: number, latitude: number, { withinM, count = 1, accepts }: NearestWishes): Nearest[] {
    if (!this.#hasRowNear(latitude, withinM)) return []
    const eastM = metresPerDegreeEast(latitude)
    const narrowM = CELL_DEGREES * Math.min(eastM, METRES_PER_DEGREE)
    const found: Nearest[] = []
    const furthestM = () => found[count - 1]?.distanceM ?? withinM
    // What lies in a ring of cells is at least one cell nearer than the ring's number says.
    for (let ring = 0; (ring - 1) * narrowM <= furthestM(); ring++)
      this.#eachInRing(cellOf(longitude), cellOf(latitude), ring, index => {
        const point = this.#points[index]
        if (point === undefined) return
        const east = (point.longitude - longitude) * eastM
        const north = (point.latitude - latitude) * METRES_PER_DEGREE
        const distanceM = Math.sqrt(east * east + north * north)
        if (distanceM <= furthestM() && accepts?.(index) !== false) insert(found, { index, distanceM }, count)
      })
    return found
  }

  /** Away from the rows of all points the rings may be many: at a pole they have no width. */
  #hasRowNear(latitude: number, withinM: number): boolean {
    const rowsAway = Math.ceil(withinM / METRES_PER_DEGREE / CELL_DEGREES)
    const row = cellOf(latitude)
    return row + rowsAway >= this.#rows.first && row - rowsAway <= this.#rows.last
  }

  /** The points of the cells that are so many cells away, along the longer way. */
  #eachInRing(column: number, row: number, ring: number, visit: (index: number) => void): void {
    for (let x = column - ring; x <= column + ring; x++) {
      const isSide = Math.abs(x - column) === ring
      for (let y = row - ring; y <= row + ring; y += isSide ? 1 : 2 * ring)
        for (const index of this.#cells.get(keyOf(x, y)) ?? NOTHING) visit(index)
    }
  }
}

const NOTHING: readonly number[] = []

/** Keeps the nearest few in order. */
function insert(found: Nearest[], one: Nearest, count: number): void {
  let at = found.length
  while (at > 0 && isBefore(one, found[at - 1])) at--
  found.splice(at, 0, one)
  if (found.length > count) found.pop()
}

function isBefore(one: Nearest, other: Nearest | undefined): boolean {
  if (other === undefined) return false
  return one.distanceM < other.distanceM || (one.distanceM === other.distanceM && one.index < other.index)
}

function cellOf(degrees: number): number {
  return Math.floor(degrees / CELL_DEGREES)
}

/** Unique for all cells of the earth and those of a ring beside it. */
function keyOf(column: number, row: number): number {
  return column * 100_000 + row
}
