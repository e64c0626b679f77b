import { isInArea } from './polygon.ts'
import type { Area } from './polygon.ts'

/** Cells a side: few enough to be made in a blink, small enough that most hold one area and no border. */
const CELLS = 256

/**
 * Finds the area a place is in among hundreds, without looking at more than a few: a grid knows which areas have a border
 * in a cell, and which hold it whole.
 */
export class AreaGrid {
  readonly #areas: readonly Area[]
  readonly #west: number
  readonly #south: number
  readonly #cellEast: number
  readonly #cellNorth: number
  /** Where the candidates of each cell begin; those of cell `i` end where those of `i + 1` begin. */
  readonly #starts = new Uint32Array(CELLS * CELLS + 1)
  /** Areas that have a border in the cell, and those that hold it whole (as −1 − number), in their order; cell by cell. */
  readonly #candidates: Int32Array

  constructor(areas: readonly Area[]) {
    this.#areas = areas
    const bounds = (of: (area: Area) => number, better: (a: number, b: number) => number, start: number) =>
      areas.reduce((found, area) => better(found, of(area)), start)
    this.#west = bounds(area => area.west, Math.min, Infinity)
    this.#south = bounds(area => area.south, Math.min, Infinity)
    // A little more than the areas, so that their eastern and northern edge lies in the last cell.
    this.#cellEast = (bounds(area => area.east, Math.max, -Infinity) - this.#west) / (CELLS - 0.5)
    this.#cellNorth = (bounds(area => area.north, Math.max, -Infinity) - this.#south) / (CELLS - 0.5)
    this.#candidates = this.#fill()
  }

  /** Number of the first area that holds the place; −1 where none does. */
  find(longitude: number, latitude: number): number {
    const column = Math.floor((longitude - this.#west) / this.#cellEast)
    const row = Math.floor((latitude - this.#south) / this.#cellNorth)
    if (!(column >= 0 && column < CELLS && row >= 0 && row < CELLS)) return -1
    const cell = row * CELLS + column
    const end = this.#starts[cell + 1] ?? 0
    for (let at = this.#starts[cell] ?? 0; at < end; at++) {
      const i = this.#candidates[at] ?? 0
      if (i < 0) return -1 - i
      const area = this.#areas[i]
      if (area !== undefined && isInArea(area, longitude, latitude)) return i
    }
    return -1
  }

  /** Two arrays, not one a cell: 65,536 objects are marked at each collection of the heap, whoever asks for a place. */
  #fill(): Int32Array {
    const found: { readonly cell: number; readonly candidate: number }[] = []
    this.#areas.forEach((area, i) => {
      const borders = this.#borderCells(area)
      const [fromColumn, toColumn] = this.#columns(area.west, area.east)
      const [fromRow, toRow] = this.#rows(area.south, area.north)
      for (let row = fromRow; row <= toRow; row++)
        for (let column = fromColumn; column <= toColumn; column++) {
          const cell = row * CELLS + column
          const east = this.#west + (column + 0.5) * this.#cellEast
          const north = this.#south + (row + 0.5) * this.#cellNorth
          if (borders.has(cell)) found.push({ cell, candidate: i })
          else if (isInArea(area, east, north)) found.push({ cell, candidate: -1 - i })
        }
    })
    // Stable: within a cell they stay in the order of the areas.
    found.sort((a, b) => a.cell - b.cell)
    for (const { cell } of found) this.#starts[cell + 1] = (this.#starts[cell + 1] ?? 0) + 1
    for (let i = 1; i < this.#starts.length; i++)
      this.#starts[i] = (this.#starts[i] ?? 0) + (this.#starts[i - 1] ?? 0)
    return Int32Array.from(found, ({ candidate }) => candidate)
  }

  /** Every cell that the bounds of one of its sides touch. */
  #borderCells({ rings }: Area): Set<number> {
    const found = new Set<number>()
    for (const ring of rings)
      for (let i = 0; i + 3 < ring.length; i += 2) {
        const [fromColumn, toColumn] = this.#columns(ring[i] ?? NaN, ring[i + 2] ?? NaN)
        const [fromRow, toRow] = this.#rows(ring[i + 1] ?? NaN, ring[i + 3] ?? NaN)
        for (let row = fromRow; row <= toRow; row++)
          for (let column = fromColumn; column <= toColumn; column++) found.add(row * CELLS + column)
      }
    return found
  }

  #columns(a: number, b: number): [number, number] {
    const of = (longitude: number) => Math.floor((longitude - this.#west) / this.#cellEast)
    return [of(Math.min(a, b)), of(Math.max(a, b))]
  }

  #rows(a: number, b: number): [number, number] {
    const of = (latitude: number) => Math.floor((latitude - this.#south) / this.#cellNorth)
    return [of(Math.min(a, b)), of(Math.max(a, b))]
  }
}
