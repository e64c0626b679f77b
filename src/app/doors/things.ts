import { setTimeout as sleep } from 'node:timers/promises'
import type { LogWriter } from '../../core/log.ts'
import type { Loader } from '../../lake/load/loader.ts'
import type { Readers } from '../../lake/engine/index.ts'
import type { ThingWriter } from '../../serve/streams/index.ts'

/** Whoever changes a thing waits no longer than this to see it. */
const MAX_WAIT_MS = 5_000
const LOOK_MS = 10

export interface ThingsDeps {
  readonly log: LogWriter
  readonly loader: Pick<Loader, 'asked' | 'visible'>
  readonly readers: Pick<Readers, 'fresh'>
  readonly now: () => number
}

/** The door for single changes of things: each is a record of its stream. */
export function thingsOf({ log, loader, readers, now }: ThingsDeps): ThingWriter {
  return {
    now,
    append: (stream, record) =>
      log.append({
        kind: stream.name,
        source: 'edit',
        arrivedAtMs: now(),
        intervalS: null,
        lines: Buffer.from(`${JSON.stringify(record)}\n`),
        count: 1,
      }),
    async shown(end) {
      const deadline = performance.now() + MAX_WAIT_MS
      while (loader.visible < end && performance.now() < deadline) {
        loader.asked()
        await sleep(LOOK_MS)
      }
      if (loader.visible < end) return false
      readers.fresh(loader.visible)
      return true
    },
  }
}
