/** Values on an even grid of time; a slot nobody measured is null, never left out. */
export interface Series {
  readonly startMs: number
  readonly stepMs: number
  readonly values: readonly (number | null)[]
}

export interface Point {
  readonly atMs: number
  readonly value: number | null
}

/** Puts points on the grid `[startMs, endMs)`; a point outside is dropped, of two in one slot the later stays. */
export function toSeries(points: Iterable<Point>, startMs: number, endMs: number, stepMs: number): Series {
  const length = Math.max(0, Math.ceil((endMs - startMs) / stepMs))
  const values = new Array<number | null>(length).fill(null)
  for (const { atMs, value } of points) {
    const slot = Math.floor((atMs - startMs) / stepMs)
    if (slot >= 0 && slot < length) values[slot] = value
  }
  return { startMs, stepMs, values }
}

export function timeOf({ startMs, stepMs }: Series, slot: number): number {
  return startMs + slot * stepMs
}

/** The newest slot with a value, or null. */
export function lastSlot({ values }: Series): number | null {
  const slot = values.findLastIndex(value => value !== null)
  return slot === -1 ? null : slot
}

export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5)
}

/** Linear between neighbours (type 7, as spreadsheets do); null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const rank = (sorted.length - 1) * share
  const below = sorted[Math.floor(rank)] ?? 0
  const above = sorted[Math.ceil(rank)] ?? below
  return below + (above - below) * (rank - Math.floor(rank))
}
