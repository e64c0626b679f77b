import { setTimeout as wait } from 'node:timers/promises'
import type { Config } from '../../core/config/index.ts'
import type { KeepLong } from '../../core/text/message-lines.ts'
import type { OversizeStore } from '../../sources/http/index.ts'
import type { DiskWatch } from '../disk/index.ts'

export interface IntakeDeps {
  readonly config: Config
  readonly oversize: OversizeStore
  readonly disk: Pick<DiskWatch, 'closed'>
  /** What waits to be loaded. */
  readonly backlog: () => { readonly records: number }
}

/** What every reader of a broker is held by. */
export function brokerIntake({ config, oversize, disk, backlog }: IntakeDeps) {
  const { maxLineBytes, backlogRecords } = config.limits
  return {
    maxLineBytes,
    keepLong: keepLongIn(oversize),
    closed: (): string | null => {
      if (disk.closed !== null) return disk.closed
      const { records } = backlog()
      return records > backlogRecords
        ? `${records} records wait to be loaded: the topics are read on when fewer do`
        : null
    },
    now: Date.now,
    sleep: (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }).catch(() => undefined),
  }
}

/** A message that is longer than a line may be, in a file of its own. */
export function keepLongIn(oversize: OversizeStore): KeepLong {
  return async (kind, message) => {
    const file = await oversize.begin()
    await file.write(message)
    const stored = await file.finish()
    const stream = kind === 'reading' ? undefined : kind
    return Buffer.from(`${JSON.stringify({ ...stored, stream, reason: 'line_too_long' })}\n`)
  }
}
