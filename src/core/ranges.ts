/** Positions from `from` on, up to but without `to`. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** The same positions as few ranges, ascending; empty ones vanish. */
export function joined(ranges: readonly Range[]): Range[] {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    if (from >= to) continue
    const last = result.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

/** What of `ranges` lies in none of `taken`, ascending. */
export function without(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  const gone = joined(taken)
  const left: Range[] = []
  let first = 0
  for (const { from, to } of joined(ranges)) {
    while (first < gone.length && (gone[first]?.to ?? 0) <= from) first++
    let at = from
    for (let i = first; i < gone.length; i++) {
      const hole = gone[i]
      if (hole === undefined || hole.from >= to) break
      if (hole.from > at) left.push({ from: at, to: hole.from })
      at = Math.max(at, hole.to)
    }
    if (at < to) left.push({ from: at, to })
  }
  return left
}

export function sizeOf(ranges: readonly Range[]): number {
  return joined(ranges).reduce((sum, { from, to }) => sum + to - from, 0)
}
