export interface RecordVersionDeps {
  /** A text that changes when the record that is read does; it costs a walk over all of it. */
  readonly read: () => Promise<string>
  /** Another number whenever any of the record was made anew. */
  readonly made: () => number
  /** Monotonic, ms. */
  readonly now: () => number
}

/** What reads the record sees what was made of it within a second or two. */
const SETTLED_MS = 5_000

/** The version of the record as it is read; read again only where something was made anew, or was so a moment ago. */
export function recordVersion({ read, made, now }: RecordVersionDeps): () => Promise<string> {
  let seen: { readonly made: number; readonly sinceMs: number } | null = null
  let settled: { readonly made: number; readonly version: string } | null = null
  return async () => {
    const at = made()
    if (settled?.made === at) return settled.version
    if (seen?.made !== at) seen = { made: at, sinceMs: now() }
    const { sinceMs } = seen
    const askedMs = now()
    const version = await read()
    if (askedMs - sinceMs >= SETTLED_MS) settled = { made: at, version }
    return version
  }
}
