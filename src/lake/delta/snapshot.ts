import type { Action, Add, Metadata, Protocol, Remove, Txn } from './actions.ts'

/** What a table is at one version: the sum of its commits. */
export class Snapshot {
  /** −1: no commit yet. */
  version = -1
  protocol: Protocol | null = null
  metadata: Metadata | null = null
  /** The files whose rows are the table's, by path. */
  readonly files = new Map<string, Add>()
  /** Files that were taken out, and may still be read by whoever began before. */
  readonly removed = new Map<string, Remove>()
  /** By application. */
  readonly txns = new Map<string, Txn>()

  /** Adds what the commit of a version, or the checkpoint at it, says. */
  apply(version: number, actions: readonly Action[]): void {
    for (const { add, remove, metaData, protocol, txn } of actions) {
      if (remove !== undefined) {
        this.files.delete(remove.path)
        this.removed.set(remove.path, remove)
      }
      if (add !== undefined) {
        this.removed.delete(add.path)
        this.files.set(add.path, add)
      }
      if (metaData !== undefined) this.metadata = metaData
      if (protocol !== undefined) this.protocol = protocol
      if (txn !== undefined) this.txns.set(txn.appId, txn)
    }
    this.version = version
  }

  /**
   * The same as one list of actions, as checkpoints keep it.
   *
   * @param keepRemovedAfter files taken out before this are forgotten, ms since 1970 UTC
   */
  actions(keepRemovedAfter: number): Action[] {
    return [
      ...(this.protocol === null ? [] : [{ protocol: this.protocol }]),
      ...(this.metadata === null ? [] : [{ metaData: this.metadata }]),
      ...[...this.txns.values()].map(txn => ({ txn })),
      // A checkpoint tells what there is, no news.
      ...[...this.files.values()].map(add => ({ add: { ...add, dataChange: false } })),
      ...[...this.removed.values()]
        .filter(({ deletionTimestamp }) => (deletionTimestamp ?? 0) > keepRemovedAfter)
        .map(remove => ({ remove: { ...remove, dataChange: false } })),
    ]
  }
}
