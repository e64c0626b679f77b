import { seal } from '../../../core/disk/sealed-json.ts'
import type { FrameAt } from '../frame/header.ts'
import type { Run } from '../frame/runs.ts'

/** The sidecar's lines for runs that follow each other from `position` on: what SQL joins a segment's lines with. */
export function sidecarLines(position: number, runs: readonly Run[]): string {
  let at = position
  return runs
    .map(({ count, kind, source, arrivedAtMs, intervalS }) => {
      const line = { position: at, count, kind, source, arrived_at_ms: arrivedAtMs, interval_s: intervalS }
      at += count
      return `${JSON.stringify(line)}\n`
    })
    .join('')
}

/** The line of a frame whose lines are one run, with a checksum: until they are packed, they witness how far the segment went. */
export function sidecarLine(frame: Run & Pick<FrameAt, 'position'>): string {
  const { position, count, kind, source, arrivedAtMs, intervalS } = frame
  return seal({ position, count, kind, source, arrived_at_ms: arrivedAtMs, interval_s: intervalS })
}
