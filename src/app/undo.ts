/** What was started, to be stopped in the opposite order. */
export type Undo = (() => Promise<unknown>)[]

/** Stops everything, the newest first. */
export async function undoAll(undo: Undo): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step()
}
