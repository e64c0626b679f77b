/** Lines at their ends keep this distance, px: the height of their type. */
const APART_PX = 12

/**
 * How far each label moves down from its line's end so that none covers another; the order of the lines is kept.
 * @param ys label heights, px from the top, in any order
 */
export function spreadLabels(ys: readonly number[]): number[] {
  const order = ys.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y || a.i - b.i)
  const placed = order.map(({ y }) => y)
  for (let k = 1; k < placed.length; k++) {
    placed[k] = Math.max(placed[k] ?? 0, (placed[k - 1] ?? 0) + APART_PX)
  }
  // What was pushed down is centred again around where it wanted to be.
  const drift = mean(placed.map((y, k) => y - (order[k]?.y ?? 0)))
  const offsets = new Array<number>(ys.length).fill(0)
  order.forEach(({ y, i }, k) => {
    offsets[i] = Math.round((placed[k] ?? y) - y - drift)
  })
  return offsets
}

/** The upper end of the axis: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 of a power of ten, never under the values. */
export function niceTop(values: Iterable<number | null>): number {
  let most = 0
  for (const value of values) most = Math.max(most, value ?? 0)
  if (most === 0) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return ([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8].find(n => n * power >= most) ?? 10) * power
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
