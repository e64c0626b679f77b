/** A report's quadrant by three witnesses: its own field, the end of its text, and its coordinates. */
export interface QuadrantWitnesses {
  readonly said: string | null
  readonly text: string | null
  readonly place: string | null
}

export interface CheckedQuadrant {
  /** What most witnesses say; the place where all say something else. */
  readonly quadrant: string | null
  /** Some witness says something that cannot be with what another says. */
  readonly isContradicted: boolean
}

/**
 * Checks the quadrant a report names. `S` and `SE` can both be true of a street on the border of two quadrants, `SE` and `SW`
 * cannot.
 */
export function checkedQuadrant({ said, text, place }: QuadrantWitnesses): CheckedQuadrant {
  const witnesses = [place, text, said].filter(one => one !== null)
  const isContradicted = witnesses.some((a, i) => witnesses.slice(i + 1).some(b => !canBoth(a, b)))
  let best: string | null = null
  let bestVotes = 0
  for (const one of witnesses) {
    const votes = witnesses.filter(other => canBoth(one, other)).length
    // Of two that agree the more exact one says more.
    const isBetter = votes > bestVotes || (votes === bestVotes && best !== null && isMoreExact(one, best))
    if (isBetter) [best, bestVotes] = [one, votes]
  }
  return { quadrant: best, isContradicted }
}

function canBoth(a: string, b: string): boolean {
  return a === b || isMoreExact(a, b) || isMoreExact(b, a)
}

/** `SE` is within `S` and within `E`. */
function isMoreExact(a: string, b: string): boolean {
  return a.length === 2 && b.length === 1 && a.includes(b)
}
