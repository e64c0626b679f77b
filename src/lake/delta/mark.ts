import { z } from 'zod'
import type { Action, CommitInfo } from './actions.ts'

/** What this program says of a commit of its own, in `userMetadata`. */
const Mark = z.object({
  arterial: z.object({
    /** The data folder that publishes. */
    publisher: z.string().min(1),
    /** Counts this publisher's commits of the table, from 1. */
    number: z.number().int().positive(),
    /** The table equals the lake up to this position of the log, exclusive. */
    position: z.number().int().nonnegative(),
    /** How often what had been published was replaced as a whole. */
    epoch: z.number().int().nonnegative(),
  }),
})
export type Mark = z.infer<typeof Mark>['arterial']

export function markText(mark: Mark): string {
  return JSON.stringify({ arterial: mark })
}

/** Null: some other program's commit. */
export function markOf(actions: readonly Action[]): Mark | null {
  const text = commitInfoOf(actions)?.userMetadata
  if (text === undefined || text === null) return null
  try {
    return Mark.parse(JSON.parse(text)).arterial
  } catch {
    return null
  }
}

export function commitInfoOf(actions: readonly Action[]): CommitInfo | undefined {
  return actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo
}

/** Whether rows, columns and rules are what they were: others may put files together, no more. */
export function changesNothing(actions: readonly Action[]): boolean {
  return actions.every(
    ({ add, remove, metaData, protocol }) =>
      metaData === undefined &&
      protocol === undefined &&
      add?.dataChange !== true &&
      remove?.dataChange !== true,
  )
}

/** Who made a commit, for people. */
export function makerOf(actions: readonly Action[]): string {
  const mark = markOf(actions)
  if (mark !== null) return `Arterial's publisher ${mark.publisher} (commit ${mark.number})`
  const { operation, engineInfo } = commitInfoOf(actions) ?? {}
  return `${engineInfo ?? 'an unknown program'} (${operation ?? 'an unknown operation'})`
}
