import { cellToLatLng, gridDisk, latLngToCell } from 'h3-js'

export interface Place {
  readonly latitude: number
  readonly longitude: number
}

/** The hexagons (Uber's H3) of a city that are looked at, and which of them touch. */
export interface CellArea {
  readonly resolution: number
  /** H3 indices, ascending. */
  readonly cells: readonly string[]
  /** Of cell i the neighbours are at[starts[i]] … at[starts[i + 1] − 1], places in `cells`, without itself. */
  readonly starts: Int32Array
  readonly at: Int32Array
}

/**
 * The cells in which an incident could have been: all that hold one of the places. Hand it the vertices of the city's roads; without
 * roads its signals and all incidents ever. A field outside the city is no calm place, so it is not among them.
 *
 * @param resolution of H3, 0–15: 8 is 0.7 km², 9 is 0.1 km²
 */
export function cellArea(places: readonly Place[], resolution: number): CellArea {
  const cells = [...new Set(places.map(place => cellOf(place, resolution)))].sort()
  const numberOf = new Map(cells.map((cell, i) => [cell, i]))
  const starts = new Int32Array(cells.length + 1)
  const at: number[] = []
  cells.forEach((cell, i) => {
    for (const other of gridDisk(cell, 1)) {
      const number = numberOf.get(other)
      if (number !== undefined && number !== i) at.push(number)
    }
    starts[i + 1] = at.length
  })
  return { resolution, cells, starts, at: Int32Array.from(at) }
}

/** How many of the places are in each cell of the area, those without any being 0, and how many are in none of them. */
export function countsByCell(
  area: CellArea,
  places: readonly Place[],
): { readonly counts: Float64Array; readonly outside: number } {
  const indexOf = cellIndexOf(area)
  const counts = new Float64Array(area.cells.length)
  let outside = 0
  for (const place of places) {
    const index = indexOf(place)
    if (index === null) outside++
    else counts[index]! += 1
  }
  return { counts, outside }
}

/** Finds the cell of a place among those of the area; null where it is in none. */
export function cellIndexOf({ cells, resolution }: CellArea): (place: Place) => number | null {
  const indexOf = new Map(cells.map((cell, i) => [cell, i]))
  return place => indexOf.get(cellOf(place, resolution)) ?? null
}

function cellOf({ latitude, longitude }: Place, resolution: number): string {
  return latLngToCell(latitude, longitude, resolution)
}

/** The middle of each cell, in the area's order. */
export function cellMiddles({ cells }: CellArea): Place[] {
  return cells.map(cell => {
    const [latitude, longitude] = cellToLatLng(cell)
    return { latitude, longitude }
  })
}
