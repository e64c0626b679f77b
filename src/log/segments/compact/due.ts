import type { Segment } from '../catalog.ts'

/** A small frame costs its header and a compression of its own, about; a run in the plain sidecar its JSON. */
const FRAME_BYTES = 200
const PLAIN_RUN_BYTES = 100
/** Worth a pass: the growing segment early, so that an hour of single lines is small; a full one once. */
const GROWING = { least: 24 * 1024, share: 1 / 8 } as const
const FULL = { least: 4 * 1024, share: 1 / 32 } as const

/** Would a compaction spare enough to be worth writing the segment anew? */
export function isDue({ bytes, groups, plainRuns }: Segment, grows: boolean): boolean {
  const { least, share } = grows ? GROWING : FULL
  return groups.spared * FRAME_BYTES + plainRuns * PLAIN_RUN_BYTES >= Math.max(least, bytes * share)
}
