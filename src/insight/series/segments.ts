/**
 * Where a series is best cut into stretches that are each alike: the cuts with the least total cost, to which each cut adds the
 * penalty. Exact, and in about linear time where changes are many.
 *
 * @param length steps of the series
 * @param cost of the stretch [from, to); must not grow when a stretch is cut in two
 * @param penalty cost of one more cut
 * @param shortest fewest steps of a stretch, ≥ 1
 * @returns first steps of the stretches but the first, ascending
 *
 * Source: R. Killick, P. Fearnhead and I. Eckley, "Optimal detection of changepoints with a linear computational cost", Journal of
 * the American Statistical Association 107 (2012), PELT with K = 0.
 */
export function bestCuts(
  length: number,
  cost: (from: number, to: number) => number,
  penalty: number,
  shortest: number,
): number[] {
  const best = new Float64Array(length + 1).fill(Infinity)
  const cutBefore = new Int32Array(length + 1)
  best[0] = -penalty
  let starts: { readonly at: number; until: number }[] = [{ at: 0, until: Infinity }]
  for (let end = shortest; end <= length; end++) {
    const totals = starts.map(({ at }) => best[at]! + cost(at, end))
    const least = Math.min(...totals)
    best[end] = least + penalty
    cutBefore[end] = starts[totals.indexOf(least)]!.at
    starts.forEach((start, i) => {
      // Behind by a whole penalty: a cut at `end` beats it, as soon as a stretch from there is long enough.
      if (totals[i]! > best[end]!) start.until = Math.min(start.until, end + shortest)
    })
    starts = starts.filter(({ until }) => until > end + 1)
    if (end + 1 >= 2 * shortest) starts.push({ at: end + 1 - shortest, until: Infinity })
  }
  return backFrom(length, cutBefore)
}

function backFrom(length: number, cutBefore: Int32Array): number[] {
  const cuts: number[] = []
  for (let at = cutBefore[length]!; at > 0; at = cutBefore[at]!) cuts.unshift(at)
  return cuts
}
