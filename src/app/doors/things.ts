import { setTimeout as sleep } from 'node:timers/promises'
import type { SegmentLog } from '../../log/segments/index.ts'
import type { Loader } from '../../lake/load/loader.ts'
import type { Readers } from '../../lake/engine/index.ts'
import type { ThingWriter } from '../../serve/streams/index.ts'
import type { AppendFor } from './admission.ts'

/** Whoever changes a thing waits no longer than this to see it. */
const MAX_WAIT_MS = 5_000
const LOOK_MS = 10

export interface ThingsDeps {
  readonly log: Pick<SegmentLog, 'appendsOf' | 'synced'>
  readonly append: AppendFor
  readonly loader: Pick<Loader, 'asked' | 'visible'>
  readonly readers: Pick<Readers, 'fresh'>
  readonly now: () => number
}

/** The door for single changes of things: each is a record of its stream. */
export function thingsOf({ log, append, loader, readers, now }: ThingsDeps): ThingWriter {
  // What came before the start is not counted by stream.
  const before = log.synced
  const until = async (isReached: () => boolean): Promise<boolean> => {
    const deadline = performance.now() + MAX_WAIT_MS
    while (!isReached() && performance.now() < deadline) {
      loader.asked()
      await sleep(LOOK_MS)
    }
    if (!isReached()) return false
    readers.fresh(loader.visible)
    return true
  }
  return {
    now,
    async settled({ name }) {
      const isSettled = () => {
        const { open, end } = log.appendsOf(name)
        return open === 0 && loader.visible >= Math.max(before, end)
      }
      return (await until(isSettled)) ? log.appendsOf(name).begun : null
    },
    append({ name }, record, { sender, since }) {
      // No other append comes between this look and the next line.
      if (log.appendsOf(name).begun !== since) return Promise.resolve(null)
      return append(sender, {
        kind: name,
        source: 'edit',
        arrivedAtMs: now(),
        intervalS: null,
        lines: Buffer.from(`${JSON.stringify(record)}\n`),
        count: 1,
      })
    },
    shown: end => until(() => loader.visible >= end),
  }
}
