import { streams } from '../streams/index.ts'

const names: ReadonlySet<string> = new Set(streams.map(({ name }) => name))

/** Of the streams that a log holds, those that this program does not know: nobody loads them, and the log keeps them. */
export function unknownStreams<T>(named: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...named].filter(([name]) => !names.has(name)))
}
