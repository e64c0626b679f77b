/** measured_at of the newest of some rows, ms; −Infinity of none. */
export function newestOf(timesMs: Float64Array, selection: Uint32Array): number {
  let newest = -Infinity
  for (let i = 0; i < selection.length; i++) newest = Math.max(newest, timesMs[selection[i] ?? 0] ?? 0)
  return newest
}

/** Both lists of rows as one, in their order. */
export function merged(selection: Uint32Array, held: readonly number[]): Uint32Array {
  return held.length === 0 ? selection : Uint32Array.from([...selection, ...held]).sort()
}
