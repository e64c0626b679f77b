import { isNumberedKind } from '../frame/header.ts'
import type { FrameAt } from '../frame/header.ts'

/** What decides whether a frame may be put together with its neighbours. */
export type Groupable = Pick<FrameAt, 'kind' | 'form' | 'foreign' | 'rawBytes' | 'runs'>

/** Lines of a compacted frame at most: a reader that wants one line of it takes some milliseconds to get there. */
const GROUP_RAW_BYTES = 1024 * 1024
/** A frame from this size on stays as it is: it has its compression, and its header weighs nothing. */
const LOOSE_RAW_BYTES = GROUP_RAW_BYTES / 2
/** Keeps a header far below `MAX_HEADER_BYTES`. */
const GROUP_RUNS = 8192

/**
 * Tells, frame by frame, which of a segment's frames a compaction puts into one. Frames of streams, which their
 * header names, and frames with parts that this program does not know stand alone, byte for byte.
 */
export class Groups {
  /** Frames that a compaction would spare. */
  spared = 0
  #rawBytes = Infinity
  #runs = 0

  /** Takes the next frame; true when it joins those before it. */
  add(frame: Groupable): boolean {
    const joins =
      isLoose(frame) &&
      this.#rawBytes + frame.rawBytes <= GROUP_RAW_BYTES &&
      this.#runs + frame.runs <= GROUP_RUNS
    if (joins) {
      this.spared++
      this.#rawBytes += frame.rawBytes
      this.#runs += frame.runs
    } else {
      this.#rawBytes = isLoose(frame) ? frame.rawBytes : Infinity
      this.#runs = frame.runs
    }
    return joins
  }
}

function isLoose({ kind, form, foreign, rawBytes }: Groupable): boolean {
  const isPlain = form === 'runs' || (form === 'one' && isNumberedKind(kind))
  return isPlain && !foreign && rawBytes < LOOSE_RAW_BYTES
}
