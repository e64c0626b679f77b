import type { Frame } from '../../../core/log.ts'

/** Keeps the work of an append bounded where frames are tiny. */
const MAX_FRAMES = 16_384

/** The newest frames, kept in memory so that whoever follows the log never decompresses. */
export class RecentFrames {
  readonly #maxBytes: number
  #frames: Frame[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(frames: readonly Frame[]): void {
    for (const frame of frames) {
      this.#frames.push(frame)
      this.#bytes += frame.lines.length
    }
    let drop = 0
    while (this.#bytes > this.#maxBytes || this.#frames.length - drop > MAX_FRAMES) {
      this.#bytes -= this.#frames[drop]?.lines.length ?? 0
      drop++
    }
    if (drop > 0) this.#frames.splice(0, drop)
  }

  /** The frames from the one that holds `position` on; null where older ones may be needed. */
  from(position: number): readonly Frame[] | null {
    const first = this.#frames[0]
    if (first === undefined || position < first.position) return null
    // Those who follow the log are near its end.
    const at = this.#frames.findLastIndex(frame => frame.position <= position)
    const frame = this.#frames[at]
    const isPast = frame === undefined || frame.position + frame.count <= position
    return this.#frames.slice(isPast ? at + 1 : at)
  }
}
