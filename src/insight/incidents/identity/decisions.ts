import type { Apart } from './version.ts'

/** Pairs of reports that an operator keeps apart, whichever is named first. */
export class Decisions {
  readonly #apart: ReadonlySet<string>

  constructor(apart: readonly Apart[]) {
    this.#apart = new Set(apart.flatMap(({ id, otherId }) => [key(id, otherId), key(otherId, id)]))
  }

  areApart(id: string, otherId: string): boolean {
    return this.#apart.has(key(id, otherId))
  }

  /** Whether any of these is kept apart from any of those. */
  anyApart(ids: readonly string[], otherIds: readonly string[]): boolean {
    return this.#apart.size > 0 && ids.some(id => otherIds.some(other => this.areApart(id, other)))
  }
}

function key(id: string, otherId: string): string {
  return JSON.stringify([id, otherId])
}
