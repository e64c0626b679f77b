/** Something of which the first and last position are known. */
export interface Bounded {
  readonly min: number
  readonly max: number
}

/**
 * The lines of several files in the order of their positions. Files lie one behind the other but for a few lines at midnight: each is
 * opened when its turn comes, and rarely more than one is open.
 */
export async function* byPosition<File extends Bounded, Line extends { readonly position: number }>(
  files: readonly File[],
  linesOf: (file: File) => AsyncGenerator<Line>,
): AsyncGenerator<Line> {
  const waiting = files.toSorted((a, b) => a.min - b.min)
  let open: { readonly lines: AsyncGenerator<Line>; readonly head: Line }[] = []
  for (;;) {
    const least = open.reduce((min, { head }) => Math.min(min, head.position), Infinity)
    const [next] = waiting
    if (next !== undefined && (open.length === 0 || next.min <= least)) {
      waiting.shift()
      open.push(...(await opened(linesOf(next))))
      continue
    }
    const first = open.find(({ head }) => head.position === least)
    if (first === undefined) return
    yield first.head
    open = [...open.filter(one => one !== first), ...(await opened(first.lines))]
  }
}

/** None where there are no more lines. */
async function opened<Line>(
  lines: AsyncGenerator<Line>,
): Promise<{ readonly lines: AsyncGenerator<Line>; readonly head: Line }[]> {
  const next = await lines.next()
  return next.done === true ? [] : [{ lines, head: next.value }]
}
