import type { Range } from './ranges.ts'
import type { FoundLoss, Loss } from './schema/loss.ts'

/** What is written down of losses, as the stages see it. */
export interface Losses {
  /** All that were ever found, oldest first. */
  list(): readonly Loss[]
  /** Positions whose lines the log lost, ascending. Rows that the lake has of them are the only copy. */
  readonly holes: readonly Range[]
  /**
   * Writes down what is new of it and resolves once that is durable; what is known already is passed over.
   * @returns the new ones
   */
  add(found: readonly FoundLoss[]): Promise<readonly Loss[]>
  /** Notes how many of a loss's records the lake still has. */
  counted(id: string, inLake: number): Promise<void>
}
