/** The measures of a gold row that the page draws. */
export interface Measured {
  readonly window_start: string
  readonly vehicles: number | null
  readonly mean_speed_kmh: number | null
  readonly mean_wait_s: number | null
  readonly readings: number
  /** Who counted; left out, loops. */
  readonly source?: 'loop' | 'camera'
  readonly completeness?: number | null
}

export interface Combined {
  readonly atMs: number
  readonly vehicles: number | null
  readonly speedKmh: number | null
  readonly waitS: number | null
  /** Cameras counted, because no loop reported. */
  readonly byCamera: boolean
}

/** A window beside a gap with fewer of its neighbour's readings than this was measured for a part of its time. */
const WHOLE = 0.9

/**
 * Rows of several places as one per window, oldest first. Speed is weighted by vehicles as the rows themselves are
 * (a place without counts weighs its readings), wait by readings. Where measuring begins, ends or pauses, a window
 * that is not whole is left out: its count is no count. Loops are measured against loops; a camera says itself how long it counted.
 */
export function combine(rows: readonly Measured[], stepMs: number): Combined[] {
  const windows = Map.groupBy(rows, row => Date.parse(row.window_start))
  const readings = new Map(
    [...windows].flatMap(([atMs, parts]) =>
      parts.every(isByCamera) ? [] : [[atMs, readingsOf(parts.filter(part => !isByCamera(part)))] as const],
    ),
  )
  return [...windows]
    .filter(([atMs, parts]) =>
      readings.has(atMs) ? isWhole(atMs, readings, stepMs) : parts.every(countedThroughout),
    )
    .map(([atMs, parts]) => ({
      atMs,
      vehicles: sum(parts.map(part => part.vehicles)),
      speedKmh: weighted(parts.map(part => [part.mean_speed_kmh, part.vehicles ?? part.readings])),
      waitS: weighted(parts.map(part => [part.mean_wait_s, part.readings])),
      byCamera: !readings.has(atMs),
    }))
    .sort((a, b) => a.atMs - b.atMs)
}

function isByCamera({ source }: Measured): boolean {
  return source === 'camera'
}

/** One that does not say how long it counted is believed. */
function countedThroughout({ completeness }: Measured): boolean {
  return (completeness ?? 1) >= WHOLE
}

/** Measured against the one neighbour it has: sensors that are known but silent make no window less whole. */
function isWhole(atMs: number, readings: ReadonlyMap<number, number>, stepMs: number): boolean {
  const neighbours = [atMs - stepMs, atMs + stepMs].flatMap(at => readings.get(at) ?? [])
  return neighbours.length !== 1 || (readings.get(atMs) ?? 0) >= WHOLE * (neighbours[0] ?? 0)
}

function readingsOf(parts: readonly Measured[]): number {
  return parts.reduce((total, part) => total + part.readings, 0)
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
