import type { Origin } from '../../../core/log.ts'

/** Where each partition of a broker goes on, as frame after frame in the order of the log says: the last one counts. */
export class LastOrigins {
  readonly #last = new Map<string, Origin>()

  add(origins: readonly Origin[]): void {
    for (const origin of origins) this.#last.set(JSON.stringify([origin.topic, origin.partition]), origin)
  }

  get list(): readonly Origin[] {
    return [...this.#last.values()]
  }
}

/** The same over several parts, in the order of the log. */
export function lastOrigins(parts: Iterable<readonly Origin[]>): readonly Origin[] {
  const last = new LastOrigins()
  for (const part of parts) last.add(part)
  return last.list
}
