import type { Problem } from '../serve/contract/index.ts'

/** What is wrong now, for the status and the page; a problem keeps the time it began. */
export class ProblemBoard {
  readonly #problems = new Map<string, Problem>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** @param message null: it is over */
  set(code: string, message: string | null): void {
    if (message === null) {
      this.#problems.delete(code)
      return
    }
    const since = this.#problems.get(code)?.since ?? new Date(this.#now()).toISOString()
    this.#problems.set(code, { code, message, since })
  }

  list(): Problem[] {
    return [...this.#problems.values()]
  }
}
