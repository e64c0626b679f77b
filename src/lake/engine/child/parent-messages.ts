import type { SyncDepth } from '../engine.ts'

/** What the parent tells the engine's process, and what it hears back, over the channel between them. */
export interface StartOrder {
  /** The data folder; the engine's own data lie in its `lake/`. */
  readonly folder: string
  readonly secret: string
  /** Server settings of the engine, as `--name=value`. */
  readonly args: readonly string[]
  /** Tables whose parts another engine writes. */
  readonly watched: readonly WatchedTable[]
}

export interface WatchedTable {
  /** `database.table` */
  readonly table: string
  /** The folder of its parts. */
  readonly parts: string
}

export type StartReport = { readonly port: number } | { readonly failure: string }

/** Ends the engine in order. */
export const stopOrder = 'stop'

/** What the door answers when these tables are durable; nothing else is taken for it. */
export function syncedAnswer(tables: readonly string[], depth: SyncDepth): string {
  return `Synced ${depth} of ${tables.length} tables.\n`
}
