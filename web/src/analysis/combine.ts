/** The measures of a gold row that the page draws. */
export interface Measured {
  readonly window_start: string
  readonly vehicles: number | null
  readonly mean_speed_kmh: number | null
  readonly mean_wait_s: number | null
  readonly readings: number
}

export interface Combined {
  readonly atMs: number
  readonly vehicles: number | null
  readonly speedKmh: number | null
  readonly waitS: number | null
}

/**
 * Rows of several places as one per window, oldest first. Speed is weighted by vehicles as the rows themselves are
 * (a place without counts weighs its readings), wait by readings.
 */
export function combine(rows: readonly Measured[]): Combined[] {
  const windows = Map.groupBy(rows, row => row.window_start)
  return [...windows]
    .map(([start, parts]) => ({
      atMs: Date.parse(start),
      vehicles: sum(parts.map(part => part.vehicles)),
      speedKmh: weighted(parts.map(part => [part.mean_speed_kmh, part.vehicles ?? part.readings])),
      waitS: weighted(parts.map(part => [part.mean_wait_s, part.readings])),
    }))
    .sort((a, b) => a.atMs - b.atMs)
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
}

function weighted(pairs: readonly (readonly [number | null, number])[]): number | null {
  let total = 0
  let weights = 0
  for (const [value, weight] of pairs) {
    if (value === null) continue
    total += value * weight
    weights += weight
  }
  return weights === 0 ? null : total / weights
}
