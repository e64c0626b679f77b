/** A row of a stream's table, by column, as the lake answers it. */
export interface FollowedRow {
  readonly stream: string
  readonly position: number
  readonly values: Readonly<Record<string, unknown>>
}

/**
 * Something that watches streams and says what it finds: a detector, a scorer. It is a pure function with a memory: what it says
 * follows from the rows alone, so that a start from a saved state says the same again.
 */
export interface Follower<State> {
  /** Names its saved state. Never changes. */
  readonly name: string
  /** `readings` or the names of streams; their rows come merged, in the order of the log. */
  readonly streams: readonly string[]
  /** The stream that its lines go to. It follows none that it, or a follower of its lines, writes. */
  readonly into: string
  readonly start: State
  /** A condition on silver's columns (`t.…`), for rows that change nothing and of which it says nothing: they need not be read. */
  readonly passesOver?: string
  /** @returns the next state, and lines that bear keys of their own: one said twice must be a repeat */
  step(state: State, row: FollowedRow): { readonly state: State; readonly lines: readonly object[] }
}

/** A follower that follows itself through others would never end. @throws {Error} naming the circle */
export function refuseCircles(
  followers: readonly Pick<Follower<unknown>, 'name' | 'streams' | 'into'>[],
): void {
  for (const first of followers) {
    const reached = new Set([first.into])
    for (const stream of reached)
      for (const one of followers) if (one.streams.includes(stream)) reached.add(one.into)
    if (first.streams.some(stream => reached.has(stream)))
      throw new Error(`the follower ${first.name} follows what comes of its own lines`)
  }
}
