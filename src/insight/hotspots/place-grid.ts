import { distanceM, METRES_PER_DEGREE, metresPerDegreeEast } from '../../core/geo/metres.ts'
import type { Place } from './cells.ts'

/** Finds which of some places lie near another one: they are kept in squares as wide as what counts as near. */
export class PlaceGrid {
  readonly #places: readonly Place[]
  readonly #withinM: number
  readonly #highDeg: number
  readonly #wideDeg: number
  readonly #squares = new Map<string, number[]>()

  /** @param withinM at most so far is near, m. Not for places around the poles or across the date line. */
  constructor(places: readonly Place[], withinM: number) {
    this.#places = places
    this.#withinM = withinM
    // A hair wider, for rounding; a degree of longitude is shortest where the latitude is highest.
    this.#highDeg = (withinM / METRES_PER_DEGREE) * 1.001
    const farthest = places.reduce((most, { latitude }) => Math.max(most, Math.abs(latitude)), 0)
    this.#wideDeg = (withinM / metresPerDegreeEast(Math.min(89, farthest + this.#highDeg))) * 1.001
    places.forEach((place, i) => {
      const [row, column] = this.#squareOf(place)
      const key = `${row} ${column}`
      const held = this.#squares.get(key)
      if (held === undefined) this.#squares.set(key, [i])
      else held.push(i)
    })
  }

  /** Visits those that are near, by where they stand in the list; in no order. */
  forEachNear(place: Place, visit: (index: number, metres: number) => void): void {
    const [row, column] = this.#squareOf(place)
    for (let r = row - 1; r <= row + 1; r++)
      for (let c = column - 1; c <= column + 1; c++)
        for (const index of this.#squares.get(`${r} ${c}`) ?? []) {
          const other = this.#places[index]!
          const metres = distanceM(place.latitude, place.longitude, other.latitude, other.longitude)
          if (metres <= this.#withinM) visit(index, metres)
        }
  }

  /** The nearest of those that are near; null where none is. */
  nearest(place: Place): number | null {
    let best: number | null = null
    let bestM = Infinity
    this.forEachNear(place, (index, metres) => {
      if (metres > bestM || (metres === bestM && index > (best ?? -1))) return
      best = index
      bestM = metres
    })
    return best
  }

  #squareOf({ latitude, longitude }: Place): readonly [row: number, column: number] {
    return [Math.floor(latitude / this.#highDeg), Math.floor(longitude / this.#wideDeg)]
  }
}
