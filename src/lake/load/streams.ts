import type { Frame, LogReader } from '../../core/log.ts'
import type { Checkpoint } from './checkpoint.ts'

/** What takes a stream's lines beside the readings. */
export interface StreamLoader {
  /**
   * Takes frames of its stream, in the order of the log, into its tables. After a crash the same frames come again: it
   * tells by their positions what it has.
   */
  load(frames: readonly Frame[]): Promise<void>
}

/** By the stream's name in the log. */
export type StreamLoaders = ReadonlyMap<string, StreamLoader>

/** The frames of a batch that go there. */
export interface Beside {
  readonly beside: readonly Frame[]
}

const READ_BYTES = 32 * 1024 * 1024
const READ_RECORDS = 100_000

/** The frames that these loaders take. */
export function framesOf(loaders: StreamLoaders, frames: readonly Frame[]): Frame[] {
  return loaders.size === 0 ? [] : frames.filter(frame => loaders.has(frame.kind))
}

export async function loadStreams(loaders: StreamLoaders, frames: readonly Frame[]): Promise<void> {
  for (const [kind, own] of Map.groupBy(frames, frame => frame.kind)) await loaders.get(kind)?.load(own)
}

/**
 * Loads what an earlier program passed over because it did not know the stream: from the first such position up to the
 * checkpoint's, and nothing else of the log a second time.
 *
 * @returns the streams that are level now
 */
export async function catchUp(
  loaders: StreamLoaders,
  log: LogReader,
  { passed, position }: Pick<Checkpoint, 'passed' | 'position'>,
): Promise<string[]> {
  const late = Object.entries(passed).filter(([name]) => loaders.has(name))
  const names = late.map(([name]) => name)
  const own: StreamLoaders = new Map([...loaders].filter(([name]) => names.includes(name)))
  for (let at = Math.min(position, ...late.map(([, first]) => first)); at < position;) {
    const frames = await log.read(at, READ_BYTES, Math.min(READ_RECORDS, position - at))
    const last = frames.at(-1)
    if (last === undefined) break
    await loadStreams(own, framesOf(own, frames))
    at = last.position + last.count
  }
  return names
}
