/** What a run has to end of what it began, however the run itself ends; newest first, each once. */
export class Cleanup {
  readonly #ends: (() => Promise<void>)[] = []

  /** @returns the same, to be called where it is due anyway */
  add(end: () => Promise<void>): () => Promise<void> {
    let ended: Promise<void> | null = null
    const once = () => (ended ??= end())
    this.#ends.push(once)
    return once
  }

  async run(): Promise<void> {
    for (const end of this.#ends.toReversed()) {
      await end().catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
    }
  }
}
