import { changeText, isBreaking } from '../../catalog/index.ts'
import type { Judged } from '../../catalog/index.ts'
import { JobPausedError } from '../../jobs/index.ts'

/** What of a version's columns is otherwise than before and can be borne, in words; null where nothing is. */
export function driftNotice({ changes }: Judged, shown: string): string | null {
  const named = (wanted: string) =>
    changes
      .filter(({ change }) => change === wanted)
      .map(one => (wanted === 'retyped' ? changeText(one) : one.column))
  const told = [
    ['new columns', named('added')],
    ['columns that are gone', named('removed')],
    ['columns of another type', named('retyped')],
  ] as const
  const parts = told
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what}: ${names.join(', ')}`)
  return parts.length === 0 ? null : `${shown} has ${parts.join('; ')}.`
}

/**
 * What of a version's columns its reader can't bear, and the remedy; null where it can.
 *
 * @param about isInbox: it is a file that somebody put there
 */
export function driftFault(
  judged: Judged,
  { job, shown, isInbox }: { readonly job: string; readonly shown: string; readonly isInbox: boolean },
): string | null {
  if (!isBreaking(judged)) return null
  const changed = judged.changes.filter(({ breaking }) => breaking).map(changeText)
  const faults = [
    ...judged.lacking,
    ...changed.filter(text => !judged.lacking.some(one => isSaid(one, text))),
  ]
  const resume = `\`arterial jobs resume ${job}\``
  const right = isInbox
    ? `Put the right file in its place or take it away, then ${resume}`
    : `Where the source is wrong, have it set right, then ${resume}, which asks it again`
  const wrong =
    judged.lacking.length > 0
      ? 'its reader cannot do without'
      : `where it is right, ${resume} takes the columns as they are now`
  const rest = judged.lacking.length > 0 ? `, for ${wrong}` : `; ${wrong}`
  return `${shown}: its columns have changed: ${faults.join('; ')}. What was received is kept and not processed. ${right}${rest}`
}

/** `no begins` says what `begins is gone` does. */
function isSaid(lacking: string, change: string): boolean {
  return change.endsWith(' is gone') && lacking === `no ${change.slice(0, -' is gone'.length)}`
}

/** @throws {JobPausedError} with all of the faults */
export function pauseFor(faults: readonly string[]): void {
  if (faults.length > 0) throw new JobPausedError(faults.join(' '))
}
