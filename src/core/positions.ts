/** Records of the log, as runs of positions: the first of each run and how many follow it. */
export type Positions = readonly (readonly [first: number, count: number])[]

/** The same records with as few runs as possible, in order; runs that overlap count once. */
export function joinedRuns(runs: Positions): Positions {
  const joined: [first: number, count: number][] = []
  for (const [first, count] of [...runs].sort(([a], [b]) => a - b)) {
    const last = joined.at(-1)
    if (last === undefined || first > last[0] + last[1]) joined.push([first, count])
    else last[1] = Math.max(last[1], first + count - last[0])
  }
  return joined
}

export function countOf(runs: Positions): number {
  return runs.reduce((sum, [, count]) => sum + count, 0)
}

/** The first position behind all of them; 0 where there is none. */
export function endOf(runs: Positions): number {
  return runs.reduce((end, [first, count]) => Math.max(end, first + count), 0)
}
