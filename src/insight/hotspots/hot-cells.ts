import { benjaminiHochberg } from '../../core/statistics/index.ts'
import type { Random } from '../../core/statistics/index.ts'
import type { CellArea } from './cells.ts'
import { giStar } from './getis-ord.ts'

export interface HotCell {
  /** H3 index. */
  readonly cell: string
  readonly incidents: number
  /** Gi*, standard deviations. */
  readonly z: number
  /** Two-sided, by permutation. */
  readonly p: number
  /** The share of false ones to expect when all cells with at most this value are called. */
  readonly q: number
  readonly kind: 'hot' | 'cold' | 'usual'
}

/**
 * Judges every cell of an area: hot where incidents lie together beyond chance, cold where they are missing, with the share of false
 * discoveries held at `falseShare` over all cells.
 *
 * @param counts incidents in each cell, in the area's order; see `countsByCell`
 * @param falseShare 0..1, e.g. 0.05
 * @returns one a cell, in the area's order
 *
 * Source: see `giStar` and `benjaminiHochberg`; two-sided p = twice the smaller tail.
 */
export function hotCells(
  area: CellArea,
  counts: Float64Array,
  falseShare: number,
  random: Random,
  permutations?: number,
): HotCell[] {
  const { z, pHigh, pLow } = giStar(counts, area, random, permutations)
  const p = pHigh.map((high, i) => Math.min(1, 2 * Math.min(high, pLow[i]!)))
  const q = benjaminiHochberg(p)
  return area.cells.map((cell, i) => {
    const called = q[i]! <= falseShare ? (pHigh[i]! < pLow[i]! ? 'hot' : 'cold') : 'usual'
    return { cell, incidents: counts[i]!, z: z[i]!, p: p[i]!, q: q[i]!, kind: called }
  })
}
