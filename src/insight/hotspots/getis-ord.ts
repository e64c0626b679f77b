import type { Random } from '../../core/statistics/index.ts'

/** Which places are neighbours: of place i those at[starts[i]] … at[starts[i + 1] − 1], without itself. */
export interface Neighbours {
  readonly starts: Int32Array
  readonly at: Int32Array
}

/** One value a place. */
export interface GiStar {
  /** How far the sum over a place and its neighbours lies above what is usual, in standard deviations; NaN if all values are equal. */
  readonly z: Float64Array
  /** Chance of a sum at least as high, and at least as low, when the other values are dealt out anew. */
  readonly pHigh: Float64Array
  readonly pLow: Float64Array
}

/** Fewest permutations that are dealt: the smallest p-value is then 0.00001, enough to control thousands of cells. */
export const FEWEST_PERMUTATIONS = 99_999

/**
 * Finds where high values, or low ones, lie together: the local sum over each place and its neighbours (all of weight 1) against the mean of
 * all places, and how often chance would make such a sum.
 *
 * The permutations are conditional: a place keeps its value, and its neighbours' are drawn without replacement from all others. Places
 * with as many neighbours and the same value share their draws; they would have the same distribution.
 *
 * @param counts one a place, whole numbers ≥ 0
 * @param permutations ≥ 99,999
 * @throws {RangeError} with fewer permutations, or a count that is none
 *
 * Source: J. K. Ord and A. Getis, "Local spatial autocorrelation statistics: distributional issues and an application",
 * Geographical Analysis 27 (1995), Gi* (14); conditional permutation as in L. Anselin, "Local indicators of spatial association",
 * same volume, p = (1 + as extreme) / (1 + permutations).
 */
export function giStar(
  counts: Float64Array,
  { starts, at }: Neighbours,
  random: Random,
  permutations = FEWEST_PERMUTATIONS,
): GiStar {
  if (permutations < FEWEST_PERMUTATIONS)
    throw new RangeError(`${permutations} permutations: take at least ${FEWEST_PERMUTATIONS}`)
  const wrong = counts.find(count => !Number.isInteger(count) || count < 0)
  if (wrong !== undefined) throw new RangeError(`${wrong} is no count of incidents`)
  const sums = neighbourSums(counts, starts, at)
  const pHigh = new Float64Array(counts.length)
  const pLow = new Float64Array(counts.length)
  for (const places of alike(counts, starts)) {
    const first = places[0]!
    const drawn = drawnSums(counts, first, starts[first + 1]! - starts[first]!, random, permutations)
    for (const place of places) {
      const below = drawn.upTo(sums[place]! - 1)
      pHigh[place] = (1 + permutations - below) / (1 + permutations)
      pLow[place] = (1 + drawn.upTo(sums[place]!)) / (1 + permutations)
    }
  }
  return { z: scores(counts, sums, starts), pHigh, pLow }
}

/** Sums over the neighbours alone, without the place itself. */
function neighbourSums(counts: Float64Array, starts: Int32Array, at: Int32Array): Float64Array {
  return counts.map((_, i) => {
    let sum = 0
    for (let k = starts[i]!; k < starts[i + 1]!; k++) sum += counts[at[k]!]!
    return sum
  })
}

function scores(counts: Float64Array, sums: Float64Array, starts: Int32Array): Float64Array {
  const n = counts.length
  const mean = counts.reduce((sum, count) => sum + count, 0) / n
  const variance = counts.reduce((sum, count) => sum + count * count, 0) / n - mean * mean
  return counts.map((count, i) => {
    const weight = starts[i + 1]! - starts[i]! + 1
    const spread = Math.sqrt(variance * ((n * weight - weight * weight) / (n - 1)))
    return (count + sums[i]! - weight * mean) / spread
  })
}

/** Places whose neighbours' sums have the same distribution: as many neighbours, and the same count left out. */
function alike(counts: Float64Array, starts: Int32Array): Iterable<readonly number[]> {
  const groups = new Map<string, number[]>()
  counts.forEach((count, i) => {
    const key = `${starts[i + 1]! - starts[i]!} ${count}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [i])
    else group.push(i)
  })
  return groups.values()
}

/** How many of the drawn sums are at most so high. */
interface DrawnSums {
  readonly upTo: (sum: number) => number
}

/** Sums of the counts of `size` places other than `place`, drawn without replacement. */
function drawnSums(
  counts: Float64Array,
  place: number,
  size: number,
  random: Random,
  permutations: number,
): DrawnSums {
  const others = Int32Array.from(counts.filter((_, i) => i !== place))
  const frequencies = new Int32Array(size * others.reduce((a, b) => Math.max(a, b), 0) + 1)
  for (let draw = 0; draw < permutations; draw++) {
    let sum = 0
    // The first steps of a shuffle; it goes on from where the last draw left it, which is as good a start as any.
    for (let i = 0; i < size; i++) {
      const pick = i + random.below(others.length - i)
      const value = others[pick]!
      others[pick] = others[i]!
      others[i] = value
      sum += value
    }
    frequencies[sum]! += 1
  }
  let total = 0
  const cumulative = frequencies.map(frequency => (total += frequency))
  return { upTo: sum => (sum < 0 ? 0 : (cumulative[sum] ?? permutations)) }
}
