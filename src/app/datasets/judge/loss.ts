import type { Kept } from '../../catalog/index.ts'
import { keyTextOf } from '../reconcile.ts'
import type { KnownThings } from '../reconcile.ts'
import type { WireRecord } from '../reader.ts'

/** How much of what a dataset said last is among the records of a whole set of it. */
export function keptOf(records: readonly WireRecord[], known: KnownThings, key: readonly string[]): Kept {
  const ids = new Set(records.map(record => keyTextOf(record, key)))
  const before = [...known].filter(([, { isWithdrawn }]) => !isWithdrawn)
  return { before: before.length, now: ids.size, kept: before.filter(([id]) => ids.has(id)).length }
}

/** Why a whole set is not taken that has lost so much, and the remedy. */
export function lossFault(
  { before, now, kept }: Kept,
  {
    job,
    shown,
    maxWithdrawnShare,
  }: { readonly job: string; readonly shown: string; readonly maxWithdrawnShare: number },
): string {
  const resume = `\`arterial jobs resume ${job}\``
  return `${shown}: it had ${before} records and has ${now} now, ${kept} of them as before, so that ${before - kept} would be withdrawn, more than maxWithdrawnShare: ${maxWithdrawnShare} allows. What was received is kept and not processed, and nothing is withdrawn. Where the source is wrong, have it set right, then ${resume}, which asks it again; where it is right, ${resume} takes the dataset as it is now`
}
