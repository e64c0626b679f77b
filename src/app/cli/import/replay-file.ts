import { endOf, joinedRuns } from '../../../core/positions.ts'
import { replay } from '../../../sources/files/index.ts'
import type { Feed, ReplayProgress, ReplayResult } from '../../../sources/files/index.ts'
import type { Client } from '../client/index.ts'
import type { FileBookmark, ReplayState } from './bookmark.ts'
import { delivery } from './delivery.ts'
import type { Patience } from './patience.ts'

export interface FileReplay {
  readonly feed: Feed
  readonly client: Client
  readonly patience: Patience
  readonly speed: 'max' | number
  readonly bookmark: FileBookmark
  readonly onProgress: (progress: ReplayProgress) => void
}

/** A replay that begins. @param end first position that the log has not given yet */
export function freshState(end: number): ReplayState {
  return {
    resume: null,
    rows: 0,
    positions: [],
    end,
    gaps: [],
    isSending: false,
    isSent: false,
    sensors: [],
  }
}

/** What can't be of this log: its folder was made anew, and the replay must be too. */
export function isForeign(state: ReplayState, end: number): boolean {
  return Math.max(state.end, endOf(state.positions), endOf(state.sensors)) > end
}

/**
 * Sends what is left of a file, and keeps after every batch where its lines stand in the log.
 * @returns the state to count from
 */
export async function replayFile(
  { feed, client, patience, speed, bookmark, onProgress }: FileReplay,
  before: ReplayState,
): Promise<{ state: ReplayState; result: ReplayResult }> {
  let state = before
  // The batch that a killed process had in hand may stand in the log already.
  let isRepeated = before.isSending
  let isPending = false
  const send = delivery({ ...patience, client, source: feed.source, intervalS: feed.intervalS })
  const save = (change: Partial<ReplayState>) => {
    state = { ...state, ...change }
    return bookmark.save(state)
  }
  await save({ isSending: true })
  const result = await replay(feed, {
    async send(lines, count) {
      isPending = true
      const delivered = await send(lines)
      const [first] = joinedRuns(delivered.positions)[0] ?? [state.end]
      const gap = { from: state.end, count: first - state.end, rows: count }
      if ((isRepeated || delivered.isRepeated) && gap.count > 0)
        state = { ...state, gaps: [...state.gaps, gap] }
      isRepeated = false
      isPending = false
      const positions = joinedRuns([...state.positions, ...delivered.positions])
      state = { ...state, positions, end: Math.max(state.end, endOf(positions)), rows: state.rows + count }
    },
    sleep: patience.sleep,
    speed,
    now: patience.nowMs,
    signal: patience.signal,
    resume: before.resume,
    saveResume: resume => (resume === null ? undefined : save({ resume })),
    onProgress,
  })
  await save({ isSending: isPending, isSent: result.completed })
  return { state, result }
}
